"""One cell: from the text in the file to a value of the column's type, or what is wrong with it.

People write numbers and dates in many ways, and Excel adds its own. Each way that has been met has one line in
``NUMBER_HINTS`` or ``DATE_HINTS``: a pattern, and the advice for it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple, TypeAlias

from saferground.scenario.columns import Column
from saferground.scenario.wording import did_you_mean

Value: TypeAlias = "str | float | int | bool | date | tuple[str, ...] | tuple[float, ...] | None"
"""A cell's value; None is a blank number, integer or date."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
"""Control signs, and those that turn the order of letters round, by which a name can be made to read as another one.
The marks of direction that Arabic and Hebrew texts need (U+200E, U+200F, U+061C) and joiners are not among them."""
_ID = re.compile(r"[a-z0-9_]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = range(1900, 2201)
_EXCEL_ZERO = date(1899, 12, 30)
_MISSING_WORDS = r"n/?a\.?|nan|null|none|nil|unknown|unk|tbd|tbc|missing|-+|–|—|\?+|\.|x"

Hint: TypeAlias = tuple[re.Pattern[str], Callable[[str, Column], str]]


class Fault(NamedTuple):
    """What is wrong with a cell: the short name of the kind, what was expected, and what to do."""

    kind: str
    expected: str
    do: str


def read_cell(text: str, column: Column) -> tuple[Value, Fault | None]:
    """The value of a cell, and the fault when there is one.

    Args:
        text: the cell as it stands in the file; spaces at both ends do not count.
        column: the description to read it by. A blank cell takes the column's default.

    Returns:
        The value (a blank one when the cell cannot be read) and a fault or None. Never raises.
    """
    text = text.strip() or column.default
    if text:
        return _READERS[column.kind](text, column)
    fault = Fault("blank", expected(column), _fill_in(column)) if column.required else None
    return blank(column), fault


def blank(column: Column) -> Value:
    """The value of an empty cell."""
    if column.kind in ("number", "integer", "boolean", "date"):
        return None
    return () if column.kind in ("refs", "numbers", "choices") else ""


def expected(column: Column) -> str:
    """What the column holds, in words: ``a number between -90 and 90 (degrees)``."""
    if column.kind == "choice":
        return f"one of {', '.join(column.choices)}"
    words = {
        "choices": f"some of {', '.join(column.choices)}, separated by spaces",
        "id": "a short name of lower-case letters, digits and _",
        "text": "some text",
        "date": "a date as YYYY-MM-DD",
        "number": "a number",
        "integer": "a whole number",
        "boolean": "true or false",
        "numbers": "numbers",
        "ref": f"an id that stands in {column.target}.csv",
        "refs": f"ids that stand in {column.target}.csv, separated by spaces",
    }
    unit = f" ({column.unit})" if column.unit else ""
    return words[column.kind] + _between(column) + unit


def _between(column: Column) -> str:
    if column.low is None or column.high is None:
        return ""
    same = column.low == column.high
    return f", {column.low:.15g}" if same else f" between {column.low:.15g} and {column.high:.15g}"


def _fill_in(column: Column) -> str:
    if column.target == "sources":
        return "Fill in the source; for an assumption add a row to sources.csv that says how it was reached."
    return f"Fill it in: {_lower_first(column.meaning)}."


def _lower_first(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


# --- words ---------------------------------------------------------------------------------------------------------


def _read_text(text: str, column: Column) -> tuple[Value, Fault | None]:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = _HIDDEN.search(plain)
    if hidden is None:
        return plain, None
    do = f"It holds a sign that is not seen (U+{ord(hidden[0]):04X}). Type the words again instead of pasting them."
    return _HIDDEN.sub("", plain), Fault("hidden sign", "text without control signs", do)


def _read_id(text: str, column: Column) -> tuple[Value, Fault | None]:
    if _ID.fullmatch(text):
        return text, None
    better = re.sub(r"[^a-z0-9_]+", "_", unicodedata.normalize("NFKD", text).casefold()).strip("_")
    do = f"Write {better!r} here and wherever the id is used." if better else "Choose a short name in Latin letters."
    return text, Fault("id", expected(column), do)


def _read_choice(text: str, column: Column) -> tuple[Value, Fault | None]:
    if text in column.choices:
        return text, None
    return "", Fault("choice", expected(column), f"{did_you_mean(text, column.choices)}Use one of these words.")


def _read_boolean(text: str, column: Column) -> tuple[Value, Fault | None]:
    if text in ("true", "false"):
        return text == "true", None
    meant = {"yes": "true", "no": "false", "on": "true", "off": "false", "1": "true", "0": "false"}
    word = meant.get(text.lower(), text.lower())
    do = f"Write {word}." if word in ("true", "false") else "Write true or false."
    return None, Fault("boolean", expected(column), do)


def _read_ref(text: str, column: Column) -> tuple[Value, Fault | None]:
    return text, None


def _read_refs(text: str, column: Column) -> tuple[Value, Fault | None]:
    ids = tuple(re.split(r"[\s,;|]+", text.strip(" ,;|")))
    if ids == tuple(text.split()):
        return ids, None
    return ids, Fault("separator", expected(column), f"Write '{' '.join(ids)}'.")


def _read_choices(text: str, column: Column) -> tuple[Value, Fault | None]:
    words, fault = _read_refs(text, column)
    for word in words if isinstance(words, tuple) else ():
        if word not in column.choices:
            return (), _read_choice(str(word), column)[1]
    return words, fault


# --- numbers -------------------------------------------------------------------------------------------------------


def _read_number(text: str, column: Column) -> tuple[Value, Fault | None]:
    if not _NUMBER.fullmatch(text):
        return None, Fault("number", expected(column), _advice(text, column, NUMBER_HINTS))
    value = float(text) + 0.0  # no negative zero
    if not math.isfinite(value):
        return None, Fault("number", expected(column), "Check the exponent; the number is too large for a computer.")
    return _inside(value, column)


def _read_integer(text: str, column: Column) -> tuple[Value, Fault | None]:
    value, fault = _read_number(text, column)
    if fault or not isinstance(value, float):
        return None, fault
    if not value.is_integer():
        return None, Fault("whole", expected(column), f"Round it to {round(value)}, or say what was meant.")
    return int(value), None


def _read_numbers(text: str, column: Column) -> tuple[Value, Fault | None]:
    read = [_read_number(part.strip(), column) for part in text.split("|")]
    faults = [fault for _, fault in read if fault]
    return ((), faults[0]) if faults else (tuple(value for value, _ in read), None)  # type: ignore[return-value]


def _inside(value: float, column: Column) -> tuple[Value, Fault | None]:
    if column.low is not None and value < column.low:
        if value < 0 <= column.low:
            return None, Fault("range", expected(column), "Remove the minus sign; check what was meant.")
        return None, Fault("range", expected(column), f"Write at least {column.low:.15g}; check the unit.")
    if column.high is not None and value > column.high:
        hint = f" A share of {value:.15g} % is {value / 100:.15g}." if column.unit == "share" and value <= 100 else ""
        return None, Fault("range", expected(column), f"Write at most {column.high:.15g}; check the unit.{hint}")
    return value, None


def _advice(text: str, column: Column, hints: tuple[Hint, ...]) -> str:
    for pattern, advise in hints:
        if pattern.fullmatch(text):
            return advise(text, column)
    unit = f" in {column.unit}" if column.unit else ""
    return "Write YYYY-MM-DD." if column.kind == "date" else f"Write a plain number{unit}, such as 1234 or 12.5."


def _when_missing(text: str, column: Column) -> str:
    if column.required:
        return "Write a figure, with its source and a low confidence if need be; without one the row cannot be used."
    return "Leave the cell blank where the figure is not known."


def _percent(text: str, column: Column) -> str:
    plain = text.rstrip("% ٪").replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return "Write the number without the percent sign."
    if column.unit in ("share", "ratio"):
        return f"Write {float(plain) / 100:.12g}, as a part of 1."
    return f"Write {plain}."


def _western_digits(text: str, column: Column) -> str:
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in text).replace("٫", ".").replace("٬", "")
    return f"Write {digits} with the digits 0 to 9."


def _write(change: Callable[[str], str], why: str) -> Callable[[str, Column], str]:
    return lambda text, column: f"Write {change(text)} ({why})."


def _formula(text: str, column: Column) -> str:
    return "Paste the value in place of the formula (in Excel: Paste special, Values)."


def _hints(*rows: tuple[str, Callable[[str, Column], str]]) -> tuple[Hint, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), advise) for pattern, advise in rows)


