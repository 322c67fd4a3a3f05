"""Small Flee folders written from Python: ``input_csv/``, ``source_data/`` and ``simsetting.yml``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

START = date(2020, 1, 1)
OPEN_ENDED = 10_000  # a day after the end of every network: what is closed until then stays closed

Counts = Mapping[int, int]  # day since the start -> people counted


@dataclass(frozen=True)
class Place:
    """One row of locations.csv; ``people`` is the capacity of a camp (0: no limit), or a population."""

    name: str
    country: str
    kind: str
    people: int = 0
    latitude: float = 0.0
    longitude: float = 0.0


@dataclass(frozen=True)
class Route:
    """One row of routes.csv; without ``speed`` (km a day) the speed of the settings holds."""

    first: str
    second: str
    km: float
    redirection: int = 0
    speed: float | None = None
    walk_probability: float = 0.0


@dataclass(frozen=True)
class Closure:
    """One row of closures.csv, from day ``closed`` to ``reopened``; ``kind`` as in Flee."""

    kind: str
    first: str
    second: str
    closed: int
    reopened: int = OPEN_ENDED


@dataclass(frozen=True)
class Network:
    """A crisis small enough that Flee runs it in milliseconds.

    The first place's country is the home country. ``conflicts`` gives one intensity per place and day; a place that it
    leaves out keeps the conflict, or the peace, of its kind. ``counts`` are the data of each camp, ``total`` of all.
    ``compared`` are the days whose ends are compared; day 0 is the first. ``exact`` says whether counts can take the
    place of agents without any change of the distribution (they cannot where a camp fills up).
    """

    name: str
    about: str
    places: tuple[Place, ...]
    routes: tuple[Route, ...]
    total: Counts
    length: int
    compared: tuple[int, ...]
    counts: Mapping[str, Counts] = field(default_factory=dict)
    conflicts: Mapping[str, Sequence[float]] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    corrections: Mapping[str, int] = field(default_factory=dict)
    demographics: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    spawn_rules: Mapping[str, object] = field(default_factory=dict)
    move_rules: Mapping[str, object] = field(default_factory=dict)
    hasten: int = 1
    exact: bool = True

    @property
    def camps(self) -> tuple[str, ...]:
        """The places that are camps at the start, in the order of the file."""
        return tuple(place.name for place in self.places if "camp" in place.kind)


def day(number: int) -> str:
    """The date of a day since the start."""
    return (START + timedelta(days=number)).isoformat()


def write(network: Network, folder: Path) -> Path:
    """Write the folder that Flee reads, and return it; its last part should be the network's name."""
    for name, rows in files(network).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8", newline="\n")
    return folder


def digest(network: Network) -> str:
    """A short fingerprint of the folder: equal as long as every file is."""
    text = "\n".join(f"{name}\n" + "\n".join(rows) for name, rows in sorted(files(network).items()))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def files(network: Network) -> dict[str, list[str]]:
    """Every file of the folder: its path and its lines."""
    inputs = {
        "locations.csv": locations(network.places),
        "routes.csv": routes(network),
        "closures.csv": closures(network.closures),
        "conflicts.csv": conflicts(network),
        "registration_corrections.csv": [f"{camp},{day(when)}" for camp, when in network.corrections.items()],
        "sim_period.csv": [f"StartDate,{START}", f"Length,{network.length}"],
        **{f"demographics_{name}.csv": table(rows) for name, rows in network.demographics.items()},
    }
    source = {"data_layout.csv": layout(network), "refugees.csv": series(network.total)}
    source |= {f"{camp}.csv": series(network.counts.get(camp, {0: 0})) for camp in network.camps}
    return {
        **{f"input_csv/{name}": rows for name, rows in inputs.items()},
        **{f"source_data/{name}": rows for name, rows in source.items()},
        "simsetting.yml": settings(network),
    }


def locations(places: Iterable[Place]) -> list[str]:
    rows = (
        f"{one.name},Region,{one.country},{one.latitude},{one.longitude},{one.kind},0,{size(one)}" for one in places
    )
    return ["#name,region,country,latitude,longitude,location_type,conflict_date,population", *rows]


def size(place: Place) -> str:
    """Blank for a camp without limit."""
    return "" if "camp" in place.kind and not place.people else str(place.people)


def routes(network: Network) -> list[str]:
    """With the columns of speed and walking where some route has its own: Flee cannot read an empty cell there."""
    rows = [f"{one.first},{one.second},{one.km},{one.redirection}" for one in network.routes]
    head = "#name1,name2,distance,forced_redirection"
    if all(one.speed is None and not one.walk_probability for one in network.routes):
        return [head, *rows]
    usual = network.move_rules.get("max_move_speed", 360.0)
    own = (f",{usual if one.speed is None else one.speed},{one.walk_probability}" for one in network.routes)
    return [head + ",max_move_speed,walk_probability", *(row + cells for row, cells in zip(rows, own, strict=True))]


def closures(rows: Iterable[Closure]) -> list[str]:
    head = "#closure_type,name1,name2,closure_start,closure_end"
    return [head, *(f"{one.kind},{one.first},{one.second},{one.closed},{one.reopened}" for one in rows)]


def conflicts(network: Network) -> list[str]:
    names = list(network.conflicts)
    days = ([str(when), *(f"{network.conflicts[name][when]:g}" for name in names)] for when in range(network.length))
    return [",".join(["#Day", *names]), *(",".join(cells) for cells in days)]


def table(rows: Sequence[Mapping[str, object]]) -> list[str]:
    return [",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows)]


def layout(network: Network) -> list[str]:
    return ["total,refugees.csv", *(f"{camp},{camp}.csv" for camp in network.camps)]


def series(counts: Counts) -> list[str]:
    return ["Date,Count", *(f"{day(when)},{people}" for when, people in sorted(counts.items()))]


def settings(network: Network) -> list[str]:
    """YAML; JSON's way to write a value is YAML's too."""
    lines = ["log_levels:", "  agent: 0", "spawn_rules:"]
    lines += [f"  {key}: {json.dumps(value)}" for key, value in network.spawn_rules.items()]
    lines += ["move_rules:", *(f"  {key}: {json.dumps(value)}" for key, value in network.move_rules.items())]
    return [*lines, "optimisations:", f"  hasten: {network.hasten}"]
