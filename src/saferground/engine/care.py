"""The injured: triage, stabilisation, ambulance, theatre, bed, discharge, and death while waiting."""

from __future__ import annotations

import math

import numpy as np

from saferground.compiling import compiled
from saferground.engine.chance import within
from saferground.engine.state import AMBULANCES, DIED, DISCHARGED, TREATMENT, TRIAGE, State
from saferground.model.arrays import World
from saferground.model.params import Parameters
from saferground.streams import Whole, Word, binomial, fold


@compiled
def bring(point: Whole, injured: Whole, world: World, s: State) -> None:
    """Injured people come to a stabilisation point."""
    if world.care.has_triage[point]:
        s.for_triage[point] += injured
    else:
        s.for_stabilising[point] += injured


@compiled
def treat(key: Word, step: Whole, p: Parameters, world: World, s: State) -> None:
    """One step of care at every hospital and then at every stabilisation point."""
    for h in range(len(s.in_bed)):
        look_after(key, step, h, p, world, s)
    for a in range(len(s.for_stabilising)):
        own = fold(key, world.care.key[a])
        lose_waiting(own, a, p, world, s)
        if world.care.has_triage[a]:
            sort_out(own, step, a, p, world, s)
        stabilise(own, step, a, p, world, s)
        refer(own, step, a, p, world, s)


@compiled
def look_after(key: Word, step: Whole, h: Whole, p: Parameters, world: World, s: State) -> None:
    """Patients leave a hospital; others are operated on, or die before; then those on the way arrive."""
    dt, name = 1.0 / world.steps_per_day, world.care.hospital[h]
    leaving = binomial(fold(fold(key, 0), name), s.in_bed[h], within(1.0 / p.bed_days, dt))
    s.in_bed[h] -= leaving
    s.tally[DISCHARGED] += leaving
    lost = binomial(fold(fold(key, 1), name), s.for_theatre[h], within(p.waiting_death, dt))
    s.for_theatre[h] -= lost
    s.tally[DIED] += lost
    capacity = world.care.theatre_hours[step, h] * p.theatre_rate + s.theatre_credit[h]
    operated = min(s.for_theatre[h], np.int64(math.floor(capacity)))
    s.for_theatre[h] -= operated
    s.in_bed[h] += operated
    s.theatre_credit[h] = capacity - operated if s.for_theatre[h] > 0 else 0.0
    slot = step % world.ring
    admit(fold(fold(key, 2), name), h, s.on_road[slot, h], p, world, s)
    s.on_road[slot, h] = 0


@compiled
def admit(key: Word, h: Whole, arriving: Whole, p: Parameters, world: World, s: State) -> None:
    """Patients get a bed; where the theatres are known some wait for an operation there."""
    for_theatre: Whole = 0
    if world.care.has_theatre[h]:
        for_theatre = binomial(key, arriving, p.surgery_share)
    s.for_theatre[h] += for_theatre
    s.in_bed[h] += arriving - for_theatre


@compiled
def lose_waiting(key: Word, a: Whole, p: Parameters, world: World, s: State) -> None:
    """Those who need a hospital die at one hazard until they are admitted; who they are is not known before triage."""
    dt = 1.0 / world.steps_per_day
    of_bed = binomial(fold(key, 0), s.for_bed[a], within(p.waiting_death, dt))
    of_red = binomial(fold(key, 2), s.red[a], within(p.waiting_death, dt))
    of_triage = binomial(fold(key, 3), s.for_triage[a], within(p.red_share * p.waiting_death, dt))
    unsorted: Whole = 0 if world.care.has_triage[a] else s.for_stabilising[a]
    of_unsorted = binomial(fold(key, 4), unsorted, within(p.red_share * p.waiting_death, dt))
    s.for_bed[a] -= of_bed
    s.red[a] -= of_red
    s.for_triage[a] -= of_triage
    s.for_stabilising[a] -= of_unsorted
    s.tally[DIED] += of_bed + of_red + of_triage + of_unsorted


