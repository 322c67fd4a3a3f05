"""How far the simulation is from the cost of its random draws alone.

The plain twin of the engine makes the same draws as the compiled one. It runs a few members here, and every draw that
is left to chance is written down with its arguments. A tight compiled loop then makes the same draws again.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numba import njit

from measure import Row, main
from saferground import build_model, read_scenario
from saferground.engine import init, plain, run
from saferground.model import Model
from saferground.model.params import sample
from saferground.streams import binomial, decayed, fold, gamma, hypergeometric, normal, uniform

MEMBERS = 3
ROUNDS = 5
KINDS = ("binomial", "hypergeometric", "normal", "gamma", "uniform", "decayed")
Draw = tuple[Any, ...]


@njit
def again(kind, keys, a, b, c):
    """Make draws again, by kind: binomial(a, b), hypergeometric(a, b, c), normal, gamma(a), uniform, decayed(a, b)."""
    total = 0.0
    for i in range(len(keys)):
        key = fold(keys[i], 0)
        if kind == 0:
            total += binomial(key, np.int64(a[i]), b[i])
        elif kind == 1:
            total += hypergeometric(key, np.int64(a[i]), np.int64(b[i]), np.int64(c[i]))
        elif kind == 2:
            total += normal(key, 0)
        elif kind == 3:
            total += gamma(key, a[i])
        elif kind == 4:
            total += uniform(key, 0)
        else:
            total += decayed(key, np.int64(a[i]), b[i])
    return total


def recorded(model: Model, params: Any, members: Any) -> dict[str, list[Draw]]:
    """The draws of some members, by kind, with their keys and arguments."""
    draws: dict[str, list[Draw]] = {kind: [] for kind in KINDS}
    modules = [module for name, module in sys.modules.items() if name.startswith("saferground.engine.plain.")]
    originals = [(module, kind, getattr(module, kind)) for module in modules for kind in KINDS if hasattr(module, kind)]
    for module, kind, draw in originals:
        if not module.__name__.endswith(".streams"):
            setattr(module, kind, _noting(draw, draws[kind]))
    try:
        plain.run(model.world, params, 1, members, init(model.world, len(members)), first=0, last=model.clock.steps)
    finally:
        for module, kind, draw in originals:
            setattr(module, kind, draw)
    draws["binomial"] = [draw for draw in draws["binomial"] if draw[1] > 0 and 0.0 < draw[2] < 1.0 - 1e-12]
    draws["decayed"] = [draw for draw in draws["decayed"] if draw[1] > 0 and draw[2] > 0.0]
    return draws


def _noting(draw: Callable[..., Any], notes: list[Draw]) -> Callable[..., Any]:
    def noted(*arguments: Any) -> Any:
        notes.append(arguments)
        return draw(*arguments)

    return noted


def seconds_again(draws: dict[str, list[Draw]]) -> float:
    """Least CPU time of all draws in a tight loop."""
    packed = [(number, *_columns(draws[kind])) for number, kind in enumerate(KINDS) if draws[kind]]
    return _least(lambda: [again(*arrays) for arrays in packed])


def _columns(draws: list[Draw]) -> list[np.ndarray]:
    keys = np.array([draw[0] for draw in draws], np.uint64)
    rest = np.zeros((3, len(draws)))
    for i, draw in enumerate(draws):
        rest[: len(draw) - 1, i] = draw[1:]
    return [keys, *rest]


def _least(work: Callable[[], Any]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def measure() -> Iterator[Row]:
    model = build_model(read_scenario("mosul-2017"))
    members = np.arange(MEMBERS)
    params = sample(model.priors, members, 1)
    draws = recorded(model, params, members)
    counts = Counter({kind: len(found) for kind, found in draws.items()})
    for kind, count in counts.most_common():
        what = "binomial draws of a hazard" if kind == "decayed" else f"{kind} draws"
        yield Row(f"{what} a member", count / MEMBERS, "")
    alone = seconds_again(draws)
    whole = _least(
        lambda: run(model.world, params, 1, members, init(model.world, MEMBERS), first=0, last=model.clock.steps)
    )
    yield Row("draws alone, tight loop: CPU a member", 1000 * alone / MEMBERS, "ms")
    yield Row("simulation: CPU a member", 1000 * whole / MEMBERS, "ms")
    yield Row("simulation over draws alone", whole / alone, "times", "a tenth more than before")


if __name__ == "__main__":
    main("Distance from the cost of the draws", measure)
