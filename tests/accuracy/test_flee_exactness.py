"""The journey model and Flee 3.1 give the same distribution of people; docs/explanation/flee-exactness.md explains.

The reference is stored, at least 20,000 replicates of each network by Flee itself. All comparisons of a network
together raise a false alarm with probability ``FALSE_ALARM``; seeds are fixed, so outcomes do not come and go.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from helpers.flee_comparison import Comparison, compare
from helpers.flee_folders import digest, write
from helpers.flee_networks import NETWORKS
from helpers.flee_reference import origins, path
from helpers.flee_results import PAGE, ROOT, page, read_results
from helpers.flee_runs import compared
from helpers.flee_sample import load
from helpers.flee_valley import like

MEMBERS = 20_000
FLEE = ROOT / ".venv-flee" / "bin" / "python"
STORED = [name for name in NETWORKS if name in origins()]
EXACT = [name for name in STORED if NETWORKS[name].exact]
LIVE = [name for name in ("several_hops_awareness_2", "country_closure", "boys_take_risk") if name in STORED]
LIVE_REPLICATES = 400


def told(comparison: Comparison) -> str:
    """The alarms of a network, the least likely first."""
    alarms = comparison.alarms()
    head = f"{comparison.network}: {len(alarms)} of {len(comparison.findings)} comparisons differ from Flee 3.1"
    return "\n".join([head, *map(str, alarms[:5])])


@pytest.mark.parametrize("name", STORED)
def test_stored_results_are_of_this_network(name: str) -> None:
    origin = origins()[name]
    assert origin.folder == digest(NETWORKS[name]), f"made from another folder; run `make flee-reference ARGS={name}`"
    assert origin.flee == "3.1"
    assert load(path(name)).replicates == origin.replicates >= 20_000


def test_the_page_shows_the_results() -> None:
    rows = read_results()
    assert [row.network for row in rows] == STORED
    text = PAGE.read_text(encoding="utf-8")
    assert page(text, rows) == text, "run `make flee-exactness`"


@pytest.mark.slow
@pytest.mark.parametrize("name", EXACT)
def test_people_are_distributed_as_in_flee(name: str, tmp_path: Path) -> None:
    comparison = compared(NETWORKS[name], tmp_path, MEMBERS)
    assert not comparison.alarms(), told(comparison)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "value"),
    [("default_movechance", 0.315), ("camp_movechance", 0.075), ("camp_weight", 1.1), ("awareness_level", 2)],
)
def test_a_small_difference_is_found(rule: str, value: float, tmp_path: Path) -> None:
    """Leaving towns 5 per cent more often, or camps 50; camps 10 per cent more attractive; another route choice."""
    name = "several_hops"
    other = like(NETWORKS[name], name, "", move_rules={rule: value})
    assert compared(other, tmp_path, MEMBERS).alarms(), f"{rule} = {value} went unnoticed"


@pytest.mark.slow
@pytest.mark.parametrize("name", LIVE)
def test_the_stored_results_are_those_of_flee(name: str, tmp_path: Path) -> None:
    """A few hundred replicates that are not among the stored ones, by Flee itself."""
    if not FLEE.exists():
        pytest.skip("Flee has no environment here; `make flee` installs it into .venv-flee")
    network, out = NETWORKS[name], tmp_path / "out.npz"
    command = [str(FLEE), str(ROOT / "tools" / "flee_replicates.py"), str(write(network, tmp_path / name)), str(out)]
    command += ["--days", *map(str, network.compared), "--replicates", str(LIVE_REPLICATES), "--first", "1000000"]
    subprocess.run(command, check=True)
    with np.load(out) as run:
        comparison = compare(name, run["people"], load(path(name)), list(network.camps))
    few = ("variance", "covariance")  # too few replicates to know how much these scatter
    assert not [one for one in comparison.alarms() if one.kind not in few], told(comparison)
