"""Arrays to arrays: counts through time. No names, no files, no dates, no logging."""

from saferground.engine.loop import init, run
from saferground.engine.record import Record
from saferground.engine.state import State, reorder

__all__ = ["Record", "State", "init", "reorder", "run"]
