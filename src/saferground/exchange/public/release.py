"""The record of a public product: figures, and what every file of it must say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import xarray as xr

from saferground.errors import UsageError
from saferground.exchange.public.card import PURPOSE, Heading, Score, known_scores, left_out, model_card, sure
from saferground.exchange.public.figures import Figure, public_figures
from saferground.exchange.public.names import refuse_names
from saferground.exchange.public.rounding import STEP
from saferground.planning.journey.views import is_journey

CLASS = "public"
DELAY, LEAST_DELAY = 72, 48
"""Hours after the end of the as-of date before which nothing is made, unless told otherwise; and the least of them."""
NOT_FROM = ("strictly_restricted",)
"""Classes of runs from which nothing public is derived."""


@dataclass(frozen=True)
class PublicProduct:
    """What is told to everyone of one run. Days are dates; people are rounded as ``rounding`` says."""

    release: str
    title: str
    sensitivity: str
    status: str
    reason: str
    supersedes: str
    as_of: date
    released_from: date
    contact: str
    purpose_limit: str
    sure: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    version: str
    model: str
    figures: tuple[Figure, ...] = field(repr=False)
    card: tuple[Heading, ...] = field(repr=False)
    scores: tuple[Score, ...] = field(repr=False)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data; days are ISO."""
        return json.loads(json.dumps(asdict(self), default=str))


def public_product(
    forecast: xr.Dataset, now: datetime, *, contact: str, title: str = "", delay: int = DELAY, supersedes: str = ""
) -> PublicProduct:
    """Derive the public product of a forecast; the same forecast and words give the same product, whatever the hour.

    Parameters
    ----------
    forecast : the Dataset of ``saferground.forecast``
    now : the moment, with a time zone; nothing is made before ``delay`` hours after the end of the as-of date (UTC)
    contact : whom a reader can ask, such as the address of an office
    title : the area, in words; default the title of the scenario
    delay : hours, ``LEAST_DELAY`` or more
    supersedes : the release that this one takes the place of

    Raises
    ------
    UsageError
        It is too early, the delay too short, the class of the run too strict, no whole week lies ahead, a contact is
        missing, or a text names a place that is not public.
    """
    attrs = forecast.attrs
    _refuse_class(str(attrs["sensitivity"]))
    start = _from(date.fromisoformat(attrs["as_of"]), delay, now)
    title = title or str(attrs["title"])
    if not contact.strip():
        raise UsageError("A public product must say whom a reader can ask. Give --contact.")
    refuse_names({"title": title, "contact": contact, "name of the scenario": str(attrs["scenario"])}, forecast)
    figures = public_figures(forecast)
    if not figures:
        raise UsageError(
            "The run has no whole calendar week (Monday to Sunday) ahead of its as-of date, and nothing public is told "
            "by day. Forecast again with --days 14 or more."
        )
    return _named(_product(forecast, figures, title, contact.strip(), start, supersedes))


def _refuse_class(sensitivity: str) -> None:
    if sensitivity in NOT_FROM:
        raise UsageError(
            f"The class of the run is {sensitivity}, and nothing public is derived from such a run. If its owner "
            "agrees to a public product, set `sensitivity` in scenario.toml to restricted and forecast again."
        )


def _from(as_of: date, delay: int, now: datetime) -> date:
    """The first day on which the product may be public; refuses when that has not begun (UTC)."""
    if delay < LEAST_DELAY:
        raise UsageError(f"A delay of {delay} h; expected {LEAST_DELAY} h or more after the end of the as-of date.")
    start = as_of + timedelta(days=1 + -(-delay // 24))
    if now.astimezone(UTC).date() < start:
        raise UsageError(
            f"It is too early: what is known as of {as_of} may be public from {start} on ({delay} h after that day). "
            "Make it then, or from a run of an earlier day (`saferground forecast ... --as-of`)."
        )
    return start


def _product(
    forecast: xr.Dataset, figures: tuple[Figure, ...], title: str, contact: str, start: date, supersedes: str
) -> PublicProduct:
    model = "journey" if is_journey(forecast) else "siege"
    scores = known_scores(model)
    return PublicProduct(
        release="",
        title=title,
        sensitivity=CLASS,
        status="current",
        reason="",
        supersedes=supersedes,
        as_of=date.fromisoformat(forecast.attrs["as_of"]),
        released_from=start,
        contact=contact,
        purpose_limit=PURPOSE,
        sure=sure(str(forecast.attrs["basis"]), bool(len(forecast.attrs.get("doubts", ())))),
        left_out=left_out(model, STEP),
        version=str(forecast.attrs["version"]),
        model=model,
        figures=figures,
        card=model_card(model, scores, str(forecast.attrs["version"]), contact),
        scores=scores,
    )


def _named(product: PublicProduct) -> PublicProduct:
    """With its name: the as-of date and a fingerprint of all that it says."""
    told = json.dumps(product.as_dict(), sort_keys=True, ensure_ascii=False)
    return replace(product, release=f"{product.as_of}-{hashlib.sha256(told.encode()).hexdigest()[:12]}")


def withdrawn(product: Mapping[str, object], reason: str) -> PublicProduct:
    """A product that was read back (``as_dict``), withdrawn: its name and days stay, its figures go.

    Raises UsageError without a reason.
    """
    if not reason.strip():
        raise UsageError("Say why it is withdrawn, for those who used it. Give --reason.")
    return PublicProduct(
        release=str(product["release"]),
        title=str(product["title"]),
        supersedes=str(product["supersedes"]),
        contact=str(product["contact"]),
        version=str(product["version"]),
        model=str(product["model"]),
        as_of=date.fromisoformat(str(product["as_of"])),
        released_from=date.fromisoformat(str(product["released_from"])),
        sensitivity=CLASS,
        status="withdrawn",
        reason=reason.strip(),
        purpose_limit=PURPOSE,
        sure=(),
        left_out=(),
        figures=(),
        card=(),
        scores=(),
    )
