"""Copies of a Flee folder that differ in few things; both programs then read the same copy."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

Changes = Mapping[str, Mapping[str, object]]
QUIET: Changes = {"log_levels": dict.fromkeys(("agent", "link", "camp", "init", "conflict"), 0)}
TYPE, PEOPLE = 5, 7  # columns of locations.csv


def copied(source: Path, out: Path, changes: Changes | None = None, *, demographics: bool = True) -> Path:
    """The folder with changed settings, Flee's logs switched off, and with or without its demographic files."""
    left_out = () if demographics else ("demographics_*.csv",)
    shutil.copytree(source, out, ignore=shutil.ignore_patterns(*left_out), copy_function=shutil.copyfile)
    settings = out / "simsetting.yml"
    text = with_settings(with_settings(settings.read_text(encoding="utf-8"), QUIET), changes or {})
    settings.write_text(text, encoding="utf-8")
    return out


def placed(source: Path, out: Path, people: int) -> Path:
    """The folder's network, roads and conflict with ``people`` displaced on the first day and nobody later.

    Camps begin empty, and their capacities grow in proportion, so that the same share of the people finds room. Without
    demographic files: drawing three attributes for each agent would take Flee longer than all the days.
    """
    rules = {"insert_day0": False, "take_from_population": False, "empty_camps_on_day0": False}
    copied(source, out, {"spawn_rules": rules, "optimisations": {"hasten": 1}}, demographics=False)
    factor = people / most_counted(source)
    (out / "input_csv" / "registration_corrections.csv").write_text("", encoding="utf-8")
    rows = list(_rows(out / "input_csv" / "locations.csv"))
    for row in rows:
        if "camp" in row[TYPE].lower() and not row[0].startswith("#"):
            row[PEOPLE] = str(round(int(row[PEOPLE] or 0) * factor))
    _write(out / "input_csv" / "locations.csv", rows)
    start, (_, total, *_) = str(first_day(source)), next(_layout(source))
    for _, *files in _layout(source):
        for name in files:
            _write(out / "source_data" / name, [[start, str(people if name == total else 0)]])
    return out


def with_settings(text: str, changes: Changes) -> str:
    """The text of a simsetting.yml with some values changed or added, each in its section."""
    lines, section = [], ""
    for line in text.splitlines():
        name = line.split(":")[0]
        section = name if line[:1].strip(" #") else section
        if line[:1] == " " and name.strip() in changes.get(section, {}):
            continue
        lines.append(line)
    for section, values in changes.items():
        head = next((i for i, line in enumerate(lines) if line.startswith(f"{section}:")), len(lines))
        lines[head : head + 1] = [f"{section}:", *(f"  {key}: {value}" for key, value in values.items())]
    return "\n".join(lines) + "\n"


def hasten_of(folder: Path) -> int:
    """People that one agent stands for, as the folder's settings have it."""
    for line in (folder / "simsetting.yml").read_text(encoding="utf-8").splitlines():
        if line.strip().startswith("hasten:"):
            return int(line.split(":")[1].split("#")[0])
    return 1


def first_day(folder: Path) -> date:
    return date.fromisoformat(dict(_period(folder))["startdate"].strip())


def most_counted(folder: Path) -> int:
    """The highest total count from the first day to the last, lines between counts left aside."""
    start = first_day(folder)
    end = start + timedelta(days=int(dict(_period(folder))["length"]))
    _, *files = next(_layout(folder))
    rows = [row for name in files for row in _rows(folder / "source_data" / name) if row[0][:1].isdigit()]
    within = [float(row[1]) for row in rows if start <= date.fromisoformat(row[0]) <= end]
    return round(max(within))


def _period(folder: Path) -> Iterator[tuple[str, str]]:
    return ((row[0].lower(), row[1]) for row in _rows(folder / "input_csv" / "sim_period.csv"))


def _layout(folder: Path) -> Iterator[list[str]]:
    """Label and files of each series, the total first."""
    rows = _rows(folder / "source_data" / "data_layout.csv")
    return ([cell for cell in row if cell] for row in rows if not row[0].startswith("#"))


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.reader(file) if row)


def _write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
