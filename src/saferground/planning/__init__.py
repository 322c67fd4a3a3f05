"""From a forecast to what places need, and to the figures that a reader sees first."""

from saferground.planning.besieged import besieged_balance
from saferground.planning.health import reproductive, trauma
from saferground.planning.members import ahead, quantiles, totals
from saferground.planning.need import needs
from saferground.planning.standards import packaged_standards, standards_for
from saferground.planning.stocks import stock_out, stocks
from saferground.planning.summary import summaries

__all__ = [
    "ahead",
    "besieged_balance",
    "needs",
    "packaged_standards",
    "quantiles",
    "reproductive",
    "standards_for",
    "stock_out",
    "stocks",
    "summaries",
    "totals",
    "trauma",
]
