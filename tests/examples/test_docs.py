"""What the tutorial and the guides tell a reader to do works, and prints what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from helpers.pages import program

commands = program("commands")


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("page", commands.PAGES, ids=lambda page: page.stem)
def test_the_page_shows_what_happens(page: Path, tmp_path: Path) -> None:
    replay = commands.Replay(page, tmp_path)
    replay.run()
    assert replay.differences == [], "run `python docs/commands.py --write` if this is meant"


def test_there_are_pages() -> None:
    assert [page.stem for page in commands.PAGES if page.parent.name == "tutorial"] == [
        "a-country",
        "first-forecast",
    ]
    assert len(commands.PAGES) >= 13


# --- the comparison itself can fail --------------------------------------------------------------------------------

SHOWN = "Camps: 2, 1 open for 8,000 people\nRun folder (3 s): runs/a\n"


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        (SHOWN, True),
        (SHOWN.replace("(3 s)", "(41 s)"), True),
        (SHOWN.replace("8,000", "8,300"), True),
        (SHOWN.replace("8,000", "9,900"), False),
        (SHOWN.replace("open", "shut"), False),
        (SHOWN + "one more line\n", False),
        (SHOWN.replace("1 open", "2 open"), False),
    ],
)
def test_alike(printed: str, same: bool) -> None:
    assert commands.alike(SHOWN, printed) is same


def test_dots_stand_for_any_lines() -> None:
    assert commands.alike("first\n...\nlast\n", "first\na 1\nb 2\nlast\n")
    assert commands.alike("...\nlast\n", "last\n")
    assert not commands.alike("first\n...\n", "second\n")


def test_an_edit_needs_the_line_that_it_changes() -> None:
    assert commands.edited("a\nb\nc\n", "-b\n+B\n") == "a\nB\nc\n"
    assert commands.edited("a\nb\n", "+c\n") == "a\nb\nc\n"
    assert commands.edited("a\nb\n", " a\n+x\n") == "a\nx\nb\n"
    with pytest.raises(ValueError, match="not in list"):
        commands.edited("a\nb\n", "-z\n+B\n")


def test_a_wrong_exit_code_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console exit=3\n$ saferground --version\n...\n```\n", encoding="utf-8")
    replay = commands.Replay(page, tmp_path)
    replay.run()
    assert "exit code 0 instead of 3" in replay.differences[0]
