"""simsetting.yml against ``settings.csv``: every key is known, stands where Flee reads it, and has a value."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from saferground.errors import Problem
from saferground.exchange.flee.sheets import JOURNEY
from saferground.exchange.flee.yml import Given, Values, read_yml
from saferground.scenario.wording import did_you_mean, listed, quoted

V31 = "3.1"
CORRECTED = "corrected"
VERSIONS = (CORRECTED, V31)
_LOGS = "log_levels"


@dataclass(frozen=True)
class Setting:
    """One key that Flee knows.

    Attributes:
        section: the section that it stands in, "" for the top of the file.
        key: its name.
        type: boolean, integer, number, numbers, text, section or any.
        default: as text; "" = none.
        versions: versions of Flee that read it.
        becomes: what the importer makes of it: parameter, rule, spawning, nothing, unexpressed ...
        target: the parameter or rule of a journey scenario.
        meaning: for what becomes nothing or is not expressed: what it would do.
    """

    section: str
    key: str
    type: str
    default: str
    versions: tuple[str, ...]
    becomes: str
    target: str
    meaning: str

    @property
    def name(self) -> str:
        """Section and key with a point between."""
        return f"{self.section}.{self.key}" if self.section else self.key


@cache
def known_settings() -> Mapping[tuple[str, str], Setting]:
    """Every setting by section and key, as ``settings.csv`` lists them."""
    text = (files("saferground.exchange.flee") / "settings.csv").read_text(encoding="utf-8")
    rows = [_setting(row) for row in csv.DictReader(StringIO(text))]
    return MappingProxyType({(one.section, one.key): one for one in rows})


def _setting(row: dict[str, str]) -> Setting:
    versions = tuple(row.pop("versions").split("|"))
    return Setting(versions=versions, **row)


@dataclass(frozen=True)
class Settings:
    """What the file says, and what of it the chosen version of Flee reads.

    Attributes:
        file: its name inside the Flee folder.
        version: ``corrected`` or ``3.1``.
        given: every key of the file that could be read.
    """

    file: str
    version: str
    given: Values

    def reads(self, setting: Setting) -> bool:
        """Whether the version reads the setting; the corrected one knows all."""
        return self.version == CORRECTED or V31 in setting.versions

    def value(self, section: str, key: str) -> Any:
        """The value that holds: of the file if the version reads it, else the default (None where there is none)."""
        setting = known_settings()[section, key]
        one = self.given.get((section, key))
        return one.value if one is not None and self.reads(setting) else default_of(setting)

    def is_given(self, section: str, key: str) -> bool:
        """Whether the file has the key, it is not blank, and the version reads it."""
        one = self.given.get((section, key))
        return one is not None and one.value is not None and self.reads(known_settings()[section, key])

    def line(self, section: str, key: str) -> int:
        """The line of a key, 0 when the file lacks it."""
        one = self.given.get((section, key))
        return one.line if one else 0

    def problem(self, section: str, key: str, got: str, expected: str, do: str) -> Problem:
        """A problem with a key."""
        return Problem(self.file, self.line(section, key), f"{section}.{key}".strip("."), got, expected, do)


def default_of(setting: Setting) -> Any:
    """Flee's default; None where it has none."""
    if not setting.default:
        return None
    if setting.type == "boolean":
        return setting.default == "True"
    return setting.default if setting.type == "text" else float(setting.default)


def read_settings(path: Path, file: str, version: str, found: list[Problem]) -> Settings:
    """Read and check a settings file; what is wrong goes to ``found``.

    Keys that are wrong are left out of the result, which then gives their defaults.
    """
    sections = frozenset(one.name for one in known_settings().values() if one.type == "section")
    tops = frozenset(one.section for one in known_settings().values() if one.section and "." not in one.section)
    given = read_yml(path, file, sections | tops, found)
    good = {}
    for (section, key), one in given.items():
        if not section and key in tops:
            continue
        setting = known_settings().get((section, key))
        if setting is None:
            found.append(_unknown(file, section, key, one, tops))
        elif (value := _checked(setting, one, file, found)) is not None or one.value is None:
            good[section, key] = one._replace(value=value)
    return Settings(file, version, MappingProxyType(good))


# --- keys that are not known -----------------------------------------------------------------------------------------


def _unknown(file: str, section: str, key: str, one: Given, tops: frozenset[str]) -> Problem:
    where = f"{section}.{key}" if section else key
    home = next((other for other in known_settings().values() if other.key == key), None)
    if section == _LOGS:
        do = "Nothing needs to be done; Flee knows no such log level and takes no notice of it."
        return Problem(file, one.line, where, quoted(key), "a known log level", do, severity="note")
    if home is not None:
        do = f"Move it below {home.section}; where it stands, Flee does not read it." if home.section else _TO_TOP
        return Problem(file, one.line, where, f"{quoted(key)} in another section", f"{home.name}", do)
    known = [other.key for other in known_settings().values() if other.section == section] + (
        [] if section else [*tops]
    )
    every = [other.key for other in known_settings().values()]
    do = f"{did_you_mean(key, known) or did_you_mean(key, every)}Rename or delete it; Flee does not read it."
    return Problem(file, one.line, where, f"an unknown setting {quoted(key)}", listed(known), do)


