"""Many members of one model, on all cores, as one labelled Dataset."""

from saferground.ensemble.members import simulate

__all__ = ["simulate"]
