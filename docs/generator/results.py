"""Pages on what comes out: variables of a Dataset, tables of a run folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.datasets import DATASETS, LEARNED_COORDINATES, NEEDS
from generator.markdown import Lines, code, heading, listed, table
from generator.models import other_models
from saferground.axes import CONTROL, LEARNED_VARIABLES, Variable
from saferground.exchange import hxl
from saferground.exchange.classes import column_classes


def variables(model: str) -> Lines:
    """The Datasets of simulate, forecast and needs for a model."""
    dataset = DATASETS[model]
    yield from heading(f"Variables: {model}", "`src/saferground/axes.py`")
    yield from (
        "What `simulate` and `forecast` return, and what `forecast.zarr` of a run folder holds. Dimensions always",
        "come in the order `member, time`, then where, then which group. A value at a day is the state at its end, or",
        "the sum over that day for a flow (unit `people/day`). The forecast proper is `time > as_of`; earlier days are",
        f"the model's own run-up. {other_models('variables', model)}",
        "",
        "## By member and day",
        "",
    )
    rows = ((code(n), _dimensions(v), v.dtype, v.unit, v.meaning) for n, v in dataset.variables.items())
    yield from table(("variable", "dimensions", "type", "unit", "meaning"), rows)
    yield from (*_NOTES[model], "", "## Beside them", "")
    yield from table(("variable", "dimensions", "type", "unit", "meaning"), _named(dataset.beside))
    yield from ("## Coordinates", "")
    yield from table(("coordinate", "along", "unit", "meaning"), _named(dataset.coordinates))
    yield from ("## Attributes", "")
    yield from table(("attribute", "meaning"), ((code(name), meaning) for name, meaning in dataset.attributes.items()))
    if model == "siege":
        yield from _learned()
    yield from ("## Needs", "", *_NEEDED[model], "")
    yield from table(("name", "along", "meaning"), _named(NEEDS))


_LEARNED = (
    "Only where `basis` is `counts`. The attribute `doubts` then lists why the fit should not be trusted, each with",
    "what to do; it is empty when it can be.",
)


def _learned() -> Lines:
    """What a forecast that was fitted to counts holds besides."""
    yield from ("## Learned from counts", "", *_LEARNED, "")
    along = {name: ("member", *v.dims) if name == "count_ahead" else v.dims for name, v in LEARNED_VARIABLES.items()}
    rows = ((code(n), ", ".join(along[n]), v.dtype, v.unit, v.meaning) for n, v in LEARNED_VARIABLES.items())
    yield from table(("variable", "dimensions", "type", "unit", "meaning"), rows)
    yield from table(("coordinate", "along", "unit", "meaning"), _named(LEARNED_COORDINATES))


def _dimensions(variable: Variable) -> str:
    return ", ".join(("member", "time", *variable.dims))


_NOTES = {
    "siege": (
        f"`control` is an index into {listed(CONTROL)}.",
        "",
        "`departures` of a district are those who set out to leave the besieged area; those pushed to another held",
        "district are in `inward`. `departures` of a camp or host community are returns and moves to another one.",
        "`arrivals` of a district are returns. Those on the way, and those killed or in care, are in no place.",
    ),
    "journey": (
        "Displaced people only. Everyone who was ever displaced is at a place or `travelling`. Figures in people are",
        "in units of `people_per_unit`; tables, workbook, report and `needs` give them in people.",
    ),
}
_NEEDED = {
    "siege": ("What `needs` returns; days after the as-of date, sites and settled places only.",),
    "journey": (
        "What `needs` returns; days after the as-of date, camps only. Of more than 93 days ahead it has one in 7, of",
        "more than 731 one in 28, counted from the last.",
    ),
}


def _named(rows: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    return ((code(name), *cells) for name, cells in rows.items())


_ONLY_AFTER_A_FIT = {
    "siege": (
        "`count_ahead`, `fit_counts`, `fit_sources`, `fit_parameters` and `forecasters` are there only where the",
        "forecast was fitted to counts.",
    ),
    "journey": (),
}


def tables(model: str) -> Lines:
    """The tables of a run folder of a model."""
    quantiles = ", ".join(f"`{name}` ({text})" for name, text in hxl.QUANTILES.items())
    yield from heading(
        f"Tables of a run folder: {model}", "`src/saferground/exchange/tables.csv` and `table_columns.csv`"
    )
    yield from (
        "Each is a CSV file in `tables/` and a sheet of `tables.xlsx`. In a CSV file the first row holds the column",
        "names and the second their [HXL](https://hxlstandard.org/standard/1-1final/) tags. A column `q` or `..._q`",
        f"stands for a set of quantiles over the members: {quantiles}; each has the tag of the",
        "set with the quantile as one more attribute. The last column of every file is",
        f"`{hxl.SENSITIVITY.name}` (`{hxl.SENSITIVITY.hxl}`). The workbook leaves out the quarter points and the",
        f"columns marked below. {other_models('tables', model)}",
        "The column *for* is the widest audience that a column may be sent to (`saferground export tables`).",
        *_ONLY_AFTER_A_FIT[model],
        "",
    )
    for name, (sheet, question) in hxl.questions(model).items():
        yield from (f"## {name}.csv", "", f"{question} Sheet: {sheet}.", "")
        described = hxl.descriptions(model)[name]
        classes = column_classes("run", model)
        rows = (
            (code(c.name), c.label, c.unit, code(c.hxl), "" if c.workbook else "no", _words(classes[name, c.name]))
            for c in described
        )
        yield from table(("column", "meaning", "unit", "HXL tag", "in the workbook", "for"), rows)


def score_tables() -> Lines:
    """The tables of a score folder."""
    yield from heading(
        "Tables of a score folder", "`src/saferground/exchange/score_tables.csv` and `score_table_columns.csv`"
    )
    yield from (
        "Each is a CSV file in `tables/` of the folder that `saferground score` writes. The first row holds the column",
        "names and the second their [HXL](https://hxlstandard.org/standard/1-1final/) tags. The last column of every",
        f"file is `{hxl.SENSITIVITY.name}` (`{hxl.SENSITIVITY.hxl}`), the strictest class of the scenarios.",
        "[Scores](../explanation/scores.md) explains the figures.",
        "",
    )
    for name, (_, question) in hxl.questions(hxl.SCORES).items():
        yield from (f"## {name}.csv", "", question, "")
        classes = column_classes(hxl.SCORES)
        described = hxl.descriptions(hxl.SCORES)[name]
        rows = ((code(c.name), c.label, c.unit, code(c.hxl), _words(classes[name, c.name])) for c in described)
        yield from table(("column", "meaning", "unit", "HXL tag", "for"), rows)


def public_tables() -> Lines:
    """The tables of a public product."""
    yield from heading(
        "Tables of a public product", "`src/saferground/exchange/public_tables.csv` and `public_table_columns.csv`"
    )
    yield from (
        "`public.xlsx` of the folder that `saferground export public` writes has a sheet for each. The first is",
        "`public.csv` as well: the first row holds the column names, the second their",
        "[HXL](https://hxlstandard.org/standard/1-1final/) tags, and the last column is the class, `public`.",
        "[Share publicly](../howto/share-publicly.md) says how it is made.",
        "",
    )
    for name, (sheet, question) in hxl.questions(hxl.PUBLIC).items():
        yield from (f"## {name}", "", f"{question} Sheet: {sheet}.", "")
        described = hxl.descriptions(hxl.PUBLIC)[name]
        rows = ((code(c.name), c.label, c.unit, code(c.hxl), "" if c.workbook else "no") for c in described)
        yield from table(("column", "meaning", "unit", "HXL tag", "in the workbook"), rows)


def _words(sensitivity: str) -> str:
    return sensitivity.replace("_", " ")
