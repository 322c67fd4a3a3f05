"""Pages kept as JSON, and read back into the same records: what was forecast in one place opens in another.

The file holds which model the page is of, and the page. Reading follows the annotations of the records, so a field
that is added there is read without a word here; a file that lacks it was made by another version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from saferground import __version__
from saferground.errors import RunError
from saferground.reporting.context import Page
from saferground.reporting.journey.context import JourneyPage
from saferground.reporting.sheet import Sheet

Stored = TypeVar("Stored", Page, Sheet)
PAGE = "page.json"
"""The file of a run folder that holds its page."""
MODELS: dict[str, type[Page]] = {"siege": Page, "journey": JourneyPage}
KINDS: dict[str, type[Page | Sheet]] = {**MODELS, "sheet": Sheet}
"""What the file can hold: the page of a forecast by its model, or a sheet, such as that of plans compared."""


def write_page(page: Page | Sheet, to: Path) -> Path:
    """Write the page as JSON and return its path. The same page gives the same bytes.

    Raises OSError when it cannot be written, ValueError when a figure is not a number.
    """
    kind = next(name for name, known in KINDS.items() if known is type(page))
    data = {"kind": kind, "version": __version__, "page": asdict(page)}
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    to.write_text(text + "\n", encoding="utf-8", newline="\n")
    return to


def read_page(folder: Path | str) -> Page:
    """The page of the folder of a forecast, equal to the one that its report was drawn from.

    Raises RunError when the folder holds none, or one that this version cannot read.
    """
    return _read(folder, MODELS)


def read_sheet(folder: Path | str) -> Sheet:
    """The sheet of the folder of a comparison of plans; raises as ``read_page`` does."""
    return _read(folder, {"sheet": Sheet})


def _read(folder: Path | str, kinds: Mapping[str, type[Stored]]) -> Stored:
    path = Path(folder) / PAGE
    if not path.is_file():
        do = "Make the run again with this version."
        raise RunError(f"{folder} has no {PAGE}: it is no run folder, or an older version made it. {do}")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        found: Stored = revived(kinds[data["kind"]], data["page"])
        return found
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        do = f"Make the run again with --out {folder}."
        raise RunError(f"{path} cannot be read ({error}); another version may have made it. {do}") from error


def revived(hint: Any, value: Any) -> Any:
    """JSON as the annotation says: records, tuples, dicts and plain values. Raises ValueError when it does not fit."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _record((hint,), value)
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint), value)
    if get_origin(hint) in (Union, UnionType):
        return _one_of(get_args(hint), value)
    return _frozen(value) if hint is Any else value


def _frozen(value: Any) -> Any:
    """Lists of a cell of a table, as the tuples that they were."""
    return tuple(_frozen(one) for one in value) if isinstance(value, list) else value


def _tuple(hints: tuple[Any, ...], values: Any) -> tuple[Any, ...]:
    if not isinstance(values, list):
        raise ValueError(f"got {values!r:.60}, expected a list")
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(values) if hints[0] in _PLAIN else tuple(revived(hints[0], value) for value in values)
    return tuple(revived(hint, value) for hint, value in zip(hints, values, strict=True))


_PLAIN = (str, int, float, float | None)


def _one_of(hints: tuple[Any, ...], value: Any) -> Any:
    if value is None:
        return None
    records = tuple(hint for hint in hints if isinstance(hint, type) and is_dataclass(hint))
    if records and isinstance(value, dict):
        return _record(records, value)
    return revived(next(hint for hint in hints if hint is not type(None)), value)


def _record(kinds: tuple[type, ...], value: Any) -> Any:
    """The record of these kinds, or of one that refines them, that has exactly the fields of ``value``."""
    for kind in (one for known in kinds for one in _family(known)):
        hints = _hints(kind)
        if hints.keys() == value.keys():
            return kind(**{name: revived(hints[name], part) for name, part in value.items()})
    names = " or ".join(kind.__name__ for kind in kinds)
    raise ValueError(f"got fields {', '.join(value)[:80]}, expected those of {names}")


def _family(kind: type) -> list[type]:
    below: list[type] = kind.__subclasses__()
    return [kind, *(one for refined in below for one in _family(refined))]


@cache
def _hints(kind: type) -> dict[str, Any]:
    known = get_type_hints(kind)
    return {field.name: known[field.name] for field in fields(kind)}
