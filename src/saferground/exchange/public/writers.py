"""The files of a public product: CSV with HXL tags, a workbook, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from saferground.exchange import hxl
from saferground.exchange.public.release import PublicProduct
from saferground.exchange.table import Table, described
from saferground.exchange.writers import write_csv, write_xlsx

JSON = "public.json"
SAID = ("title", "as_of", "released_from", "status", "reason", "release", "supersedes", "contact", "purpose_limit")
"""What every row of the CSV file repeats, so that it stays with the figures."""


def write_public(product: PublicProduct, folder: Path) -> None:
    """Write ``public.csv``, ``public.xlsx`` and ``public.json`` into an existing folder; the same product, the same
    bytes. A withdrawn product has one row without figures. Raises OSError when a file cannot be written."""
    made = public_tables(product)
    write_csv({"public": made["public"]}, folder)
    write_xlsx(made, folder / "public.xlsx")
    text = json.dumps(product.as_dict(), indent=2, ensure_ascii=False)
    (folder / JSON).write_text(text + "\n", encoding="utf-8", newline="\n")


def public_tables(product: PublicProduct) -> dict[str, Table]:
    """The tables of the workbook by name; ``contents`` and ``columns`` come last."""
    frames = {
        "public": _figures(product),
        "about": pd.DataFrame(about_lines(product), columns=["item", "text"]),
        "left_out": pd.DataFrame(list(product.left_out), columns=["what", "why"], dtype=object),
        "card": pd.DataFrame(
            [(one.title, text) for one in product.card for text in one.texts], columns=["heading", "text"], dtype=object
        ),
        "validation": pd.DataFrame(
            [asdict(one) for one in product.scores], columns=["crisis", "lead", "targets", "ours", "rule", "best"]
        ),
    }
    made = {name: _table(name, frame, product) for name, frame in frames.items() if len(frame)}
    made["contents"] = _table("contents", _contents(made, product), product)
    rows = [(t.name, c.name, c.label, c.unit, c.hxl) for t in made.values() for c in t.columns]
    made["columns"] = _table(
        "columns", pd.DataFrame(rows, columns=["table", "column", "label", "unit", "hxl"]), product
    )
    return made


def about_lines(product: PublicProduct) -> list[tuple[str, str]]:
    """What the product says of itself, one line an item."""
    return [(item, text) for item, text in _about(product) if text]


def _about(product: PublicProduct) -> Iterator[tuple[str, str]]:
    yield "Area", product.title
    yield "Class", "public: may be shared with everyone"
    yield "Status", product.status
    yield "Why withdrawn", product.reason
    yield "As of", f"{product.as_of}: nothing that was published later was used"
    yield "Public from", f"{product.released_from}"
    yield "Release", product.release
    yield "Takes the place of", product.supersedes
    yield "Purpose limit", product.purpose_limit
    yield "Contact", product.contact
    for sentence in product.sure:
        yield "How sure", sentence
    yield "Made with", f"Saferground {product.version}, model {product.model}"


def _table(name: str, frame: pd.DataFrame, product: PublicProduct) -> Table:
    return described(name, frame, hxl.PUBLIC, product.sensitivity)


def _figures(product: PublicProduct) -> pd.DataFrame:
    rows = [asdict(figure) for figure in product.figures]
    columns = ["what", "words", "place", "first", "last", "low", "middle", "high"]
    frame = pd.DataFrame(rows or [dict.fromkeys(columns, "") | {"words": "No figures: withdrawn"}], columns=columns)
    sure = " ".join(product.sure)
    out = "; ".join(f"{what}: {why}" for what, why in product.left_out)
    said = {name: getattr(product, name) for name in SAID} | {"sure": sure, "left_out": out}
    frame = frame.assign(**said)
    dates = ["first", "last", "as_of", "released_from"] if rows else ["as_of", "released_from"]
    return frame.astype(dict.fromkeys(dates, "datetime64[s]"))


def _contents(made: dict[str, Table], product: PublicProduct) -> pd.DataFrame:
    rows = [(table.name, table.question, len(table.frame)) for table in made.values()]
    frame = pd.DataFrame(rows, columns=["table", "question", "rows"])
    return frame.assign(scenario=product.title, as_of=pd.Timestamp(product.as_of))
