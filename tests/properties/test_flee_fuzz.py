"""Whatever lies in a Flee folder, importing it ends in a whole scenario or in problems: never in a wrong success."""

from __future__ import annotations

import csv
import random
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpers.faults import SPICE
from helpers.flee_inputs import CONFLICTS, HAVEN, LAYOUT, LOCATIONS, PERIOD, ROUTES, SETTINGS, SMALL, write
from saferground.errors import Problem, ScenarioError
from saferground.exchange.flee import FleeImport, import_flee
from saferground.scenario import check_scenario

fuzz = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILES = sorted(SMALL)
VERSIONS = st.sampled_from(["corrected", "3.1"])
Bytes = dict[str, bytes]
GOOD: Bytes = {name: text.encode() for name, text in SMALL.items()}
EXTRA = {
    "input_csv/flood_level.csv",
    "input_csv/region_attributes_IPC.csv",
    "location_changes.csv",
    "input_csv/major_routes.csv",
}


def outcome(files: Bytes, version: str, folder: Path) -> tuple[FleeImport | None, tuple[Problem, ...]]:
    """What came of the files: a scenario that passes every check, or problems and nothing written."""
    write(files, folder / "crisis")
    try:
        made = import_flee(folder / "crisis", folder / "out", version=version)
    except ScenarioError as error:
        check_problems(error.problems, files)
        assert sorted(path.name for path in folder.iterdir()) == ["crisis"]
        return None, error.problems
    scenario, found = check_scenario(folder / "out")
    assert scenario is not None, list(map(str, found))
    check_content(files, folder / "out")
    return made, ()


def check_problems(found: tuple[Problem, ...], files: Bytes) -> None:
    """Each is about a file of the Flee folder, not of the scenario, and says everything."""
    assert found
    for problem in found:
        assert problem.file in {*files, *GOOD, *EXTRA}, problem
        assert all((problem.got, problem.expected, problem.do)), problem


def check_content(files: Bytes, out: Path) -> None:
    """Places, routes and counts are those of the files."""
    locations = table(files[LOCATIONS])
    assert column(out, "places", "name") == [row[0] for row in locations]
    assert [
        float(a or 0) + float(b or 0)
        for a, b in zip(column(out, "places", "population"), column(out, "places", "capacity"), strict=True)
    ] == [float(row[7] or 0) for row in locations]
    names = dict(zip(column(out, "places", "id"), column(out, "places", "name"), strict=True))
    ends = [[names[one] for one in column(out, "routes", end)] for end in ("origin", "destination")]
    routes = [(row[0], row[1], float(row[2])) for row in table(files[ROUTES])]
    lengths = [float(length) for length in column(out, "routes", "length_km")]
    assert sorted(set(zip(*ends, lengths, strict=True))) == sorted(set(routes))
    series, values, days = (column(out, "counts", name) for name in ("series", "value", "end"))
    made = {
        (day, float(value)) for label, value, day in zip(series, values, days, strict=True) if label.startswith("Haven")
    }
    if layout_of(files).get("Haven") == ["haven.csv"]:
        rows = [row for row in table(files[HAVEN]) if len(row) > 1 and row[1]]
        assert made == {
            ("-".join(part.zfill(2) for part in row[0].split("-")), float(row[1]))
            for row in rows
            if row[0][:1].isdigit()
        }


def layout_of(files: Bytes) -> dict[str, list[str]]:
    return {row[0]: [cell for cell in row[1:] if cell] for row in table(files[LAYOUT])}


def table(content: bytes) -> list[list[str]]:
    """Rows as a plain reader sees them: no comments, no blank rows, no header without #."""
    rows = [[cell.strip() for cell in row] for row in csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))]
    kept = [row for row in rows if any(row) and not row[0].startswith("#")]
    return kept[1:] if kept and kept[0][0].lower() in ("name", "name1") else kept


def column(out: Path, name: str, key: str) -> list[str]:
    with (out / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row[key] for row in csv.DictReader(file)]


