"""People on a network of places and roads, day by day, as counts of cells that hold all who are in the same state."""

from saferground.engine.journey.loop import init, run
from saferground.engine.journey.record import JourneyRecord
from saferground.engine.journey.state import JourneyState, reorder

__all__ = ["JourneyRecord", "JourneyState", "init", "reorder", "run"]
