"""From a Flee folder to a scenario folder, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from saferground.errors import Problem, RunError, ScenarioError, UsageError
from saferground.exchange.flee.origins import check_whole
from saferground.exchange.flee.readme import readme
from saferground.exchange.flee.remarks import Remarks, remarks_of
from saferground.exchange.flee.rules import Value
from saferground.exchange.flee.settings import VERSIONS
from saferground.exchange.flee.sheets import JOURNEY
from saferground.exchange.flee.tables import Sources, Tables, tables_of
from saferground.exchange.flee.world import World, read_world
from saferground.exchange.whole import whole_folder
from saferground.scenario import check_scenario
from saferground.scenario.columns import SETTINGS_FILE
from saferground.scenario.wording import Finding, capped, in_order
from saferground.scenario.write import toml_value, write_table, write_text

_PURPOSE = "Imported from Flee; say here which humanitarian purpose the scenario serves"


@dataclass(frozen=True)
class FleeImport:
    """What came of an import.

    Attributes:
        folder: the scenario folder.
        name: of the Flee folder.
        version: ``corrected`` or ``3.1``.
        start: first day, ISO.
        days: days of the simulation.
        rows: number of rows by table.
        remarks: assumptions, what cannot be expressed, what has no effect, quirks.
        notes: what was read anyway and deserves a word.
    """

    folder: Path
    name: str
    version: str
    start: str
    days: int
    rows: dict[str, int]
    remarks: Remarks
    notes: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, ``ok`` first."""
        about = {key: getattr(self, key) for key in ("name", "version", "start", "days", "rows")}
        notes = [note.as_dict() for note in self.notes]
        return {"ok": True, "folder": str(self.folder), **about, **asdict(self.remarks), "notes": notes}

    def lines(self) -> list[str]:
        """What a person reads first."""
        rows = ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in self.rows.items())
        about = {
            "not expressed": self.remarks.not_expressed,
            "without effect": self.remarks.ignored,
            "note": tuple(map(str, self.notes)),
        }
        return [
            f"{self.name} (Flee, {self.version}): {self.days} days from {self.start}",
            rows,
            *(f"{word}: {text}" for word, texts in about.items() for text in texts),
            f"Wrote {self.folder}; its README.md says what was assumed and which quirks of Flee count.",
        ]


def import_flee(source: str | Path, out: str | Path, *, version: str = "corrected") -> FleeImport:
    """Turn a Flee folder into a journey scenario.

    Args:
        source: a folder with ``input_csv``, ``source_data`` and ``simsetting.yml``, as FabFlee keeps them.
        out: the scenario folder, new or empty; parents are created. It appears whole or not at all.
        version: ``corrected`` (the rules as they are meant) or ``3.1`` (as Flee 3.1 carries them out).

    Returns:
        What was written, assumed and left out; the same stands in README.md of the folder.

    Raises:
        ScenarioError: the Flee folder has problems; all of them, with file and line.
        UsageError: the version is unknown, or ``out`` holds files.
        RunError: ``out`` cannot be written.
    """
    if version not in VERSIONS:
        raise UsageError(f"version: got {version!r}; expected one of {', '.join(VERSIONS)}. Choose one of these.")
    path = Path(out)
    _refuse_files(path)
    world, notes = _read(source, version)
    try:
        with whole_folder(path, _refuse_files) as folder:
            made = _write(world, folder, notes)
            _check(folder)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error}. Free some space or choose another folder.") from error
    return FleeImport(
        folder=path,
        name=world.name,
        version=version,
        start=world.period.start.isoformat(),
        days=world.period.length,
        rows={table: len(rows) for table, rows in made.items()},
        remarks=remarks_of(world),
        notes=notes,
    )


def _refuse_files(out: Path) -> None:
    try:
        taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    except (OSError, ValueError) as error:
        raise UsageError(f"{str(out)[:200]}: cannot be used as a folder ({error}). Choose another.") from error
    if taken:
        raise UsageError(f"{out}: got something that holds files; expected a new or empty folder. Choose another.")


def _read(source: str | Path, version: str) -> tuple[World, tuple[Problem, ...]]:
    found: list[Problem] = []
    try:
        world = read_world(source, version, found)
    except OSError as error:  # a folder inside it that may not be opened
        got, do = f"a folder that cannot be read ({error})", "Check its permissions."
        raise ScenarioError([Problem(str(source)[:200], 0, "", got, "a Flee folder", do)]) from error
    if world is not None and not any(one.severity == "problem" for one in found):
        found.extend(check_whole(world))
    listed = in_order(capped(Finding(f"{one.severity} {one.expected}", one) for one in found))
    problems = [one for one in listed if one.severity == "problem"]
    if problems or world is None:
        raise ScenarioError(problems)
    return world, tuple(listed)


def _check(folder: Path) -> None:
    """The scenario reads back; what the importer passed and the scenario's own checks do not is a problem still."""
    scenario, found = check_scenario(folder)
    if scenario is None:
        raise ScenarioError([one for one in found if one.severity == "problem"])


# --- writing ---------------------------------------------------------------------------------------------------------


def _write(world: World, folder: Path, notes: tuple[Problem, ...]) -> Tables:
    made = tables_of(world)
    write_text(folder / SETTINGS_FILE, "\n".join(_toml(world)) + "\n")
    for table, rows in made.items():
        names = JOURNEY.names(table)
        write_table(folder / f"{table}.csv", names, ([row.get(name, "") for name in names] for row in rows))
    write_text(folder / "README.md", readme(world, remarks_of(world), made, notes))
    return made


def _toml(world: World) -> Iterator[str]:
    start, name = world.period.start, world.name
    source = Sources(world).ids[world.settings.file]
    yield "[scenario]"
    yield from _keys({"title": name, "purpose": _PURPOSE, "model": "journey"})
    yield from (f"start = {start}", f"as_of = {start}", f"days = {world.period.length - 1}")
    yield from ("", "[rules]", *_keys(world.all_rules))
    for parameter, value in world.rules.parameters.items():
        unit = JOURNEY.parameters[parameter].unit
        yield from ("", f"[parameters.{parameter}]")
        yield from _keys({"prior": "fixed", "value": value, "unit": unit, "source": source})


def _keys(values: dict[str, Value]) -> Iterator[str]:
    return (f"{name} = {toml_value(value)}" for name, value in values.items())