@fuzz
@given(st.sampled_from(FILES), st.binary(max_size=300), VERSIONS)
@example(SETTINGS, b"[" * 5000, "3.1")
@example(SETTINGS, b"a: &x\n  <<: *x\n", "corrected")
@example(SETTINGS, b"move_rules: {? [a, b] : c}", "corrected")
@example(SETTINGS, b"!!binary x", "corrected")
@example(SETTINGS, b"x: 2001-99-99", "corrected")
@example(SETTINGS, b"optimisations:\n  hasten: 1" + b"0" * 5000, "corrected")
@example(LOCATIONS, b'"', "corrected")
@example(LOCATIONS, b'#"\n"\n"', "corrected")
@example(ROUTES, b"\xff\xfe", "corrected")
@example(CONFLICTS, b"\xef\xbb\xbf", "3.1")
@example(CONFLICTS, b"#Day\n", "3.1")
@example(CONFLICTS, b",,,\n0", "3.1")
@example(PERIOD, b"StartDate,9999-12-31\nLength,3651\n", "corrected")
@example(PERIOD, b"StartDate,2190-01-01\nLength,3651\n", "corrected")
@example(HAVEN, b"\0" * 50, "corrected")
@example(LAYOUT, b"total,..\nHaven,.\n", "corrected")
@example(LAYOUT, b"total,/etc/hostname\n", "corrected")
def test_random_bytes(file: str, data: bytes, version: str) -> None:
    with TemporaryDirectory() as name:
        outcome({**GOOD, file: data}, version, Path(name))


@fuzz
@given(st.data(), VERSIONS)
def test_random_damage(data: st.DataObject, version: str) -> None:
    files = dict(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        file = data.draw(st.sampled_from(FILES))
        files[file] = damaged(files[file], data.draw(st.randoms(use_true_random=False)))
    with TemporaryDirectory() as name:
        outcome(files, version, Path(name))


def damaged(old: bytes, rng: random.Random) -> bytes:
    at = rng.randint(0, len(old))
    kind = rng.choice(["cut", "insert", "drop", "swap", "double", "rows", "twice"])
    if kind == "cut":
        return old[:at]
    if kind == "insert":
        return old[:at] + rng.choice(SPICE) + old[at:]
    if kind == "drop":
        return old[:at] + old[at + rng.randint(1, 30) :]
    if kind == "double":
        return old + old[at:]
    lines = old.splitlines(keepends=True)
    if kind == "rows":
        rng.shuffle(lines)
        return b"".join(lines)
    if kind == "twice" and lines:
        return old + rng.choice(lines)
    return old[:at] + bytes([rng.randrange(256)]) + old[at + 1 :]


CELLS = [
    "", "0", "-1", "1", "2", "0.5", "1e3", "nan", "inf", "-inf", "1_0", "١٢", "12,5", "x", "#", "NaN", "None", "TRUE",
    "War Town", "Haven", "haven", "Here", "There", "camp", "idpcamp", "flood_zone", "total", "Default", "2020-02-28",
    "2020-2-9", "2020-02-30", "28/02/2020", "haven.csv", "../haven.csv", "9" * 30, "-0", "+5", " 7 ", "\u00a0",
]  # fmt: skip


@fuzz
@given(st.sampled_from([name for name in FILES if name.endswith(".csv")]), st.data(), VERSIONS)
def test_random_cells(file: str, data: st.DataObject, version: str) -> None:
    rows = list(csv.reader(StringIO(SMALL[file], newline="")))
    for _ in range(data.draw(st.integers(1, 2))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(CELLS))
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    with TemporaryDirectory() as name:
        outcome({**GOOD, file: text.getvalue().encode()}, version, Path(name))


VALUES = [
    "", "1", "0", "-1", "0.5", "1e5", "1.0e+5", ".nan", ".inf", "True", "no", "'no'", '"False"', "~", "[]", "[1, 2]",
    "[a]", "{}", "{a: 1}", "0x10", "1:30", "2012-02-29", "!!str 1", "constant", "Poisson", "&x 1", "*x", "|", ">",
    "- 1", "@",
]  # fmt: skip


@fuzz
@given(st.data(), VERSIONS)
def test_random_settings(data: st.DataObject, version: str) -> None:
    from saferground.exchange.flee.settings import known_settings

    lines = []
    for section in ("log_levels", "spawn_rules", "move_rules", "optimisations"):
        keys = [one.key for one in known_settings().values() if one.section == section]
        lines.append(f"{section}:")
        for key in data.draw(st.lists(st.sampled_from(keys), max_size=2, unique=True)):
            lines.append(f"  {key}: {data.draw(st.sampled_from(VALUES))}")
    with TemporaryDirectory() as name:
        outcome({**GOOD, SETTINGS: "\n".join(lines).encode()}, version, Path(name))


@fuzz
@given(st.sampled_from(sorted(EXTRA)), st.binary(max_size=200))
@example("input_csv/flood_level.csv", b"#Day,Mid\n0,9999\n")
@example("input_csv/region_attributes_IPC.csv", b"#Day,West\n0,1\n99999,2\n")
@example("location_changes.csv", b"Mid,camp,99999\nMid,conflict,0\n")
@example("input_csv/major_routes.csv", b"Mid,Hub\nMid,Hub,Haven\n")
def test_random_files_beside(file: str, data: bytes) -> None:
    with TemporaryDirectory() as name:
        outcome({**GOOD, file: data}, "corrected", Path(name))
