"""A journey scenario (towns, conflict zones, roads, camps, days) becomes frozen arrays."""

from saferground.model.journey.build import Journey, build_journey

__all__ = ["Journey", "build_journey"]
