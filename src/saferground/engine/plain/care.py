"""The injured: triage, stabilisation, ambulance, theatre, bed, discharge, and death while waiting.

Who needs a hospital (red) is found at triage, or without it when somebody has been stabilised.
"""

from __future__ import annotations

import math

import numpy as np

from saferground.engine.plain.chance import part, within
from saferground.engine.plain.streams import binomial, fold
from saferground.engine.state import AMBULANCES, DIED, DISCHARGED, TREATMENT, TRIAGE, State
from saferground.model.arrays import World


def bring(point: int, injured: int, world: World, s: State) -> None:
    """Injured people come to a stabilisation point."""
    (s.for_triage if world.care.has_triage[point] else s.for_stabilising)[point] += injured


def treat(key: int, step: int, p: np.void, world: World, s: State) -> None:
    """One step of care: first the hospitals, then the stabilisation points in the order of their ids."""
    for h in range(len(s.in_bed)):
        look_after(key, step, h, p, world, s)
    for a, name in enumerate(world.care.key):
        own = fold(key, name)
        lose_waiting(own, a, p, world, s)
        sort_out(own, step, a, p, world, s)
        stabilise(own, step, a, p, world, s)
        refer(own, step, a, p, world, s)


def look_after(key: int, step: int, h: int, p: np.void, world: World, s: State) -> None:
    """Patients are discharged, die before their operation, are operated on, and arrive."""
    day, name = 1.0 / world.steps_per_day, world.care.hospital[h]
    leaving = binomial(fold(fold(key, 0), name), s.in_bed[h], within(1.0 / p["bed_days"], day))
    lost = binomial(fold(fold(key, 1), name), s.for_theatre[h], within(p["waiting_death"], day))
    s.in_bed[h] -= leaving
    s.for_theatre[h] -= lost
    s.tally[DISCHARGED] += leaving
    s.tally[DIED] += lost
    capacity = world.care.theatre_hours[step, h] * p["theatre_rate"] + s.theatre_credit[h]
    operated, s.theatre_credit[h] = share_of(capacity, int(s.for_theatre[h]))
    s.for_theatre[h] -= operated
    s.in_bed[h] += operated
    arriving, s.on_road[step % world.ring, h] = int(s.on_road[step % world.ring, h]), 0
    admit(fold(fold(key, 2), name), h, arriving, p, world, s)


def share_of(capacity: float, waiting: int) -> tuple[int, float]:
    """How many of those waiting a capacity is enough for, and what is carried over while anybody waits."""
    served = min(waiting, math.floor(capacity))
    return served, capacity - served if served < waiting else 0.0


def admit(key: int, h: int, arriving: int, p: np.void, world: World, s: State) -> None:
    """Patients get a bed; where the theatres are known, a share of them waits for an operation."""
    for_theatre = binomial(key, arriving, p["surgery_share"]) if world.care.has_theatre[h] else 0
    s.for_theatre[h] += for_theatre
    s.in_bed[h] += arriving - for_theatre


def lose_waiting(key: int, a: int, p: np.void, world: World, s: State) -> None:
    """Those who need a hospital die at a constant hazard; among those not sorted yet they are a share."""
    full = within(p["waiting_death"], 1.0 / world.steps_per_day)
    mixed = within(p["red_share"] * p["waiting_death"], 1.0 / world.steps_per_day)
    groups = [(0, s.for_bed, full), (2, s.red, full), (3, s.for_triage, mixed)]
    if not world.care.has_triage[a]:
        groups.append((4, s.for_stabilising, mixed))
    for number, group, chance in groups:
        lost = binomial(fold(key, number), group[a], chance)
        group[a] -= lost
        s.tally[DIED] += lost


def sort_out(key: int, step: int, a: int, p: np.void, world: World, s: State) -> None:
    """Triage, where there is one: a share of those sorted needs a hospital and is treated first."""
    if not world.care.has_triage[a]:
        return
    capacity = world.care.triage_hours[step, a] * p["triage_rate"] + s.care_credit[a, TRIAGE]
    done, s.care_credit[a, TRIAGE] = share_of(capacity, int(s.for_triage[a]))
    red = binomial(fold(key, 5), done, p["red_share"])
    s.for_triage[a] -= done
    s.red[a] += red
    s.for_stabilising[a] += done - red


def stabilise(key: int, step: int, a: int, p: np.void, world: World, s: State) -> None:
    """Treats the injured who wait, those known to be red first; who needs no hospital is discharged."""
    capacity = world.care.place_hours[step, a] * p["stabilisation_rate"] + s.care_credit[a, TREATMENT]
    first = min(int(s.red[a]), math.floor(capacity))
    treated = min(int(s.for_stabilising[a]), math.floor(capacity) - first)
    s.red[a] -= first
    s.for_stabilising[a] -= treated
    some_left = s.red[a] + s.for_stabilising[a] > 0
    s.care_credit[a, TREATMENT] = capacity - first - treated if some_left else 0.0
    found = 0 if world.care.has_triage[a] else binomial(fold(key, 1), treated, p["red_share"])
    s.for_bed[a] += first + found
    s.tally[DISCHARGED] += treated - found


def refer(key: int, step: int, a: int, p: np.void, world: World, s: State) -> None:
    """Sends the stabilised to free beds, nearest hospital first, where the way is open and an ambulance at hand.

    A bed is taken as soon as somebody is on the way to it. Vehicle-hours that the last trip overdraws are owed.
    """
    care, beds_left = world.care, 0
    hours = care.ambulance_hours[step, a] + min(0.0, s.care_credit[a, AMBULANCES])
    for i in part(care.referral_start, a):
        if not care.referral_open[step, i]:
            continue
        h = care.referral_to[i]
        free = max(0, int(care.beds[step, h] - s.in_bed[h] - s.for_theatre[h] - s.on_road[:, h].sum()))
        going = min(int(s.for_bed[a]), free)
        steps = 0
        if care.has_ambulances[a] and going:
            trip, steps = ambulance_trip(step, a, i, p, world)
            if going * trip > hours:
                going = min(going, math.ceil(hours / trip)) if hours > 0.0 else 0
            hours -= going * trip if going else 0.0
        s.for_bed[a] -= going
        beds_left += free - going
        if steps == 0:
            admit(fold(fold(key, 6), care.hospital[h]), h, going, p, world, s)
        else:
            s.on_road[(step + steps) % world.ring, h] += going
    s.care_credit[a, AMBULANCES] = hours
    s.no_ambulance[a] = min(int(s.for_bed[a]), beds_left)


def ambulance_trip(step: int, a: int, i: int, p: np.void, world: World) -> tuple[float, int]:
    """Vehicle-hours for one patient, infinite without a vehicle; and steps on the way, 0 for less than one."""
    km, speed, seats = world.care.referral_km[i], world.care.speed[step, a], world.care.patients[step, a]
    if seats == 0.0:
        return math.inf, 0
    steps = min(world.ring - 1, math.floor(km / speed / world.step_hours))
    return float((2.0 * km / speed + p["handover_hours"]) / seats), steps
