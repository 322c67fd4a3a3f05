"""Learning from counts: a full fit of mosul-2017 early and late in its record, one day more, and what it adds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TypeVar

from measure import Row, main
from saferground import build_model, fit, forecast, read_scenario
from saferground.assimilation import Posterior

MEMBERS = 1000
LATE = date(2017, 6, 20)
T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float, float]:
    """What came of it, wall seconds, CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    return work(), time.perf_counter() - wall, time.process_time() - cpu


def fitted(as_of: date, earlier: Posterior | None = None) -> Posterior:
    """The scenario as known on a day, fitted."""
    return fit(build_model(read_scenario("mosul-2017", as_of=as_of)), MEMBERS, earlier=earlier)


def measure() -> Iterator[Row]:
    first = read_scenario("mosul-2017").settings.as_of
    fit(build_model(read_scenario("mosul-2017")), 50)  # compiles
    early, wall, cpu = timed(lambda: fitted(first))
    yield Row(f"fit of 10 days, 5 counts, {MEMBERS:,} members: wall", wall, "s")
    yield Row("the same: CPU", cpu, "s")
    _, wall, cpu = timed(lambda: forecast(early, MEMBERS))
    _, _, plain = timed(lambda: forecast(early.model, MEMBERS))
    yield Row("forecast of 30 days from it: wall", wall, "s")
    yield Row("forecast from it over one from priors: CPU", cpu / plain, "times", "a quarter more than before")
    late, wall, cpu = timed(lambda: fitted(LATE))
    counts = len(late.filtered.heard)
    yield Row(f"fit of {late.filtered.day} days, {counts} counts: wall", wall, "s", "two minutes or more on two cores")
    yield Row("the same: CPU", cpu, "s")
    more, wall, _ = timed(lambda: fitted(LATE + timedelta(days=1), late))
    how = "continued" if more.continues else f"fitted anew: {more.anew}"
    yield Row(f"one day more, {how}: wall", wall, "s", "ten seconds or more where it can be continued")


if __name__ == "__main__":
    main("Learning from counts", measure)
