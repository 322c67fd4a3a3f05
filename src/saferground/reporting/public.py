"""A public product as one small HTML page, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from saferground.exchange.public import STEP, Figure, PublicProduct
from saferground.reporting.render import environment, packaged
from saferground.reporting.words import exact


@dataclass(frozen=True)
class Weeks:
    """One quantity of one place (empty: all together) by week; ``top`` is the largest figure."""

    place: str
    figures: tuple[Figure, ...]
    top: int


@dataclass(frozen=True)
class Quantity:
    """One quantity in words, and its figures by place."""

    words: str
    rows: tuple[Weeks, ...]


def write_public_page(product: PublicProduct, to: Path) -> Path:
    """Write the page as one file of some 20 kB that opens offline, and return its path. The same product gives the same
    bytes. Raises OSError when it cannot be written."""
    to.write_text(render_public(product), encoding="utf-8", newline="\n")
    return to


def render_public(product: PublicProduct) -> str:
    """The page as HTML; text of the user is escaped."""
    made = environment().overlay()
    made.filters = {**made.filters, "told": told}
    style = Markup(packaged("public.css"))
    return made.get_template("public.html.j2").render(page=product, groups=list(quantities(product)), style=style)


def told(people: int) -> str:
    """A lower end in words: ``fewer than 100`` where it is 0, as nothing more is told of small counts."""
    return exact(people) if people else f"fewer than {STEP}"


def quantities(product: PublicProduct) -> Iterator[Quantity]:
    """The figures by quantity and place, in their order."""
    for words, of_quantity in groupby(product.figures, lambda figure: figure.words):
        places = groupby(of_quantity, lambda figure: figure.place)
        yield Quantity(words, tuple(_weeks(place, tuple(figures)) for place, figures in places))


def _weeks(place: str, figures: tuple[Figure, ...]) -> Weeks:
    return Weeks(place, figures, max(figure.high for figure in figures))
