"""What the counts of a series say by themselves: a level, a rate and their unrest, day by day."""

from saferground.assimilation.tracks.filter import Tracks, begin, pass_days, take_in
from saferground.assimilation.tracks.paths import paths

__all__ = ["Tracks", "begin", "pass_days", "paths", "take_in"]
