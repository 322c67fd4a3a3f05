"""The HTML file: it needs no network, runs nothing that it was given, and is the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import xarray as xr

from helpers.datasets import fake_forecast
from helpers.scenarios import fake_scenario
from saferground.errors import RunError
from saferground.planning import needs
from saferground.reporting import build_page, render, report
from saferground.reporting.render import inert
from saferground.scenario.record import Scenario

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<img src=x onerror=alert(3)>",
    '" onload="alert(4)',
    "<!--",
    "{{ 7 * 7 }}",
    "<a href='javascript:alert(5)'>x</a>",
    "\u2028\u2029&lt;b&gt;",
)


class Reader(HTMLParser):
    """Collects tags with attributes, and the text of scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag == "script"
        if self.inside:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts[-1] += data


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


@pytest.fixture(scope="module")
def forecast() -> xr.Dataset:
    return fake_forecast(members=20, days=12)


@pytest.fixture(scope="module")
def page_text(forecast: xr.Dataset) -> str:
    return render(build_page(forecast, needs(forecast), fake_scenario()))


@pytest.fixture(scope="module")
def hostile_text(forecast: xr.Dataset) -> str:
    names = [HOSTILE[i % len(HOSTILE)] for i in range(forecast.sizes["place"])]
    bad = forecast.assign_coords(place_name=("place", names), place_name_local=("place", names[::-1]))
    bad = bad.assign_attrs(title=HOSTILE[0], purpose=HOSTILE[1], sensitivity=HOSTILE[2], scenario=HOSTILE[3])
    return render(build_page(bad, needs(bad), hostile_scenario()))


def hostile_scenario() -> Scenario:
    """Every text of the tables that the page shows is hostile."""
    scenario = fake_scenario()
    tables = dict(scenario.tables)
    tables["sources"] = tables["sources"].assign(
        title=HOSTILE[1], publisher=HOSTILE[0], url="javascript:alert(6)", note=HOSTILE[2]
    )
    tables["counts"] = tables["counts"].assign(series=HOSTILE[1], note=HOSTILE[0])
    tables["planning_figures"] = tables["planning_figures"].assign(
        issuer=HOSTILE[0], what=HOSTILE[6], horizon=HOSTILE[1]
    )
    settings = replace(scenario.settings, owner=HOSTILE[0], audience=HOSTILE[4])
    return replace(scenario, tables=tables, settings=settings)


def scripts_that_run(reader: Reader) -> list[str]:
    kinds = [attrs.get("type") for tag, attrs in reader.tags if tag == "script"]
    return [text for text, kind in zip(reader.scripts, kinds, strict=True) if kind is None]


def test_hostile_names_add_no_element_and_no_attribute(page_text: str, hostile_text: str) -> None:
    clean, bad = read(page_text), read(hostile_text)
    assert len(scripts_that_run(bad)) == len(scripts_that_run(clean)) == 5
    assert not [tag for tag, _ in bad.tags if tag in ("img", "iframe", "object", "embed", "link", "form", "base")]
    assert not [name for _, attrs in bad.tags for name in attrs if name.startswith("on")]
    assert not [
        attrs["href"] for tag, attrs in bad.tags if tag == "a" and (attrs["href"] or "").startswith("javascript")
    ]
    assert "49" not in re.findall(r"<h1>(.*?)</h1>", hostile_text)


def test_hostile_names_stay_data_in_the_scripts(hostile_text: str) -> None:
    reader = read(hostile_text)
    blocks = [
        text
        for text, (_, attrs) in zip(reader.scripts, [t for t in reader.tags if t[0] == "script"], strict=True)
        if attrs.get("type")
    ]
    assert len(blocks) == 4
    figures, maps, _, _ = (json.loads(text) for text in blocks)
    assert any(mark["name"] == HOSTILE[1] for panel in maps["panels"] for mark in panel["marks"])
    shown = json.dumps(figures)
    assert "<script" not in shown
    assert "<img" not in shown
    assert "<a " not in shown


@pytest.mark.parametrize("text", HOSTILE)
def test_json_inside_a_script_cannot_end_it(text: str) -> None:
    inside = str(inert({"name": text}))
    assert not set("<>&\u2028\u2029") & set(inside)
    assert json.loads(inside) == {"name": text}


def test_numbers_that_json_has_no_word_for_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        inert({"value": float("nan")})


def test_the_policy_allows_the_packages_own_scripts_and_nothing_else(page_text: str) -> None:
    reader = read(page_text)
    policy = next(
        attrs["content"] for tag, attrs in reader.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    prints = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts_that_run(reader)]
    assert f"script-src {' '.join(repr('sha256-' + digest) for digest in prints)};" in policy
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_nothing_is_loaded_from_anywhere(page_text: str) -> None:
    reader = read(page_text)
    for tag, attrs in reader.tags:
        for name in ("src", "srcset", "data", "action", "poster", "background", "ping"):
            assert name not in attrs, tag
        assert tag == "a" or "href" not in attrs, tag
    style = page_text[page_text.index("<style>") : page_text.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert page_text.count("<!DOCTYPE html>") == 1


def test_arabic_names_are_marked(page_text: str) -> None:
    assert '<bdi class="local" lang="ar" dir="rtl">حمام العليل</bdi>' in page_text
    assert '<html lang="en">' in page_text


def test_tables_are_readable_without_scripts(page_text: str) -> None:
    reader = read(page_text)
    tables = [attrs for tag, attrs in reader.tags if tag == "table"]
    heads = [attrs for tag, attrs in reader.tags if tag == "th"]
    assert len(tables) >= 14
    assert all("scope" in attrs for attrs in heads)
    assert len([1 for tag, _ in reader.tags if tag == "caption"]) >= len(tables) - 1


def test_the_banner_says_what_the_page_is(page_text: str) -> None:
    head = page_text[page_text.index("<header>") : page_text.index("</header>")]
    for words in ("A forecast, not a fact", "28 February 2017", "restricted", "not been fitted to counts yet", "20"):
        assert words in head


def test_the_same_inputs_give_the_same_bytes(forecast: xr.Dataset, tmp_path: Path) -> None:
    needed, scenario = needs(forecast), fake_scenario()
    first = report(forecast, needed, scenario, to=tmp_path / "a.html")
    second = report(fake_forecast(members=20, days=12), needed, scenario, to=tmp_path / "deep" / "b.html")
    assert first.read_bytes() == second.read_bytes()
    assert b"\r" not in first.read_bytes()


def test_a_place_that_cannot_be_written_is_a_run_error(forecast: xr.Dataset, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="cannot be written"):
        report(forecast, needs(forecast), fake_scenario(), to=tmp_path / "file" / "report.html")
