"""A good small Flee folder as texts, and ways to damage it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from saferground.errors import Problem, ScenarioError
from saferground.exchange.flee import FleeImport, import_flee

Files = dict[str, str]
Change = Callable[[Files], None]

LOCATIONS = "input_csv/locations.csv"
ROUTES = "input_csv/routes.csv"
CLOSURES = "input_csv/closures.csv"
CONFLICTS = "input_csv/conflicts.csv"
PERIOD = "input_csv/sim_period.csv"
CORRECTIONS = "input_csv/registration_corrections.csv"
AGES = "input_csv/demographics_age.csv"
LAYOUT = "source_data/data_layout.csv"
TOTAL = "source_data/refugees.csv"
HAVEN = "source_data/haven.csv"
NORTH = "source_data/shelter-north.csv"
SOUTH = "source_data/shelter-south.csv"
SETTINGS = "simsetting.yml"

SMALL: Mapping[str, str] = {
    LOCATIONS: """\
#name,region,country,latitude,longitude,location_type,conflict_date,population
War Town,West,Here,10.5,20.25,conflict_zone,0,50000
Late,West,Here,10.6,20.5,conflict_zone,4,20000
Mid,East,Here,10.7,20.75,town,,
Hub,East,There,10.8,21,forwarding_hub,,
Haven,East,There,10.9,21.25,camp,,9000
Shelter,East,There,11,21.5,camp,,0
""",
    ROUTES: """\
#name1,name2,distance,forced_redirection
War Town,Mid,120,
Late,Mid,80.5,0
Mid,Hub,60,
Hub,Haven,30,2
Mid,Shelter,90,
""",
    CLOSURES: """\
#closure_type,name1,name2,closure_start,closure_end
country,Here,There,2,5
remove_forced_redirection,Hub,Haven,6,0
camp,Shelter,,0,3
""",
    CONFLICTS: """\
#Day, War Town, Late, Mid
0, 1, 0, 0
1, 1, 0, 0
2, 1, 0, 0
3, 1, 0, 0
4, 1, 0.5, 0
5, 1, 0.75, 0
6, 0, 0.75, 0
7, 0, 0, 0
8, 0, 0, 0
9, 0.5, 0, 0
""",
    PERIOD: "StartDate,2020-02-25\nLength,10\n",
    CORRECTIONS: "Haven,2020-03-01,normalize\n",
    AGES: "age,Default,Mid\n5,0.4,1\n30,0.6,3\n",
    LAYOUT: "total,refugees.csv\nHaven,haven.csv\nShelter,shelter-north.csv,shelter-south.csv\n",
    TOTAL: "Date,Refugee_numbers\n2020-02-20,900\n2020-02-25,1000\n2020-03-05,4000\n",
    HAVEN: "#DateTime,Haven\n2020-02-25,400\n2020-02-28,800\n2020-03-01,1000\n2020-03-05,2400\n",
    NORTH: ",\n2020-02-25,300\n2020-03-01,800\n2020-03-06,900\n",
    SOUTH: "2020-02-25,300\n2020-02-27,350\n2020-03-03,500\n",
    SETTINGS: """\
log_levels:
  agent: 0
spawn_rules:
  take_from_population: False
  insert_day0: True
  sum_from_camps: True
  conflict_spawn_decay: [1.0, 0.5, 0.1]
  conflict_spawn_decay_interval: 5
move_rules:
  max_move_speed: 200
  capacity_scaling: 1.25
  camp_movechance: 0.001
  awareness_level: 2
  start_on_foot: True
optimisations:
  hasten: 10
""",
}
"""Two places of conflict, a town, a hub, two camps of which one has two data files; ten days."""


def small(*changes: Change) -> Files:
    """The files with changes, one after the other."""
    files = dict(SMALL)
    for change in changes:
        change(files)
    return files


def swap(file: str, old: str, new: str) -> Change:
    """Replace a text that stands in a file."""

    def change(files: Files) -> None:
        assert old in files[file], f"{old!r} is not in {file}"
        files[file] = files[file].replace(old, new, 1)

    return change


def put(file: str, text: str) -> Change:
    """Write a file."""
    return lambda files: files.update({file: text})


def drop(file: str) -> Change:
    """Leave a file out."""
    return lambda files: files.__delitem__(file)


def key(section: str, text: str) -> Change:
    """Add a line of settings to a section."""
    return swap(SETTINGS, f"{section}:\n", f"{section}:\n  {text}\n")


def write(files: Mapping[str, str | bytes], folder: Path) -> Path:
    """Write the files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def imported(files: Mapping[str, str | bytes], folder: Path, version: str = "corrected") -> FleeImport:
    """The import of the files into ``folder/out``."""
    return import_flee(write(files, folder / "crisis"), folder / "out", version=version)


def problems(files: Mapping[str, str | bytes], folder: Path, version: str = "corrected") -> tuple[Problem, ...]:
    """The problems of files that do not import; nothing may be left behind."""
    try:
        imported(files, folder, version)
    except ScenarioError as error:
        assert not (folder / "out").exists()
        assert [path.name for path in folder.iterdir()] == ["crisis"]
        return error.problems
    raise AssertionError("the folder was imported")
