"""Names that no public product may hold: those of places and ways of the run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

import xarray as xr

from saferground.errors import UsageError
from saferground.exchange.public.figures import named_camps
from saferground.planning.journey.views import is_journey

NAMES = ("place_name", "place_name_local")
SHORTEST = 3
"""Letters of the shortest name that is looked for."""


def refuse_names(texts: Mapping[str, str], forecast: xr.Dataset) -> None:
    """Refuse words of the user's own that name a place or way of the run which the product does not name.

    Raises UsageError that lists each text and what it names.
    """
    names = secret_names(forecast)
    found = [(what, name) for what, text in texts.items() for name in names if holds(text, name)]
    if found:
        listed = "; ".join(f"the {what} names {name!r}" for what, name in found)
        raise UsageError(
            f"A public product names no district, way, site or hospital of the run: {listed}. Give words of your own "
            "with --title and --contact, or rename the scenario folder."
        )


def holds(text: str, name: str) -> bool:
    """Whether the name stands in the text as a word or words of its own, whatever the case."""
    return re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text.casefold()) is not None


def secret_names(forecast: xr.Dataset) -> list[str]:
    """Names and local names of all places, their parts between ``/`` and brackets; ids with a digit or ``_``. Sorted.

    Not those of the camps that the product names, and none of fewer than ``SHORTEST`` letters. An id that is a plain
    word is either a name as well or says nothing (``desk``).
    """
    named = named_camps(forecast) if is_journey(forecast) else []
    kept = [at for at in range(forecast.sizes["place"]) if at not in named]
    names = list(
        chain(*(forecast[name].values[kept].astype(str).tolist() for name in NAMES if name in forecast.coords))
    )
    parts = [part.strip() for name in names for part in re.split(r"[/()]", name)]
    ids = [*forecast["place"].values[kept].astype(str).tolist(), *forecast["route"].values.astype(str).tolist()]
    told = {str(name) for name in forecast["place_name"].values[named]}
    every = {*names, *parts, *(one for one in ids if re.search(r"[\d_]", one))}
    return sorted({name for name in every if len(name) >= SHORTEST} - told)
