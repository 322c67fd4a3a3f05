"""How absent people are shared out and casualties fall, against the joint distribution that they must have.

Of the plain twins, which the kernels equal bit for bit.
"""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy import stats

from helpers import draws
from saferground.engine.plain.chance import absent_among, harm, split_absent
from saferground.engine.plain.streams import fold

DRAWS = 30_000
ALARM = 1e-4
KEYS = [int(key) for key in draws.keys(21, DRAWS)]


def fits(seen: list[tuple[int, ...]], expected: dict[tuple[int, ...], float]) -> bool:
    """Chi-square test over joint outcomes; those expected less than five times make one group, if there are any."""
    counts = dict.fromkeys(expected, 0)
    for outcome in seen:
        counts[outcome] += 1
    chance = np.array(list(expected.values()))
    often = chance * len(seen) >= 5
    observed = np.array(list(counts.values()))
    if not often.all():
        groups = [np.append(each[often], each[~often].sum()) for each in (observed, chance * len(seen))]
        return stats.chisquare(*groups).pvalue > ALARM
    return stats.chisquare(observed, chance * len(seen)).pvalue > ALARM


def test_absent_people_are_shared_over_destinations_as_if_all_were_drawn_at_once():
    """Of 12 households of 4 with 9 absent, 7 leave: 3, 0, 2 and 2 to four places."""
    parts, persons, households, absent = [3, 0, 2, 2], 4, 12, 9
    stay = households - sum(parts)
    urn = stats.multivariate_hypergeom([persons * n for n in (*parts, stay)], absent)
    outcomes = [each for each in product(range(absent + 1), repeat=len(parts)) if sum(each) <= absent]
    expected = {each: float(urn.pmf([*each, absent - sum(each)])) for each in outcomes}

    def draw(key: int) -> tuple[int, ...]:
        leaving = absent_among(fold(key, 9), households, persons, absent, sum(parts))
        return tuple(split_absent([fold(key, i) for i in range(len(parts))], parts, sum(parts), persons, leaving))

    assert fits([draw(key) for key in KEYS], expected)


def test_casualties_fall_on_the_classes_as_if_anyone_could_be_hit():
    """Of 10, 1 and 6 people, drawn class by class: where three are harmed in all, they are any three of the 17."""
    here, together = [10, 1, 6], 3
    urn = stats.multivariate_hypergeom(here, together)
    outcomes = [each for each in product(range(together + 1), repeat=3) if sum(each) == together]
    expected = {each: float(urn.pmf(list(each))) for each in outcomes}
    drawn = [tuple(sum(harm(fold(key, k), n, 0.08, 0.12, 1.0)) for k, n in enumerate(here)) for key in KEYS]
    assert fits(
        [each for each in drawn if sum(each) == together],
        {each: chance for each, chance in expected.items() if chance > 0.0},
    )
