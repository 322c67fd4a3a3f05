"""demographics_*.csv."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from saferground.errors import Problem
from saferground.exchange.flee.sheets import JOURNEY, Row, Sheet, fits, number, repeated, unknown_place
from saferground.scenario.columns import Column
from saferground.scenario.wording import did_you_mean, quoted

DEFAULT = "Default"
_WEIGHT = replace(JOURNEY.column("demographics", "weight"), required=False)
_GENDERS = ("male", "female")
_AGE = Column("flee", (), "age", "number", "years", 0, 130, True, "", (), "")


@dataclass(frozen=True)
class Weight:
    """How common a value of an attribute is at a place ("" = places without a column of their own)."""

    row: Row
    attribute: str
    value: str
    place: str
    weight: float


def read_traits(sheet: Sheet, places: Mapping[str, object], found: list[Problem]) -> list[Weight]:
    """One file of demographics; what is wrong goes to ``found``."""
    if not sheet.rows:
        do = "Add a header attribute,Default and rows value,weight; or delete the file."
        found.append(sheet.problem("no rows", "a header and a row for each value", do))
        return []
    header, rows = sheet.rows[0], sheet.rows[1:]
    _check_header(sheet, header, places, found)
    good = [row for row in rows if fits(row, 2, len(header.cells), found)]
    attribute = header.cell(0)
    _check_values(attribute, good, found)
    weights = [
        Weight(row, attribute, row.cell(0), "" if name == DEFAULT else name, weight)
        for index, name in enumerate(header.cells)
        if index and (name == DEFAULT or name in places)
        for row in good
        if (weight := number(row, index, name, _WEIGHT, found)) is not None
    ]
    _check_sums(sheet, header, weights, found)
    return weights


def _check_header(sheet: Sheet, header: Row, places: Mapping[str, object], found: list[Problem]) -> None:
    wanted = sheet.file.rpartition("demographics_")[2].removesuffix(".csv")
    if header.cell(0) != wanted:
        do = f"Write {wanted} there, or rename the file to demographics_{header.cell(0)}.csv; Flee stops otherwise."
        found.append(header.problem("", quoted(header.cell(0)), f"{quoted(wanted)}, as in the name of the file", do))
    for name in repeated(header.cells[1:]):
        found.append(header.problem(name, f"the column {quoted(name)} twice", "each column once", "Delete one."))
    for name in header.cells[1:]:
        if name and name not in places and name != DEFAULT:
            meant = did_you_mean(name, (DEFAULT,)) if name.lower() == DEFAULT.lower() else ""
            problem = unknown_place(header, name, name, places)
            found.append(replace(problem, do=meant + problem.do))
    misspelt = any(name.lower() == DEFAULT.lower() for name in header.cells)
    if not misspelt and any(name not in header.cells for name in places):
        do = f"Add a column {DEFAULT} for the locations that have no column of their own; Flee stops without it."
        found.append(header.problem(DEFAULT, f"no column {DEFAULT}", f"a column {DEFAULT}", do))


def _check_values(attribute: str, rows: Sequence[Row], found: list[Problem]) -> None:
    for value in repeated(row.cell(0) for row in rows):
        row = [one for one in rows if one.cell(0) == value][-1]
        found.append(row.problem(attribute, f"{quoted(value)} again", "each value once", "Put the rows together."))
    for row in rows:
        if not row.cell(0):
            found.append(row.problem(attribute, "nothing", "a value of the attribute", "Fill it in."))
        elif attribute == "age":
            number(row, 0, attribute, _AGE, found)
        elif attribute == "gender" and row.cell(0) not in _GENDERS:
            do = "Write male or female; Flee's rules know no other words."
            found.append(row.problem(attribute, quoted(row.cell(0)), "male or female", do))


def _check_sums(sheet: Sheet, header: Row, weights: Sequence[Weight], found: list[Problem]) -> None:
    if any(one.file == sheet.file and one.severity == "problem" for one in found):
        return
    for name in header.cells[1:]:
        place = "" if name == DEFAULT else name
        if name and not sum(one.weight for one in weights if one.place == place):
            do = "Give at least one value a weight above 0; Flee stops here."
            found.append(header.problem(name, "no weight above 0", "weights of the values", do))
