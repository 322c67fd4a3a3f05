"""What an import assumed, left out and corrected, in words; for README.md and for the report of the command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from saferground.exchange.flee.counts import TOTAL
from saferground.exchange.flee.effective import borders_of_flee, closures_of, is_redirected, lost_changes, ways_of
from saferground.exchange.flee.places import UNKNOWN, about_locations
from saferground.exchange.flee.rules import FIRST_RULES, ignored, shown, unexpressed, without_effect
from saferground.exchange.flee.sheets import names_of
from saferground.exchange.flee.tables import NOT_IN_31
from saferground.exchange.flee.ways import REMOVED, about_ways
from saferground.exchange.flee.world import World


@dataclass(frozen=True)
class Remarks:
    """Sentences.

    Attributes:
        assumptions: what the importer took for granted.
        not_expressed: what the folder says and a journey scenario cannot.
        ignored: settings and columns without effect in the version that is followed.
        quirks: where the corrected rules differ from Flee's for this folder, or which of Flee's are kept.
    """

    assumptions: tuple[str, ...]
    not_expressed: tuple[str, ...]
    ignored: tuple[str, ...]
    quirks: tuple[str, ...]


def remarks_of(world: World) -> Remarks:
    """Everything that is to be said about the import of a folder."""
    return Remarks(
        assumptions=tuple(_assumptions(world)),
        not_expressed=tuple(_not_expressed(world)),
        ignored=tuple(_ignored(world)),
        quirks=tuple(_kept(world) if world.is_31 else _corrected(world)),
    )


# --- assumptions -----------------------------------------------------------------------------------------------------


def _assumptions(world: World) -> Iterator[str]:
    yield (
        "Every count counts as published on its own date, since the folder does not say when it became public; "
        'the rule `totals = "given"` makes the whole series an input, as in Flee.'
    )
    yield (
        "Conflicts, closures and corrections count as known before the start, as in Flee. What such a run says about "
        "later days is therefore no forecast of these."
    )
    yield "Column 4 of locations.csv is the latitude and column 5 the longitude, as in all published Flee folders."
    yield "Confidence is `medium` for what was observed and `assumption` for corrections, demographics and pathways."
    if any(place.country == UNKNOWN for place in world.locations.values()):
        yield f"Locations without a country are in one country named {UNKNOWN!r}, as in Flee."
    if any(place.is_camp and not place.size for place in world.locations.values()):
        yield "Camps with a capacity of 0 or none have no stated limit, as in Flee."
    if sums := [one for one in world.series if len(one.files) > 1]:
        yield f"The files of {names_of(one.label for one in sums)} were added up{_how(world)}."


def _how(world: World) -> str:
    if world.is_31:
        return " as Flee does it: without lines between counts, and only up to the last day of the second file"
    return ", each linear between its counts; Flee adds the next count of the first file instead"


# --- left out --------------------------------------------------------------------------------------------------------


def _not_expressed(world: World) -> Iterator[str]:
    yield from unexpressed(world.settings)
    if any(file.endswith("agents.csv") for file in world.files):
        yield "agents.csv: single agents; Saferground keeps counts of people."
    strangers = [one.label for one in world.series if one.label != TOTAL and one.label not in world.locations]
    if strangers:
        yield (
            f"Counts of {names_of(strangers)}, which are not in locations.csv: kept in counts.csv with "
            "measures = other, which no rule reads."
        )
    for one in world.corrections:
        if one.label == TOTAL:
            yield f"The registration correction of the total on {one.day} was carried out in counts.csv."
        elif one.label not in world.locations:
            yield f"The registration correction of {one.label} on {one.day}, which is not in locations.csv."


def _ignored(world: World) -> Iterator[str]:
    yield from ignored(world.settings)
    yield from without_effect(world.settings)
    residents = world.matched("ethnicity", "religion") if world.is_matched and not world.is_31 else {}
    yield from about_locations(world.locations, residents)
    yield from about_ways(world.ways)
    yield from world.idle
    yield from _idle_redirections(world)
    if world.is_31:
        columns = [name for name in NOT_IN_31 if any(name in place.numbers for place in world.locations.values())]
        if columns:
            yield f"Columns {names_of(columns)} of locations.csv: Flee 3.1 does not know them."
    if world.settings.value("move_rules", "use_v1_rules"):
        forced = ", ".join(f"{name} = {shown(value)}" for name, value in FIRST_RULES.items())
        yield f"`move_rules.use_v1_rules` sets {forced}, and start_on_foot and avoid_short_stints off."
    if world.unread:
        yield f"Files of the folder that were not read, since Flee does not read them: {names_of(world.unread, 20)}."


# --- quirks ----------------------------------------------------------------------------------------------------------


def _corrected(world: World) -> Iterator[str]:
    first = next(iter(world.locations.values())).country
    yield (
        f"Home country: Flee takes the country of the first row, {first}; this scenario the one with most people in "
        "places that ever are in conflict."
    )
    yield "Positions: Flee takes latitude for longitude in distances by air; this scenario does not."
    if redirected := sum(way.redirect != "none" for way in world.ways):
        yield f"Forced redirection: Flee never carries it out; this scenario does, on {redirected} routes."
    if links := sum(one.kind == "link" for one in world.closures):
        yield f"Closures of kind link: Flee never carries them out; this scenario does, {links} of them."
    between = sum(lost_changes(course)[0] for course in world.conflicts or ())
    if between:
        yield f"Conflict intensity: Flee passes over changes between positive values; here all {between} count."
    if world.rules.from_counts:
        yield "Displaced on a day: Flee counts those of the first day twice in its raw total; this scenario does not."
    yield (
        "Movement: a second journey on the same day gets what is left of the day, not a whole day; nobody heads for "
        "places that are all full; who has a way to go on goes on."
    )
    yield "Capacity: in Flee's development version those who are in a camp on the first day count twice; here once."


def _kept(world: World) -> Iterator[str]:
    yield f"Home country: that of the first row of locations.csv, {world.all_rules['home_country']}."
    yield "Displacement: from the column total; camps are not summed." if world.rules.from_counts else _RATES
    if redirected := sum(way.redirect != "none" for way in world.ways):
        yield f"Forced redirection: never carried out; {redirected} routes lost it."
    if doubled := sum(way.redirect == "back" for way in world.ways):
        yield f"Forced redirection 1: makes two links of a route; {doubled} routes stand twice in routes.csv."
    for one in world.closures:
        if one.kind == "link":
            short = " (of names with one letter it closes the way back)" if _is_short(one.first_name) else ""
            yield f"Closure of the link {one.first_name} - {one.second_name}: not carried out{short}."
    lost = [lost_changes(course) for course in world.conflicts or ()]
    if any(between or ends for between, ends in lost):
        yield (
            f"Conflict intensity: {sum(one for one, _ in lost)} changes between positive values and "
            f"{sum(one for _, one in lost)} ends of conflicts below intensity 1 are not carried out."
        )
    if any(one.kind == "link" for one in borders_of_flee(world)):
        yield "Closures that overlap: the first end reopens every way that it is about; written as closures of ways."
    if any(place.kind == "flood_zone" for place in world.locations.values()):
        yield "Locations of type flood_zone: Flee 3.1 does not know it; everyone moves on (forwarding_hub)."
    yield (
        "Movement: a second journey on the same day gets a whole day again; where all options are full, all are "
        "equally likely; a remembered way does not force people to leave."
    )


_RATES = "Displacement: at fixed rates, of which fractions of people are cut each day."


def _is_short(name: str) -> bool:
    return len(name) == 1


def _idle_redirections(world: World) -> Iterator[str]:
    """Closures of a redirection that no route has."""
    for one in closures_of(world):
        if one.kind == REMOVED and not any(is_redirected(way, one) for way in ways_of(one, world.ways)):
            yield (
                f"The end of a redirection from {one.first_name} to {one.second_name} in closures.csv: routes.csv does "
                "not redirect that way."
            )
