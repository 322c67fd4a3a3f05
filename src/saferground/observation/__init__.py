"""What was counted, and what a source would have reported of a simulated world."""

from saferground.observation.series import Series, observed

__all__ = ["Series", "observed"]
