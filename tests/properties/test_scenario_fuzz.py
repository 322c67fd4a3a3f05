"""Whatever lies in a folder, reading it ends in a Scenario or in problems, never in another exception."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from helpers.faults import damaged, outcome
from helpers.worlds import World, line, worlds
from saferground.scenario.columns import schema

fuzz = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILES = ["scenario.toml", *(f"{table}.csv" for table in line().tables)]


@fuzz
@given(st.sampled_from(FILES), st.binary(max_size=300))
@example("scenario.toml", b"[" * 5000)
@example("scenario.toml", b"a = " + b"9" * 5000)
@example("places.csv", b'"')
@example("places.csv", b'id,name\n"\n"\n"')
@example("places.csv", b"\xff\xfe")
@example("places.csv", b"\xff\xfe\x00\x00")
@example("places.csv", b"\xef\xbb\xbf")
@example("places.csv", b"\0" * 50)
@example("places.csv", b"\r")
@example("sources.csv", b"id,title,publisher,published\n,,,\n")
def test_random_bytes(file: str, data: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = line().write(name)
        (folder / file).write_bytes(data)
        scenario, _ = outcome(folder)
        assert scenario is None or not data.strip(b" \n")


@fuzz
@given(worlds(), st.data())
def test_random_damage(world: World, data: st.DataObject) -> None:
    with TemporaryDirectory() as name:
        folder = world.write(name)
        for _ in range(data.draw(st.integers(1, 4))):
            path = data.draw(st.sampled_from(sorted(folder.iterdir())))
            path.write_bytes(damaged(path.read_bytes(), data.draw(st.randoms(use_true_random=False))))
        outcome(folder)


SIEGE = schema("siege")
NUMBERS = [
    (table, column)
    for table in SIEGE.tables
    for column in SIEGE.columns[table]
    if column.type in ("number", "integer", "date")
]
USED = [(table, column) for table, column in NUMBERS if any(column.name in row for row in line().tables.get(table, []))]
GARBAGE = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1, max_size=12).filter(
    lambda text: text.strip() and not _is_plain(text)
)


def _is_plain(text: str) -> bool:
    """Whether Python would take it as a number, or it looks like a date; such texts may be right."""
    try:
        float(text.strip())
    except ValueError:
        return text.strip().count("-") == 2
    return all(sign in "+-.0123456789eE" for sign in text.strip())


@fuzz
@given(st.sampled_from(USED), GARBAGE)
@example(("routes", next(column for _, column in USED if column.name == "length_km")), "1_0")
@example(("routes", next(column for _, column in USED if column.name == "length_km")), "١٢")
@example(("routes", next(column for _, column in USED if column.name == "length_km")), "nan")
@example(("routes", next(column for _, column in USED if column.name == "length_km")), "infinity")
def test_garbage_in_a_figure_never_passes(where: tuple, text: str) -> None:
    table, column = where
    world = line()
    row = next(row for row in world.tables[table] if column.name in row)
    row[column.name] = text
    with TemporaryDirectory() as name:
        scenario, problems = outcome(world.write(name))
    assert scenario is None
    assert any(one.file == f"{table}.csv" and one.column == column.name for one in problems)


@fuzz
@given(
    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4),
    st.sampled_from(["scenario", "parameters.pace"]),
)
def test_random_keys(keys: dict[str, str], section: str) -> None:
    def quoted(text: str) -> str:
        return '"' + "".join(f"\\U{ord(sign):08x}" for sign in text) + '"'

    lines = [f"{quoted(key)} = {quoted(value)}" for key, value in keys.items()]
    world = line()
    with TemporaryDirectory() as name:
        folder = world.write(name)
        path = folder / "scenario.toml"
        head = "" if section == "scenario" else f"[{section}]\n"
        path.write_text(path.read_text() + head + "\n".join(lines) + "\n")
        outcome(folder)
