"""Names to indices: which places and ways the model has, and in which order.

Order: districts, sites, settled places (camps, then host communities), each sorted by id, so that the order of rows
in the files never matters. What was not yet known at the as-of date is simply not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import pandas as pd

from saferground.axes import SITES
from saferground.scenario.record import Scenario


@dataclass(frozen=True)
class Layout:
    """Ids by block; ``tables`` are the known rows, restricted to them."""

    districts: tuple[str, ...]
    sites: tuple[str, ...]
    settled: tuple[str, ...]
    stabilisers: tuple[str, ...]
    hospitals: tuple[str, ...]
    households: tuple[str, ...]
    routes: tuple[str, ...]
    exits: pd.DataFrame  # walking ways from a district to a site
    onward: pd.DataFrame  # ways from a site to a site or settled place
    referrals: pd.DataFrame
    supplies: pd.DataFrame
    places: pd.DataFrame  # indexed by id

    @property
    def all_places(self) -> tuple[str, ...]:
        """Districts, sites, settled places."""
        return self.districts + self.sites + self.settled

    @property
    def nodes(self) -> tuple[str, ...]:
        """Places that a journey can end at: sites, then settled places."""
        return self.sites + self.settled


def lay_out(scenario: Scenario) -> Layout:
    """Layout of a scenario that holds only what is known at its as-of date."""
    places = scenario.tables["places"].set_index("id").sort_index()
    routes = scenario.tables["routes"].sort_values("id", ignore_index=True)
    districts = _of_kind(places, "district")
    settled = _known_settled(places, scenario.tables["camps"])
    sites = _live_sites(places, routes, settled)
    exits = _between(routes, "walk", districts, sites)
    onward = pd.concat([_between(routes, mode, sites, sites + settled) for mode in ("walk", "road")])
    onward = onward.sort_values("id", ignore_index=True)
    at_work = scenario.tables["stations"].query("kind == 'stabilisation'")["place"]
    stabilisers = tuple(one for one in _of_kind(places, "stabilisation_point") if at_work.eq(one).any())
    hospitals = _of_kind(places, "field_hospital")
    return Layout(
        districts=districts,
        sites=sites,
        settled=settled,
        stabilisers=stabilisers,
        hospitals=hospitals,
        households=tuple(sorted(scenario.tables["households"]["id"])),
        routes=tuple(sorted(chain(exits["id"], onward["id"]))),
        exits=exits,
        onward=onward,
        referrals=_between(routes, "ambulance", stabilisers, hospitals),
        supplies=routes[routes["mode"].eq("supply") & routes["destination"].isin(districts)],
        places=places,
    )


def _of_kind(places: pd.DataFrame, *kinds: str) -> tuple[str, ...]:
    return tuple(places.index[places["kind"].isin(kinds)])


def _known_settled(places: pd.DataFrame, camps: pd.DataFrame) -> tuple[str, ...]:
    """Camps of which some row is known, then all host communities."""
    known = [place for place in _of_kind(places, "camp") if camps["place"].eq(place).any()]
    return tuple(known) + _of_kind(places, "host_community")


def _live_sites(places: pd.DataFrame, routes: pd.DataFrame, settled: tuple[str, ...]) -> tuple[str, ...]:
    """Sites from which known ways lead, at once or through other sites, to a settled place."""
    candidates, live = _of_kind(places, *SITES), set(settled)
    for _ in candidates:
        live |= set(routes.loc[routes["destination"].isin(live) & routes["origin"].isin(candidates), "origin"])
    return tuple(site for site in candidates if site in live)


def _between(routes: pd.DataFrame, mode: str, origins: tuple[str, ...], ends: tuple[str, ...]) -> pd.DataFrame:
    chosen = routes["mode"].eq(mode) & routes["origin"].isin(origins) & routes["destination"].isin(ends)
    return routes[chosen].reset_index(drop=True)
