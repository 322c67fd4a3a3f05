"""What the report of a journey says beside the records of ``saferground.reporting.context``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from saferground.reporting.context import Map, Mark, Page, Panel, help_text


@dataclass(frozen=True)
class Spot(Mark):
    """A place on the map of a journey, by the days that the map shows."""

    conflict: tuple[int, ...] = field(
        default=(), metadata=help_text("Intensity of conflict by day, per cent; 0 without conflict")
    )
    shelter: tuple[int, ...] = field(default=(), metadata=help_text("1 on days on which the place is a camp"))
    told: tuple[str, ...] = field(default=(), metadata=help_text("What holds at the place, in words, by day"))

    @property
    def is_camp(self) -> bool:
        """Whether it is a camp on any day."""
        return 1 in self.shelter


@dataclass(frozen=True)
class LandMap(Map):
    """The map of a journey. ``panels`` is empty: the land is drawn as one piece by its own script."""

    land: Panel | None = field(default=None, metadata=help_text("The map; None without coordinates"))
    top: float = field(default=0.0, metadata=help_text("Right end of the bars of camps, people"))
    bars: tuple[int, ...] = field(default=(), metadata=help_text("Marks of the camps shown as bars, by number"))
    every: int = field(default=1, metadata=help_text("Days between two days that the map shows"))
    missing: tuple[str, ...] = field(default=(), metadata=help_text("Names of places without coordinates"))


@dataclass(frozen=True)
class JourneyPage(Page):
    """The report of a journey."""

    picture: ClassVar[str] = "map_journey.html.j2"
    parts: ClassVar[tuple[str, ...]] = ("report", "journey")

    map: LandMap = field(metadata=help_text("Where people are, conflict and roads, by day"))
    rests: tuple[tuple[str, str], ...] = field(
        metadata=help_text("What the figures rest on: the subject, and a sentence or two")
    )
