"""Numbers, dates and shares in words, so that no page shows more precision than a forecast has."""

from __future__ import annotations

import math
import unicodedata
from datetime import date
from typing import Any

import numpy as np

THIN = "\u202f"
NOTHING = "–"
RANGE = f"90{THIN}% range"


def rounded(value: float, digits: int = 2) -> float:
    """``value`` to so many significant digits; missing stays missing."""
    if not math.isfinite(value) or value == 0:
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def missing(value: Any) -> bool:
    """True for None, NaN and NaT."""
    return value is None or value != value


def about(value: float | None) -> str:
    """A forecast in two significant digits: 92,000; 1.2 million; 7; an en dash when missing."""
    if value is None or missing(value):
        return NOTHING
    size = rounded(float(value))
    if abs(size) >= 1e6:
        return f"{size / 1e6:g} million"
    if abs(size) >= 10:
        return f"{size:,.0f}"
    return f"{size:.0f}" if abs(size) >= 1 and float(size).is_integer() else f"{size:.2g}" if size else "0"


def whole(value: float | None) -> str:
    """People of a forecast: like ``about`` but never a fraction of a person."""
    return about(value) if value is None or missing(value) or value >= 10 else f"{round(float(value)):d}"


def exact(value: float | None) -> str:
    """A figure that somebody counted or stated, as it was stated."""
    if value is None or missing(value):
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,g}"


def span(low: float | None, high: float | None) -> str:
    """A range of forecast people; one figure when both ends round to the same."""
    ends = whole(low), whole(high)
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def percent(share: float | None) -> str:
    """A share as a whole percentage; below and above what the members can tell, <1 and >99."""
    if share is None or missing(share):
        return NOTHING
    if 0 <= share < 0.01:
        return f"<1{THIN}%"
    return f">99{THIN}%" if share > 0.99 else f"{share * 100:.0f}{THIN}%"


def chance(share: float) -> str:
    """A chance as a share of ten, the form that is misread least."""
    tenths = round(share * 10)
    if share >= 0.995:
        return "nearly all futures"
    if tenths == 0 or tenths == 10:
        return (
            "fewer than 1 in 20 futures" if share < 0.05 else "1 in 20 futures" if share < 0.5 else "19 in 20 futures"
        )
    return f"{tenths} in 10 futures" if tenths != 5 else "half of the futures"


def as_date(value: Any) -> date:
    """A date from an ISO string, a date or a NumPy datetime."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    return date.fromisoformat(str(np.datetime64(value, "D")))


def long_day(value: Any) -> str:
    """3 March 2017; an en dash when missing."""
    if missing(value):
        return NOTHING
    day = as_date(value)
    return f"{day.day} {day:%B %Y}"


def short_day(value: Any) -> str:
    """3 Mar; an en dash when missing."""
    if missing(value):
        return NOTHING
    day = as_date(value)
    return f"{day.day} {day:%b}"


def period(first: date, last: date) -> str:
    """between 1 and 30 March 2017, with no month or year said twice."""
    if (first.year, first.month) == (last.year, last.month):
        return f"between {first.day} and {long_day(last)}"
    start = f"{first.day} {first:%B}" if first.year == last.year else long_day(first)
    return f"between {start} and {long_day(last)}"


def sentence(text: str) -> str:
    """The text with its first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]


def dates(first: date, last: date) -> str:
    """1–7 Mar; 29 Mar – 4 Apr: a week in the least room."""
    if first == last:
        return short_day(first)
    return f"{first.day}–{short_day(last)}" if first.month == last.month else f"{short_day(first)} – {short_day(last)}"


def script(text: str) -> str:
    """``ar`` for text in Arabic script, an empty string for anything else; gives the ``lang`` of a name."""
    return "ar" if any(unicodedata.name(letter, "").startswith("ARABIC") for letter in text) else ""


def listed(parts: list[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1] if parts else ""
