"""Files to a checked, frozen description of a city; the only code that reads what users write."""

from saferground.scenario.read import check_scenario, read_scenario, shipped
from saferground.scenario.record import Prior, Scenario, Settings
from saferground.scenario.template import new_scenario
from saferground.scenario.write import write_scenario

__all__ = [
    "Prior",
    "Scenario",
    "Settings",
    "check_scenario",
    "new_scenario",
    "read_scenario",
    "shipped",
    "write_scenario",
]
