"""Nobody can find a small count from public figures by subtraction: linear programmes over random tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.differencing import Atom, Sum, journey_of, siege_of, widths
from saferground.exchange.public import SMALL, STEP, Figure, at_least, below, figures, public_figures
from saferground.exchange.public.rounding import MOST_PARTS

SIZES = st.one_of(st.integers(0, 120), st.integers(900, 1_200), st.integers(9_800, 10_200), st.integers(0, 3_000_000))
"""Few people, and sizes at which the step of the grid changes."""
TABLE = st.lists(SIZES, min_size=2, max_size=6)


def places(days: xr.Dataset, figure: Figure) -> Iterator[str]:
    """Ids of the places that a figure sums."""
    kinds = dict(zip(days["place"].values.tolist(), days["place_kind"].values.tolist(), strict=True))
    if days.attrs["model"] == "siege":
        wanted = {"camps": ("camp",), "hosts": ("host_community",), "received": ("camp", "host_community")}
        yield from (name for name, kind in kinds.items() if kind in wanted[figure.what])
    elif figure.what == "camp":
        yield figure.place
    else:
        inside = figure.what != "outside"
        yield from (name for name, kind in kinds.items() if (figure.what == "displaced" or (kind != "town") == inside))
        yield from ("way",) * (figure.what != "camps")


def sums(days: xr.Dataset) -> Iterator[Sum]:
    """What the figures of a run of one member tell: low, middle and high are of the same number."""
    for figure in public_figures(days):
        if figure.what == "leaving":
            span = days["time"].sel(time=slice(str(figure.first), str(figure.last))).values
            atoms: set[Atom] = {("day", str(day)) for day in span}
        else:
            atoms = {("place", str(figure.first), name) for name in places(days, figure)}
        yield Sum(frozenset(atoms), max(figure.low, figure.middle), figure.high)


def narrowest(*runs: xr.Dataset) -> float:
    return min(widths(one for run in runs for one in sums(run)).values())


@settings(max_examples=25, deadline=None)
@given(TABLE, TABLE, st.lists(st.integers(0, 60), min_size=1, max_size=25))
def test_no_place_and_no_day_of_a_siege_can_be_found(camps: list[int], hosts: list[int], leaving: list[int]) -> None:
    days = [siege_of(camps, hosts, leaving, as_of) for as_of in ("2030-03-02", "2030-03-03")]
    assert narrowest(*days) >= SMALL


@settings(max_examples=25, deadline=None)
@given(TABLE, st.lists(SIZES, max_size=3), TABLE, st.lists(SIZES, max_size=2), SIZES)
def test_no_place_of_a_journey_can_be_found(
    camps: list[int], inner: list[int], towns: list[int], zones: list[int], way: int
) -> None:
    days = [journey_of(camps, inner, towns, zones, way, as_of) for as_of in ("2030-03-02", "2030-03-03")]
    assert narrowest(*days) >= SMALL


def test_not_with_the_most_parts_either() -> None:
    camps = [1_099] * (MOST_PARTS + 5) + [99]
    assert narrowest(journey_of(camps, [3, 4], [7], [2], 1)) >= SMALL


@given(st.lists(SIZES, max_size=5), st.lists(SIZES, max_size=3))
def test_no_camp_is_left_as_the_only_one_without_a_name(camps: list[int], inner: list[int]) -> None:
    days = journey_of(camps, inner, [1], [1], 1)
    named = figures.named_camps(days)
    assert not named or len(camps) + len(inner) - len(named) != 1


@given(st.one_of(SIZES, st.floats(0, 1e7)))
def test_every_number_lies_in_its_range_on_the_grid(people: float) -> None:
    low, high = at_least(people), below(people)
    assert low <= people < high
    assert low % STEP == high % STEP == 0
    assert high - low >= STEP


# --- the attack is real: without the rule it finds small counts ------------------------------------------------------

TOLD = [1_049, 1_049, 99]


def nearest(people: float) -> int:
    return round(people / STEP) * STEP - STEP // 2 if people >= STEP else 0


def only_small_ones_hidden(people: float) -> int:
    return int(people) if people >= STEP else 0


@pytest.mark.parametrize(
    ("low", "high", "at_most"),
    [
        (nearest, lambda people: nearest(people) + STEP, SMALL - 1),
        (only_small_ones_hidden, lambda people: int(people) + 1 if people >= STEP else STEP, 1),
    ],
    ids=["small counts hidden, others rounded to the nearest", "small counts hidden, others exact"],
)
def test_other_rules_give_small_counts_away(
    monkeypatch: pytest.MonkeyPatch, low: Callable[[float], int], high: Callable[[float], int], at_most: int
) -> None:
    days = journey_of(TOLD, [], [500], [500], 3)
    assert narrowest(days) >= SMALL
    monkeypatch.setattr(figures, "at_least", low)
    monkeypatch.setattr(figures, "below", high)
    assert narrowest(days) <= at_most


def test_naming_all_camps_but_one_gives_that_one_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its people, to the step: not a small count, but a place that was not to be told."""
    days = journey_of([1_000, 2_000, 3_000], [2_000], [1], [1], 1)
    hidden = ("place", "2030-03-04", "place_3")
    assert widths(sums(days))[hidden] > 1_500
    monkeypatch.setattr(figures, "named_camps", lambda _: [0, 1, 2])
    assert widths(sums(days))[hidden] < 500