_TO_TOP = "Move it to the start of a line; where it stands, Flee does not read it."


# --- values ----------------------------------------------------------------------------------------------------------


def _checked(setting: Setting, one: Given, file: str, found: list[Problem]) -> Any:
    """The value in the type of the setting, or None when it is wrong (which goes to ``found``)."""
    if setting.type in ("section", "any"):
        return one.value if one.value is not None else None
    if one.value is None:
        if setting.type != "numbers":
            do = f"Write a value, or delete the line for the default, {setting.default or 'none'}."
            found.append(_fault(setting, one, file, "a key without a value", _expected(setting), do))
        return None
    check = {"boolean": _boolean, "integer": _number, "number": _number, "numbers": _numbers, "text": _text}
    return check[setting.type](setting, one, file, found)


def _boolean(setting: Setting, one: Given, file: str, found: list[Problem]) -> bool | None:
    if isinstance(one.value, bool):
        return one.value
    if type(one.value) is int and one.value in (0, 1):
        return bool(one.value)
    words = {"true": "True", "yes": "True", "on": "True", "false": "False", "no": "False", "off": "False"}
    meant = words.get(str(one.value).strip().lower(), "")
    if isinstance(one.value, str) and one.quoted:
        do = f"Write {meant or 'True or False'} without quotation marks; Flee takes any quoted word as true."
    else:
        do = f"{did_you_mean(str(one.value)[:40], ('True', 'False'))}Write True or False."
    found.append(_fault(setting, one, file, _shown(one), "True or False", do))
    return None


def _number(setting: Setting, one: Given, file: str, found: list[Problem]) -> float | None:
    expected, low, high = _expected(setting), *_bounds(setting)
    if isinstance(one.value, str):
        found.append(_fault(setting, one, file, _shown(one), expected, _plain_number(one.value)))
        return None
    if isinstance(one.value, bool) or not isinstance(one.value, (int, float)):
        found.append(_fault(setting, one, file, _shown(one), expected, "Write one number."))
        return None
    value = _finite(one.value)
    if value is None or not low <= value <= high or (setting.type == "integer" and not value.is_integer()):
        found.append(_fault(setting, one, file, _shown(one), expected, "Correct the number; check its unit."))
        return None
    return value


def _finite(value: float) -> float | None:
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _plain_number(text: str) -> str:
    try:
        value = float(text)
    except ValueError:
        return "Write a number."
    return f"Write {value!r} without quotation marks." if math.isfinite(value) else "Write a finite number."


def _numbers(setting: Setting, one: Given, file: str, found: list[Problem]) -> tuple[float, ...] | None:
    many = one.value
    if not isinstance(many, list):
        found.append(_fault(setting, one, file, _shown(one), "numbers in brackets", "Write them as [1.0, 0.5, 0.1]."))
        return None
    alone = replace(setting, type="number")
    read = [_number(alone, one._replace(value=value, quoted=False), file, found) for value in many]
    return None if any(value is None for value in read) else tuple(value for value in read if value is not None)


def _text(setting: Setting, one: Given, file: str, found: list[Problem]) -> str | None:
    if isinstance(one.value, str):
        return one.value
    found.append(_fault(setting, one, file, _shown(one), "a word", "Write a word."))
    return None


def _bounds(setting: Setting) -> tuple[float, float]:
    """Lowest and highest value that a journey scenario can hold."""
    if setting.target in JOURNEY.parameters:
        parameter = JOURNEY.parameters[setting.target]
        return parameter.lower, parameter.upper
    if setting.target and JOURNEY.has("rules", setting.target):
        column = JOURNEY.column("rules", setting.target)
        return (-math.inf if column.low is None else column.low, math.inf if column.high is None else column.high)
    return (0.0, 1.0) if setting.becomes == "intensity" else (-math.inf, math.inf)


def _expected(setting: Setting) -> str:
    words = {"boolean": "True or False", "integer": "a whole number", "number": "a number", "text": "a word"}
    low, high = _bounds(setting)
    between = f" between {low:.15g} and {high:.15g}" if setting.type != "boolean" and math.isfinite(low) else ""
    return words.get(setting.type, "numbers in brackets") + between


def _shown(one: Given) -> str:
    text = str(one.value) if isinstance(one.value, (str, int, float)) else "a list or section"
    return quoted(text) + (" in quotation marks" if one.quoted else "")


def _fault(setting: Setting, one: Given, file: str, got: str, expected: str, do: str) -> Problem:
    return Problem(file, one.line, setting.name, got, expected, do)
