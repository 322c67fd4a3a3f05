"""The scenario as it is now in the board: its folder and what was entered beside it, read anew when either changed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import date
from pathlib import Path

from saferground.errors import UsageError
from saferground.runs.check import check_folder
from saferground.scenario import Scenario
from saferground.storage.counts.folder import as_entered
from saferground.storage.counts.record import Entered
from saferground.storage.counts.save import entered
from saferground.storage.database import Database

KEPT = 8


class Scenarios:
    """Scenarios that were read; safe to use from many threads."""

    def __init__(self, database: Database):
        self._database = database
        self._known: OrderedDict[Hashable, Scenario] = OrderedDict()
        self._lock = threading.Lock()

    def now(self, folder: Path, as_of: date | None = None) -> Scenario:
        """The siege of a folder. Raises ScenarioError when it has problems, UsageError where it is a journey."""
        beside = entered(self._database, folder.name)
        key = (str(folder), as_of, _stamp(folder), beside.revision)
        with self._lock:
            if key not in self._known:
                self._known[key] = _read(folder, beside, as_of)
            self._known.move_to_end(key)
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            return self._known[key]


def _read(folder: Path, beside: Entered, as_of: date | None) -> Scenario:
    with as_entered(folder, beside) as place:
        scenario = check_folder(place, as_of=as_of).good()
    if scenario.settings.model != "siege":
        do = "Its forecast and counts are on the other pages."
        raise UsageError(f"got {folder.name}, a journey; expected a siege: only sieges have plans yet. {do}")
    return scenario


def _stamp(folder: Path) -> Hashable:
    """What changes when a file of the folder does."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".csv", ".toml"))
    return tuple((path.name, stat.st_mtime_ns, stat.st_size) for path in files for stat in [path.stat()])
