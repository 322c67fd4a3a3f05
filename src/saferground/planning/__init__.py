"""From a forecast to what places need, and to the figures that a reader sees first."""

from saferground.planning.members import ahead, quantiles, totals
from saferground.planning.need import needs
from saferground.planning.standards import packaged_standards, standards_for
from saferground.planning.stocks import stocks
from saferground.planning.summary import summaries

__all__ = ["ahead", "needs", "packaged_standards", "quantiles", "standards_for", "stocks", "summaries", "totals"]