NUMBER_HINTS = _hints(
    (r"=.*|[+@-][a-z].*", _formula),
    (r"#.*", lambda text, column: "Excel could not compute this cell; write the value itself."),
    (_MISSING_WORDS, _when_missing),
    (r"[+-]?inf(inity)?", lambda text, column: "Write a finite number, or leave the cell blank for no limit."),
    (r".*[%٪]", _percent),
    (r"[0-9]{1,3}(\.[0-9]{3})+,[0-9]+", _write(lambda t: t.replace(".", "").replace(",", "."), "a point for decimals")),
    (r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", lambda text, column: _thousands(text)),
    (r"[0-9]{1,3}(\.[0-9]{3}){2,}", _write(lambda t: t.replace(".", ""), "no thousands separators")),
    (r"[0-9]{1,3}([\s'’][0-9]{3})+([.,][0-9]+)?", _write(lambda t: _joined(t), "no thousands separators")),
    (r"[+-]?[0-9]*,[0-9]+", _write(lambda t: t.replace(",", "."), "a point for decimals, not a comma")),
    (r"[٠-٩۰-۹.,٫٬+-]+", _western_digits),
    (r"[~≈<>≤≥±].*|.*\+", lambda text, column: "Write one number; put the range into the low and high columns."),
    (r"[0-9.,]+\s*(-|–|to)\s*[0-9.,]+", lambda text, column: "Write one number; put the ends into low and high."),
    (r"[0-9.]+\s*[a-z/²]+\.?", lambda text, column: f"Write the number alone; the unit is {column.unit or 'fixed'}."),
)


def _thousands(text: str) -> str:
    plain = text.replace(",", "")
    other = f" (or {text.replace(',', '.')} if the comma marks decimals)" if text.count(",") == 1 else ""
    return f"Write {plain} without thousands separators{other}."


def _joined(text: str) -> str:
    return re.sub(r"[\s'’]", "", text).replace(",", ".")


# --- dates ---------------------------------------------------------------------------------------------------------


def _read_date(text: str, column: Column) -> tuple[Value, Fault | None]:
    if not _DATE.fullmatch(text):
        return None, Fault("date", expected(column), _advice(text, column, DATE_HINTS))
    try:
        value = date.fromisoformat(text)
    except ValueError:
        return None, Fault("date", expected(column), "There is no such day; check month and day.")
    if value.year not in _YEARS:
        return None, Fault("date", expected(column), f"Check the year; {value.year} is out of range.")
    return value, None


def _serial(text: str, column: Column) -> str:
    day = _EXCEL_ZERO + timedelta(days=int(float(text)))
    return f"This looks like Excel's number for {day}; write {day}, and format the column as text."


def _day_first(text: str, column: Column) -> str:
    one, two, year = (int(part) for part in re.split(r"[/.\- ]", text))
    year += 2000 if year < 100 else 0
    found = [day for day in (_day(year, two, one), _day(year, one, two)) if day]
    if not found:
        return "Write YYYY-MM-DD; there is no such day."
    meant = " or ".join(dict.fromkeys(found))
    return f"Write {meant}" + (", whichever was meant." if len(set(found)) > 1 else ".")


def _year_first(text: str, column: Column) -> str:
    year, month, day = (int(part) for part in re.split(r"[/. -]", text))
    return f"Write {_day(year, month, day) or 'YYYY-MM-DD'}."


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


DATE_HINTS = _hints(
    (r"=.*", _formula),
    (r"#.*", lambda text, column: "Excel could not show this date; write it as YYYY-MM-DD."),
    (_MISSING_WORDS, _when_missing),
    (r"[2-6][0-9]{4}(\.[0-9]+)?", _serial),
    (r"[0-9]{1,2}([/.\- ])[0-9]{1,2}\1([0-9]{4}|[0-9]{2})", _day_first),
    (r"[0-9]{4}([/. -])[0-9]{1,2}\1[0-9]{1,2}", _year_first),
    (r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ].*", _write(lambda t: t[:10], "the day alone, without a time")),
    (r".*[a-z].*", lambda text, column: "Write the date in digits as YYYY-MM-DD, for example 2017-02-28."),
    (r".*[٠-٩۰-۹].*", _western_digits),
)

_READERS: dict[str, Callable[[str, Column], tuple[Value, Fault | None]]] = {
    "id": _read_id,
    "text": _read_text,
    "choice": _read_choice,
    "choices": _read_choices,
    "number": _read_number,
    "integer": _read_integer,
    "boolean": _read_boolean,
    "numbers": _read_numbers,
    "date": _read_date,
    "ref": _read_ref,
    "refs": _read_refs,
}
