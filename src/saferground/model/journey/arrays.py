"""The arrays that the journey engine reads: frozen, contiguous, read-only, without a name or a date in them.

Sizes: T days, P places, L links (each route gives two, one a direction), Q paths, G regimes (days with the same links
open share one), K classes. Days count from 0; what holds on a day has that day as its row.
"""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import NDArray

Array = NDArray

# How a place lets people go: index into the move chances of the parameters.
TOWN, CONFLICT, CAMP, IDP_CAMP, HUB = range(5)
# How spawning is driven.
FROM_COUNTS, CONSTANT, POISSON, SHARE = range(4)


class Places(NamedTuple):
    """Places and what holds at them day by day."""

    key: Array  # (P,) word
    population: Array  # (P,) people at the start
    capacity: Array  # (T, P) people; infinite = no limit
    foreign: Array  # (P,)
    moves: Array  # (T, P) index of the move chance
    camp: Array  # (T, P) a camp that day
    town: Array  # (T, P) a town that day: nobody rests there after a short stint
    conflict: Array  # (T, P) intensity, 0 = none
    push: Array  # (T, P) intensity times decay: how strongly conflict lowers the score
    plain_score: Array  # (T, P) factor of the score from food, economy, and floods of flood zones
    flood_factor: Array  # (T, P) factor of the score from floods, whatever the class
    starving: Array  # (T, P) share of those present who leave from hunger
    flooded: Array  # (T, P) move chance set by a flood, NaN = none
    redirect: Array  # (T, P) link that everyone is sent to, -1 = none
    epoch: Array  # (T,) days of one epoch have the same scores and the same links open


class Links(NamedTuple):
    """Directed links."""

    key: Array  # (L,) word
    start: Array  # (L,) place
    end: Array  # (L,) place
    km: Array  # (L,)
    speed: Array  # (L,) km/day, NaN = max_move_speed
    walk: Array  # (L,) chance that a day on it is spent on foot
    route: Array  # (L,) index among all routes
    open: Array  # (T, L)
    closing: Array  # (T,) links that close that day


class Paths(NamedTuple):
    """Ways of one or more links that people choose between, grouped by the place where they begin."""

    first_of: Array  # (P + 1,)
    key: Array  # (Q,) word
    end: Array  # (Q,) place
    km: Array  # (Q,)
    apart: Array  # (Q,) km by air between its ends, at least 1
    shorten: Array  # (Q,) distances are divided by it: 4 on pathways, else 1
    link: Array  # (Q,) first link
    rest: Array  # (Q,) path that remains after the first link, -1 = none
    direct: Array  # (Q,) path to the same end that leaves the first stop out, -1 = none
    open: Array  # (G, Q)
    regime: Array  # (T,)


class Spawning(NamedTuple):
    """Where and when people are displaced."""

    mode: int
    present: Array  # (P,) people in camps at the start
    total: Array  # (T,) newly displaced, from the counts
    weight: Array  # (T, P) chance weight per head of population, of the place where one of the total comes from
    rate: Array  # (T, P) of the modes without counts: multiplies the parameter, or is the amount itself
    own_rate: bool  # the amounts are in ``rate``; the parameter displaced_per_conflict_day is not used
    from_population: bool


class Classes(NamedTuple):
    """Groups whose rules differ."""

    key: Array  # (K,) word
    share: Array  # (P, K) of the people who are displaced at a place
    power: Array  # (K,) of the score; 0: a place's safety does not count
    camp: Array  # (K, P) factor of the score of a camp (match of ethnicity and religion)
    conflict: Array  # (K, P)
    town: Array  # (K, P)
    near: Array  # (K, P) distance in km from home, at least 1; 1 where it does not count


class Rules(NamedTuple):
    """Switches of movement, and the sizes of the parts of a cell's key."""

    unit: float  # people in one unit of population, for the move chance by population
    parts: int  # of a day of travel: 1 = a second journey on the same day has a whole day again
    strict: bool  # a journey ends when its length is exceeded, not when it is reached
    forced_when_full: bool  # where every option has weight 0, all are equally likely
    rest_forces: bool  # who has a way to go on is sure to leave
    by_population: bool  # scores of towns grow with their population
    least_population: bool  # ... by min(1, population), else max(1, population)
    from_here: bool  # distances of stay_close_to_home are taken from the present place
    home_distance: bool
    short_stints: bool
    on_foot: bool
    whole: bool  # people displaced by rates are cut to whole numbers each day, else fractions are carried over
    without_capacity: bool  # options are weighed without regard to capacity (fixed routes), and by the score twice
    where_bits: int  # of a cell's key, for places and links
    ridden_bits: int  # for parts of days ridden on a link
    walked_bits: int  # for parts of days walked on a link; 0 = nobody walks
    way_bits: int  # for the path remembered
    memory_bits: int  # for recent travel; 0 = not kept
    memory_km: float  # unit of recent travel
    stages: int  # of a day: who arrives in the same one decides together
    levels: int  # of recent travel below a day's distance: who is on the same one goes on together
    crowd: int  # most people who each keep their own distances; more are averaged


class JourneyWorld(NamedTuple):
    """Everything that stays the same for all members of a run."""

    places: Places
    links: Links
    paths: Paths
    spawning: Spawning
    classes: Classes
    rules: Rules
