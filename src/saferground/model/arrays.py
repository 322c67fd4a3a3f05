"""The arrays that the engine reads: frozen, contiguous, read-only, without a name or a date in them.

Sizes: D districts, K household classes, S sites, C settled places (camps, host communities), N = S + C nodes,
A stabilisation points, H field hospitals, G goods, T steps, X ways out, W onward ways. A table that belongs to one
row of another is laid out one after the other, with ``*_start`` saying where each row's part begins.
Keys are 64-bit words made from ids, so that no draw depends on the order of rows.
"""

from __future__ import annotations

from typing import NamedTuple

from numpy.typing import NDArray

Array = NDArray


class Classes(NamedTuple):
    """Household classes."""

    key: Array  # (K,) word
    share: Array  # (K,) share of people
    persons: Array  # (K,) people in one household
    large_first: Array  # (K,) classes from the largest household to the smallest
    load: (
        Array  # (4, K) services that a household needs of each of axes.STATIONS: 1, 1, its men, its women and children
    )
    heads: Array  # (5, K) its people who stand in each of axes.LINES
    groups: Array  # (4, K) its people in each of axes.GROUPS
    rank: Array  # (K,) 0: served first; without priority for anyone all are 0, else the others 1
    flight: Array  # (K,) factor on the hazard of leaving
    slowness: Array  # (K,) mean speed over own speed: time under fire relative to the average


class Ground(NamedTuple):
    """Districts, their borders, control over time and supplies."""

    key: Array  # (D,) word
    low: Array  # (D,) people, low estimate
    best: Array  # (D,) people, best estimate
    high: Array  # (D,) people, high estimate
    size: Array  # (D,) best estimate over the median district
    border_start: Array  # (D + 1,)
    border_to: Array  # neighbour
    border_km: Array  # km
    start_control: Array  # (D,) index into axes.CONTROL
    start_since: Array  # (D,) step of the last change, <= 0
    event_start: Array  # (F + 1,) futures
    event_step: Array
    event_district: Array
    event_status: Array
    future_weight: Array  # (F,) sums to 1
    open_ended: Array  # (1,) 1: the course after known_until is drawn by chance
    known_until: Array  # (1,) first step after the as-of date
    stock_low: Array  # (D, G) days of full need per person
    stock_best: Array  # (D, G)
    stock_high: Array  # (D, G)
    inflow: Array  # (T, D, G) share of the daily need
    gate: Array  # (T, D) a way of supply reaches the district
    stabiliser: Array  # (D,) nearest stabilisation point, -1 = none


class Exits(NamedTuple):
    """Ways out on foot, grouped by district."""

    key: Array  # (X,) word
    start: Array  # (D + 1,)
    site: Array  # (X,) where it ends
    km: Array  # (X,)
    exposed_km: Array  # (X,)
    via_start: Array  # (X + 1,)
    via: Array  # districts that must not be held
    steps: Array  # (X, K) walking time
    open: Array  # (T, X)
    route: Array  # (X,) index among all routes


class Sites(NamedTuple):
    """Muster points and screening sites, their stations, fleets and onward ways."""

    key: Array  # (S,) word
    has: Array  # (S, 4) the site has such a station
    before: Array  # (S, 5, 4) stations that must be done with a household before it comes to a line; boarding: all
    order: Array  # (S, 4) stations in an order in which each comes after those before it
    side_by_side: Array  # (S,) screening and aid are there, and neither comes before the other
    server_hours: Array  # (T, S, 4)
    open_hours: Array  # (T, S, 4) hours in which at least one server is at work
    variation: Array  # (S, 4) of the time of a service: standard deviation over mean; 0 = always the same
    shade: Array  # (T, S) people who find shade and water
    has_fleet: Array  # (T, S) false without one, and while none has been there yet
    vehicle_hours: Array  # (T, S)
    seats: Array  # (T, S)
    speed: Array  # (T, S) km/h
    settles: Array  # (S,) onward ways lead to settled places, not to other sites
    onward_start: Array  # (S + 1,)
    onward_key: Array  # (W,) word
    onward_node: Array  # (W,) site i or S + settled place i
    onward_km: Array  # (W,)
    onward_by_road: Array  # (W,)
    onward_steps: Array  # (W, K) walking time where not by road
    onward_open: Array  # (T, W)
    onward_in_time: (
        Array  # (T, W) share of the fleet's hours in which a vehicle that sets out arrives before the curfew
    )
    onward_route: Array  # (W,) index among all routes
    stabiliser: Array  # (S,) nearest stabilisation point, -1 = none


class Settled(NamedTuple):
    """Camps, then host communities."""

    key: Array  # (C,) word
    is_camp: Array  # (C,)
    capacity: Array  # (T, C) people; infinite = no stated limit, 0 = not open
    earlier: Array  # (C, K) people from earlier displacement, who stay throughout
    km: Array  # (C, C) distance by air


class Care(NamedTuple):
    """Stabilisation points and field hospitals."""

    key: Array  # (A,) word
    has_triage: Array  # (A,) the injured are sorted first, and those who need a hospital are treated first
    triage_hours: Array  # (T, A) server-hours
    place_hours: Array  # (T, A) treatment-place hours
    has_ambulances: Array  # (A,) the fleet is known; else there is always a vehicle
    ambulance_hours: Array  # (T, A) vehicle-hours
    patients: Array  # (T, A) carried by one vehicle
    speed: Array  # (T, A) km/h
    referral_start: Array  # (A + 1,)
    referral_to: Array  # hospitals, nearest first
    referral_km: Array
    referral_open: Array  # (T, referrals)
    has_theatre: Array  # (H,) the theatres are known; else nobody waits for one
    theatre_hours: Array  # (T, H)
    hospital: Array  # (H,) word
    beds: Array  # (T, H)


class World(NamedTuple):
    """Everything that stays the same for all members of a run."""

    classes: Classes
    ground: Ground
    exits: Exits
    sites: Sites
    settled: Settled
    care: Care
    step_hours: float
    steps_per_day: int
    ring: int  # longest journey in steps + 1
