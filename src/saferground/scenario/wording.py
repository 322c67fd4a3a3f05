"""How problems are put together: quoting, suggestions, order, and counting what repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sized
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

from saferground.errors import Problem

SHOWN = 20
"""How many problems of one kind in one column are listed before the rest is only counted."""


class Finding(NamedTuple):
    """A problem and the short name of its kind, by which repetitions are counted."""

    kind: str
    problem: Problem


def quoted(text: str, limit: int = 60) -> str:
    """The text in quotes, cut after ``limit`` characters, control characters escaped; ``nothing`` when blank."""
    if not text:
        return "nothing"
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The known name most like ``name`` (capitals, spaces and hyphens do not count); empty when none is close."""
    return _closest(name[:100], tuple(known), cutoff)


@lru_cache(maxsize=4096)
def _closest(name: str, known: tuple[str, ...], cutoff: float) -> str:
    folded = {_fold(one): one for one in known}
    found = get_close_matches(_fold(name), list(folded), n=1, cutoff=cutoff)
    return folded[found[0]] if found else ""


def _fold(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence with the closest known name and a space after it; empty when none is close."""
    found = closest(name, known)
    return f"Did you mean {found!r}? " if found else ""


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Names in a row with commas, cut after ``limit``."""
    every = list(names)
    return ", ".join(every[:limit]) + (f" and {len(every) - limit} more" if len(every) > limit else "")


def many(count: int, one: str, several: str = "") -> str:
    """A number of things: ``1 camp``, ``2 camps``; ``several`` where the plural is not one + s."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def known_of(known: Mapping[str, Sized], tables: Mapping[str, Sized], name: str) -> str:
    """How many rows of a table were known by the as-of date."""
    return f"{len(known[name])} of {len(tables[name])} known by then"


def capped(findings: Iterable[Finding], shown: int = SHOWN) -> list[Problem]:
    """Keep the first ``shown`` findings per file, column and kind; count the rest in one further problem each.

    Memory stays bounded by the number of kinds, however many findings come in.
    """
    problems: list[Problem] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    first_hidden: dict[tuple[str, str, str], Problem] = {}
    for kind, problem in findings:
        key = (problem.file, problem.column, kind)
        seen[key] += 1
        if seen[key] <= shown:
            problems.append(problem)
        else:
            first_hidden.setdefault(key, problem)
    rest = [_more(problem, seen[key] - shown) for key, problem in first_hidden.items()]
    return problems + rest


def _more(problem: Problem, count: int) -> Problem:
    got = f"{count:,} more of the same kind from this line on"
    return replace(problem, got=got, do="Put them right in the same way as those above.")


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, by file and then by line."""
    return sorted(dict.fromkeys(problems), key=lambda one: (one.file, one.line))
