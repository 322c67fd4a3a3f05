"""Saferground forecasts who will flee a city under siege, by which way and when, and what those who receive them need.

The public names, in the order in which data flows. They load on first use, so that importing the package is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from saferground.assimilation import Posterior, fit
    from saferground.ensemble import simulate
    from saferground.forecasting import forecast, score
    from saferground.model import Model, build_model
    from saferground.planning import needs
    from saferground.planning.plans.compare import plan
    from saferground.reporting import report
    from saferground.scenario import Scenario, read_scenario

__version__ = "0.1.0"

_HOME = {
    "read_scenario": "scenario",
    "Scenario": "scenario",
    "build_model": "model",
    "Model": "model",
    "simulate": "ensemble",
    "fit": "assimilation",
    "Posterior": "assimilation",
    "forecast": "forecasting",
    "score": "forecasting",
    "needs": "planning",
    "plan": "planning.plans.compare",
    "report": "reporting",
}
__all__ = [
    "Model",
    "Posterior",
    "Scenario",
    "build_model",
    "fit",
    "forecast",
    "needs",
    "plan",
    "read_scenario",
    "report",
    "score",
    "simulate",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"saferground.{_HOME[name]}"), name)
    raise AttributeError(f"module 'saferground' has no attribute {name!r}")
