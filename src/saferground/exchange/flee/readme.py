"""README.md of an imported folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from saferground.exchange.flee.remarks import Remarks
from saferground.exchange.flee.world import World


def readme(world: World, remarks: Remarks, tables: Mapping[str, Sequence[object]], notes: Iterable[object]) -> str:
    """The page: what was read, assumed, left out, and which quirks of Flee are corrected or kept."""
    return "\n".join(_lines(world, remarks, tables, list(notes))) + "\n"


def _lines(
    world: World, remarks: Remarks, tables: Mapping[str, Sequence[object]], notes: Sequence[object]
) -> Iterator[str]:
    version = "quirks of Flee 3.1 included" if world.is_31 else "every quirk of Flee corrected"
    yield f"# {world.name}"
    yield ""
    yield f"Imported from the Flee folder {world.name}, {version}."
    yield f"{world.period.length} days from {world.period.start}."
    yield "`saferground import flee` wrote every file here; change the tables as you like."
    yield from _section("What was read", [f"`{file}`" for file in world.files])
    yield from _section("What became of it", [f"`{table}.csv`: {len(rows):,} rows" for table, rows in tables.items()])
    yield from _section("Assumptions", remarks.assumptions)
    yield from _section("What cannot be expressed", remarks.not_expressed)
    yield from _section("Without effect", remarks.ignored)
    yield from _section(
        "Quirks of Flee 3.1 that are kept" if world.is_31 else "Quirks of Flee that are corrected", remarks.quirks
    )
    yield from _section("Notes on the files", [str(note) for note in notes])


def _section(title: str, items: Sequence[str]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    yield from (f"- {_in_line(item)}" for item in items) if items else ("Nothing.",)


def _in_line(text: str) -> str:
    return " ".join(text.split())
