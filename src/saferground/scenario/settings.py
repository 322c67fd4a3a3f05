"""``scenario.toml``: settings under ``[scenario]``, rules under ``[rules]``, priors under ``[parameters]``."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from saferground.errors import Problem
from saferground.scenario.cells import Value, expected, read_cell
from saferground.scenario.columns import DEFAULT_MODEL, MODELS, Column, Schema, other_model
from saferground.scenario.files import read_text
from saferground.scenario.personal import NO_PERSONAL_DATA, is_personal
from saferground.scenario.wording import closest, did_you_mean, listed, quoted

_MOST_UNKNOWN = 50
"""How many unknown keys of a section, or sections, are listed; the others show once these are put right."""

Lines: TypeAlias = Mapping[tuple[str, ...], int]
"""The line of each key of the file by its path, such as ``("parameters", "pace", "low")``."""


@dataclass(frozen=True)
class Settings:
    """What ``[scenario]`` says. ``days`` count from the day after ``as_of``; ``step_hours`` divides 24."""

    title: str
    purpose: str
    owner: str
    audience: str
    sensitivity: str
    model: str
    start: date
    as_of: date
    days: int
    step_hours: int

    @property
    def end(self) -> date:
        """The last day that is forecast."""
        return self.as_of + timedelta(days=self.days)


class Section(NamedTuple):
    """Values of a section that could be read, and the problems of the others."""

    values: dict[str, Value]
    problems: list[Problem]


def read_toml(path: Path) -> tuple[dict[str, Any] | None, dict[tuple[str, ...], int], list[Problem]]:
    """The file as nested dicts, the line of each key, and what is wrong with the file as a whole.

    The dict is None when the file cannot be read as TOML. Never raises for what the file holds.
    """
    text, problems = read_text(path)
    if text is None:
        return None, {}, problems
    content, lines, broken = toml_of(text, path.name)
    return content, lines, [*problems, *broken]


def toml_of(text: str, file: str) -> tuple[dict[str, Any] | None, dict[tuple[str, ...], int], list[Problem]]:
    """The same of a text that is to become, or was, the file of this name."""
    try:
        content = tomllib.loads(text)
    except (ValueError, OverflowError, RecursionError) as error:
        return None, {}, [_broken(file, error)]
    return content, key_lines(text), []


def model_of(content: Mapping[str, Any]) -> str:
    """The model that the file names, even if it is misspelt; the default one when it names none."""
    section = content.get(closest("scenario", content))
    word = section.get(closest("model", section, cutoff=0.65)) if isinstance(section, dict) else ""
    return closest(str(word), MODELS) or DEFAULT_MODEL


def read_sections(
    schema: Schema, file: str, content: dict[str, Any], lines: dict[tuple[str, ...], int]
) -> tuple[dict[str, Section], list[Problem]]:
    """The values of ``[scenario]`` and ``[rules]``, and what is wrong with the sections of the file as such.

    A key that cannot be read is absent from the values and has a problem there. A misspelt section is reported, and
    ``content`` and ``lines`` then hold it under the name that was meant as well.
    """
    unknown = [name for name in content if name not in schema.sections][:_MOST_UNKNOWN]
    problems = [_unknown_section(schema, file, lines, name) for name in unknown]
    _adopt_misspelt(schema, content, lines, unknown)
    single = [name for name in schema.sections if not isinstance(content.get(name, {}), dict)]
    plain = [name for name in schema.sections if name != "parameters"]
    sections = {name: read_section(schema, file, content.get(name, {}), name, (name,), lines) for name in plain}
    return sections, problems + [_no_section(file, lines, name) for name in single]


def _adopt_misspelt(
    schema: Schema, content: dict[str, Any], lines: dict[tuple[str, ...], int], unknown: list[str]
) -> None:
    for name in unknown:
        meant = closest(name, [one for one in schema.sections if one not in content])
        if meant and isinstance(content[name], dict):
            content[meant] = content[name]
            lines |= {(meant, *path[1:]): line for path, line in lines.items() if path[0] == name}


def read_section(
    schema: Schema, file: str, section: object, table: str, path: tuple[str, ...], lines: Lines
) -> Section:
    """One section against the keys that ``columns.csv`` gives for ``table``.

    Args:
        schema: of the folder's model.
        file: name of the file, for the problems.
        section: what TOML gave for it; anything but a dict counts as empty.
        table: ``scenario``, ``rules`` or ``parameters``.
        path: the section's own path in the file.
        lines: the line of each key.
    """
    given = dict(section) if isinstance(section, dict) else {}
    unknown = [name for name in given if name not in schema.names(table)][:_MOST_UNKNOWN]
    missing = [name for name in schema.names(table) if name not in given]
    renamed = {name: _meant(table, name, missing) for name in unknown}
    problems = [_unknown_key(schema, file, table, (*path, name), renamed[name], lines) for name in unknown]
    given.update({meant: given[name] for name, meant in renamed.items() if meant})
    values: dict[str, Value] = {}
    for column in schema.columns[table]:
        value, problem = _read_key(file, given, column, path, lines)
        if problem:
            problems.append(problem)
        else:
            values[column.name] = value
    return Section(values, problems)


def _meant(table: str, name: str, missing: list[str]) -> str:
    meant = "" if other_model(table, name) else closest(name, missing, cutoff=0.65)
    return "" if is_personal(name) and not is_personal(meant) else meant


def _read_key(
    file: str, given: Mapping[str, object], column: Column, path: tuple[str, ...], lines: Lines
) -> tuple[Value, Problem | None]:
    where = (*path, column.name)
    text, advice = _as_text(given.get(column.name, ""), column)
    value, fault = read_cell(text, column)
    if not fault and not advice:
        return value, None
    do = advice or (fault.do if fault else "")
    got = quoted(text) if column.name in given else "nothing"
    return None, Problem(file, line_of(lines, where), ".".join(where), got, expected(column), do)


def _as_text(value: object, column: Column) -> tuple[str, str]:
    """The value as a cell of a table would hold it, and advice when its TOML type is wrong."""
    if column.kind == "numbers":
        return _numbers_text(value)
    if column.kind == "refs" and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value), ""
    if isinstance(value, (dict, list)):
        return str(value)[:60], "Give one value."
    if column.kind == "boolean":
        return _boolean_text(value, column)
    if column.kind in ("number", "integer"):
        if isinstance(value, bool) or (isinstance(value, str) and value):
            _, fault = read_cell(str(value), column)
            return str(value), fault.do if fault else f"Write {value} without quotation marks."
        return _number_text(value), ""
    if column.kind == "date":
        wrong = isinstance(value, datetime) or not isinstance(value, (date, str))
        return str(value)[:60], "Write the day alone, such as 2017-02-28." if wrong else ""
    return str(value)[:10_000], "" if isinstance(value, str) else "Put the words between quotation marks."


def _boolean_text(value: object, column: Column) -> tuple[str, str]:
    if isinstance(value, bool):
        return str(value).lower(), ""
    if value == "":
        return "", ""
    _, fault = read_cell(str(value), column)
    return str(value)[:60], fault.do if fault else f"Write {value} without quotation marks."


def _numbers_text(value: object) -> tuple[str, str]:
    many = value if isinstance(value, list) else [value]
    if value == "":
        return "", ""
    if not isinstance(value, list) or any(isinstance(one, (bool, str, dict, list, date)) for one in value):
        return str(value)[:60], "Write numbers in brackets, such as [1, 0.5, 0.1]."
    return "|".join(_number_text(one) for one in many), ""


def _number_text(value: object) -> str:
    try:
        return str(value)
    except ValueError:  # Python refuses to print integers of thousands of digits
        return "1e999"


# --- where keys stand ----------------------------------------------------------------------------------------------

_SECTION = re.compile(r"\s*\[\[?\s*([^\[\]#]+?)\s*\]\]?\s*(#.*)?")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")


def key_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of every section and key, counted from 1. Keys of inline tables are not found by themselves.

    The second of several sections ``[[name]]`` is ``("name", "1")``.
    """
    found: dict[tuple[str, ...], int] = {}
    several: Counter[tuple[str, ...]] = Counter()
    section: tuple[str, ...] = ()
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        quotes = line.count('"""') + line.count("'''")
        if not inside:
            if match := _SECTION.fullmatch(line.rstrip("\r")):
                section = _parts(match.group(1))
                found.setdefault(section, number)
                if line.lstrip().startswith("[["):
                    several[section] += 1
                    section = (*section, str(several[section] - 1))
                    found[section] = number
            elif match := _KEY.match(line):
                found.setdefault((*section, *_parts(match.group(1))), number)
        inside ^= quotes % 2 == 1
    return found


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def line_of(lines: Lines, path: tuple[str, ...]) -> int:
    """The line of a key, else of the section that should hold it; 0 when neither stands in the file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 0


# --- problems ------------------------------------------------------------------------------------------------------


def _broken(file: str, error: Exception) -> Problem:
    found = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", str(error))
    line = int(found.group(1)) if found and found.group(1) else 0
    reason = str(error)[: found.start()].strip() if found else str(error) or "nested too deeply"
    where = ", at the end of the file" if found and not line else ""
    do = 'Correct the line: "texts" in quotation marks, dates as 2017-02-28, [sections] in brackets, each key once.'
    return Problem(file, line, "", f"{reason[:120]}{where}", "a TOML file", do)


def _unknown_section(schema: Schema, file: str, lines: Lines, name: str) -> Problem:
    home = next((one for one in schema.sections if one != "parameters" and schema.has(one, name)), "")
    if home:
        do = f"Move it below the line [{home}]."
    else:
        do = f"{other_model(name) or did_you_mean(name, schema.sections)}Rename or delete it."
    got = f"an unknown section {quoted(name)}"
    sections = [f"[{one}]" for one in schema.sections if one != "parameters"]
    return Problem(file, line_of(lines, (name,)), name, got, f"{', '.join(sections)} or [parameters.NAME]", do)


def _no_section(file: str, lines: Lines, name: str) -> Problem:
    do = f"Write [{name}] on a line of its own and the keys below it."
    return Problem(file, line_of(lines, (name,)), name, "a single value", "a section", do)


def _unknown_key(schema: Schema, file: str, table: str, path: tuple[str, ...], meant: str, lines: Lines) -> Problem:
    known = schema.names(table)
    if is_personal(path[-1]) and not meant:
        do = NO_PERSONAL_DATA
    else:
        other = other_model(table, path[-1]) or did_you_mean(path[-1], known)
        do = f"Rename it to {meant!r}." if meant else f"{other}Rename or delete it."
    got = f"an unknown key {quoted(path[-1])}"
    return Problem(file, line_of(lines, path), ".".join(path), got, listed(known), do)