@compiled
def sort_out(key: Word, step: Whole, a: Whole, p: Parameters, world: World, s: State) -> None:
    """Triage: who needs a hospital is treated first from then on."""
    capacity = world.care.triage_hours[step, a] * p.triage_rate + s.care_credit[a, TRIAGE]
    sorted_out = min(s.for_triage[a], np.int64(math.floor(capacity)))
    s.for_triage[a] -= sorted_out
    s.care_credit[a, TRIAGE] = capacity - sorted_out if s.for_triage[a] > 0 else 0.0
    red = binomial(fold(key, 5), sorted_out, p.red_share)
    s.red[a] += red
    s.for_stabilising[a] += sorted_out - red


@compiled
def stabilise(key: Word, step: Whole, a: Whole, p: Parameters, world: World, s: State) -> None:
    """Treats the injured who wait; those who need no hospital bed are discharged."""
    capacity = world.care.place_hours[step, a] * p.stabilisation_rate + s.care_credit[a, TREATMENT]
    first = min(s.red[a], np.int64(math.floor(capacity)))
    treated = min(s.for_stabilising[a], np.int64(math.floor(capacity)) - first)
    s.red[a] -= first
    s.for_stabilising[a] -= treated
    waiting = s.red[a] + s.for_stabilising[a]
    s.care_credit[a, TREATMENT] = capacity - first - treated if waiting > 0 else 0.0
    red: Whole = 0
    if not world.care.has_triage[a]:
        red = binomial(fold(key, 1), treated, p.red_share)
    s.for_bed[a] += first + red
    s.tally[DISCHARGED] += treated - red


@compiled
def refer(key: Word, step: Whole, a: Whole, p: Parameters, world: World, s: State) -> None:
    """Sends the stabilised to free beds, nearest hospital first, where the way is open and an ambulance at hand."""
    hours = world.care.ambulance_hours[step, a] + min(0.0, s.care_credit[a, AMBULANCES])
    beds_left = 0
    for i in range(world.care.referral_start[a], world.care.referral_start[a + 1]):
        if not world.care.referral_open[step, i]:
            continue
        h = world.care.referral_to[i]
        free = max(0, world.care.beds[step, h] - s.in_bed[h] - s.for_theatre[h] - count_on_road(h, s))
        going = min(s.for_bed[a], free)
        if world.care.has_ambulances[a]:
            trip = patient_hours(step, a, i, p, world)
            going = min(going, seats_within(hours, trip, going))
            hours -= going * trip if going > 0 else 0.0
        s.for_bed[a] -= going
        beds_left += free - going
        send_patients(fold(fold(key, 6), world.care.hospital[h]), step, a, i, going, p, world, s)
    s.care_credit[a, AMBULANCES] = hours
    s.no_ambulance[a] = min(s.for_bed[a], beds_left)


@compiled
def count_on_road(h: Whole, s: State) -> Whole:
    """Patients on the way to a hospital."""
    patients = 0
    for slot in range(s.on_road.shape[0]):
        patients += s.on_road[slot, h]
    return patients


@compiled
def patient_hours(step: Whole, a: Whole, i: Whole, p: Parameters, world: World) -> float:
    """Vehicle-hours that one patient takes of a round trip; infinite without a vehicle."""
    trip = 2.0 * world.care.referral_km[i] / world.care.speed[step, a] + p.handover_hours
    return trip / world.care.patients[step, a]


@compiled
def seats_within(hours: float, trip: float, wanted: Whole) -> Whole:
    """Patients who find a place: the last while any vehicle-hour is left."""
    if wanted * trip <= hours:
        return wanted
    return np.int64(math.ceil(hours / trip)) if hours > 0.0 else np.int64(0)


@compiled
def send_patients(
    key: Word, step: Whole, a: Whole, i: Whole, going: Whole, p: Parameters, world: World, s: State
) -> None:
    """Patients are admitted in this step where the way takes less than a step or no ambulances are stated."""
    h = world.care.referral_to[i]
    steps: Whole = 0
    if going == 0:
        return
    if world.care.has_ambulances[a]:
        hours = world.care.referral_km[i] / world.care.speed[step, a]
        steps = np.int64(min(world.ring - 1, math.floor(hours / world.step_hours)))
    if steps == 0:
        admit(key, h, going, p, world, s)
    else:
        s.on_road[(step + steps) % world.ring, h] += going
