"""What the board lets in, what it refuses, and what its answers may do in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from helpers.boards import HOME, PAGE, a_board, marked, visited
from saferground.errors import UsageError
from saferground.web.app import create_app
from saferground.web.serve import Wanted, board_of, is_loopback, listening
from saferground.web.session import inside

TOKEN = "a-token-of-some-length"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with visited(a_board(tmp_path)) as made:
        yield made


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    with visited(a_board(tmp_path, token=TOKEN)) as made:
        yield made


def sign_in(client: TestClient, token: str, target: str = "/") -> int:
    form = client.get("/sign-in", headers=PAGE).text
    mark = form.split('name="mark" value="')[1].split('"')[0]
    return client.post("/sign-in", data={"token": token, "mark": mark, "next": target}).status_code


# --- who is let in -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/home", "/api/jobs", "/api/openapi.json", "/api/session", "/runs/x", "/"])
def test_without_the_token_nothing_of_a_scenario_is_told(guarded: TestClient, path: str) -> None:
    answer = guarded.get(path)
    assert answer.status_code == 401
    assert answer.json()["error"] == "Refused"
    assert "mosul" not in answer.text


def test_a_reader_without_the_token_is_led_to_the_door(guarded: TestClient) -> None:
    asked = "/compare-runs?old=a&new=b"
    answer = guarded.get(asked, headers=PAGE)
    assert answer.status_code == 303
    door = urlsplit(answer.headers["location"])
    assert (door.path, parse_qs(door.query)) == ("/sign-in", {"next": [asked]})


def test_the_token_opens_the_door_and_another_does_not(guarded: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("saferground.web.session.WRONG_SECONDS", 0)
    assert sign_in(guarded, "another-token-of-that-length") == 401
    assert guarded.get("/api/home").status_code == 401
    assert sign_in(guarded, TOKEN) == 303
    assert guarded.get("/api/home").status_code == 200


def test_a_cookie_is_worthless_once_the_token_has_changed(tmp_path: Path) -> None:
    with visited(a_board(tmp_path, token=TOKEN)) as client:
        sign_in(client, TOKEN)
        cookie = client.cookies["saferground"]
    with visited(a_board(tmp_path, token=TOKEN[::-1])) as client:
        client.cookies.set("saferground", cookie)
        assert client.get("/api/home").status_code == 401


def test_a_program_is_let_in_by_the_token_and_needs_no_mark(guarded: TestClient) -> None:
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/api/home", headers=bearer).status_code == 200
    assert guarded.put("/api/session", headers=bearer, json={"who": "a script"}).json()["who"] == "a script"
    assert guarded.get("/api/home", auth=("kobo", TOKEN)).status_code == 200
    for wrong in ("Bearer ", "Basic ", "Basic !", "Basic eDp5", f"Digest {TOKEN}", TOKEN):
        assert guarded.get("/api/home", headers={"Authorization": wrong}).status_code == 401


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(client: TestClient) -> None:
    client.cookies.clear()
    cookie = client.get("/api/session").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_a_forged_cookie_is_no_session(client: TestClient) -> None:
    client.cookies.clear()
    client.cookies.set("saferground", "eyJtYXJrIjogIngifQ==.aaaa.bbbb")
    refused = client.put("/api/session", json={"who": "x"}, headers={"X-CSRF-Token": "x"})
    assert refused.status_code == 403


# --- changes -------------------------------------------------------------------------------------------------------


def test_a_change_needs_the_mark_of_the_session(client: TestClient) -> None:
    for mark in ("", "wrong"):
        refused = client.put("/api/session", json={"who": "x"}, headers={"X-CSRF-Token": mark})
        assert refused.status_code == 403
        assert "X-CSRF-Token" in refused.json()["message"]
    assert client.put("/api/session", json={"who": "x"}).status_code == 200


def test_a_change_from_a_page_of_another_site_is_refused(client: TestClient) -> None:
    foreign = client.put("/api/session", json={"who": "x"}, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert client.put("/api/session", json={"who": "x"}, headers={"Origin": HOME}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example"])
def test_another_host_name_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/api/home", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost", "localhost:9000", "[::1]:8642"])
def test_this_machine_is_known_by_its_names(client: TestClient, host: str) -> None:
    assert client.get("/api/home", headers={"Host": host}).status_code == 200


def test_a_body_that_is_too_large_is_refused_told_or_untold(tmp_path: Path) -> None:
    with visited(a_board(tmp_path, upload_bytes=1000)) as client:
        told = client.put("/api/session", json={"who": "x" * 2000})
        untold = client.put("/api/session", content=(b"x" * 300 for _ in range(9)))
        lied = client.put("/api/session", content=b"{}", headers={"Content-Length": "-5"})
    assert (told.status_code, untold.status_code, lied.status_code) == (413, 413, 413)
    assert "0.001 MB" in told.json()["message"]


# --- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/api/home", "/nowhere", "/static/x/board.js"])
def test_every_answer_keeps_scripts_and_sites_out(client: TestClient, path: str) -> None:
    headers = client.get(path, headers=PAGE).headers
    policy = headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_a_script_of_its_own_or_a_handler(client: TestClient) -> None:
    for path in ("/", "/nowhere", "/scenarios/raqqa-2017", "/sign-in"):
        text = client.get(path, headers=PAGE).text
        opened = [part.split(">")[0] for part in text.split("<script")[1:]]
        assert opened
        assert [one for one in opened if "src=" not in one and "application/json" not in one] == []
        assert " onclick=" not in text
        assert "javascript:" not in text


@pytest.mark.parametrize(
    "path",
    ["/scenarios/%2e%2e%2f%2e%2e", "/api/jobs/..%2f", "/static/x/..%2fboard.py", "/static/x/%00",
     "/scenarios/mosul-2017%00", "/scenarios/" + "a" * 5000],
)  # fmt: skip
def test_no_name_leads_out_of_the_board(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (404, 400)
    assert answer.json()["ok"] is False


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:x", "/a\nb"]
)
def test_nobody_is_led_to_another_site(client: TestClient, target: str) -> None:
    assert inside(target) == "/"
    assert client.get("/language/en", params={"next": target}).headers["location"] == "/"


def test_one_shape_for_every_failure(client: TestClient) -> None:
    failures = [
        client.get("/api/nowhere"), client.delete("/api/home"), client.get("/api/jobs/unknown"),
        client.put("/api/session", content=b"{", headers={"Content-Type": "application/json"}),
        client.put("/api/session", json={"who": "<script>"}), client.get("/api/jobs?most=0"),
        client.put("/api/session", json={"who": "x"}, headers={"X-CSRF-Token": ""}),
    ]  # fmt: skip
    assert [one.status_code for one in failures] == [404, 405, 404, 422, 422, 422, 403]
    for one in failures:
        told = one.json()
        assert set(told) == {"ok", "error", "message", "problems"}
        assert told["ok"] is False
        assert len(told["message"]) > 10
    assert failures[5].json()["problems"][0]["column"] == "most"


def test_an_unexpected_error_says_nothing_of_the_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("secret: /home/someone")

    monkeypatch.setattr("saferground.web.home.home", broken)
    with TestClient(create_app(a_board(tmp_path)), base_url=HOME, raise_server_exceptions=False) as client:
        told = client.get("/api/home")
        page = client.get("/", headers=PAGE)
    assert (told.status_code, page.status_code) == (500, 500)
    assert "ValueError" in told.json()["message"]
    assert "someone" not in told.text + page.text


def test_the_record_of_changes_has_the_chosen_name(client: TestClient) -> None:
    assert client.get("/api/session").json()["who"] == "not named"
    assert client.put("/api/session", json={"who": "  IM officer  "}).json()["who"] == "IM officer"
    client.post("/api/sign-out")
    marked(client)
    assert client.get("/api/session").json()["who"] == "not named"


# --- starting it ---------------------------------------------------------------------------------------------------


def test_loopback_needs_no_token_and_any_other_address_gets_one(tmp_path: Path) -> None:
    assert board_of(Wanted(tmp_path)).token == ""
    assert board_of(Wanted(tmp_path, "localhost")).token == ""
    made = {board_of(Wanted(tmp_path, host)).token for host in ("0.0.0.0", "::", "10.0.0.4", "board.example")}
    assert len(made) == 4
    assert min(map(len, made)) >= 32


def test_a_token_of_the_users_own_must_be_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="16 or more"):
        board_of(Wanted(tmp_path, "0.0.0.0", token="short"))
    monkeypatch.setenv("SAFERGROUND_TOKEN", TOKEN)
    assert board_of(Wanted(tmp_path)).token == TOKEN


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.9", True), ("::1", True), ("0.0.0.0", False), ("a.b", False)])
def test_what_counts_as_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_cookies_outlive_a_restart_and_their_key_is_the_users_alone(tmp_path: Path) -> None:
    first, again = board_of(Wanted(tmp_path)), board_of(Wanted(tmp_path))
    assert first.secret == again.secret
    assert len(first.secret) == 64
    assert (tmp_path / ".saferground" / "secret").stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_said_or_another_is_found(tmp_path: Path) -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}.*--port"):
            listening("127.0.0.1", port)
    with pytest.raises(UsageError, match="no such folder"):
        board_of(Wanted(tmp_path / "nowhere"))
