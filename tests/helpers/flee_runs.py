"""Our journey model on the small Flee networks, as numbers that can be compared with Flee's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.flee_comparison import Comparison, compare
from helpers.flee_folders import Network, day, write
from helpers.flee_reference import path
from helpers.flee_sample import Counts, load
from saferground import build_model, read_scenario, simulate
from saferground.exchange.flee import import_flee


def simulated(network: Network, folder: Path, members: int, seed: int = 1) -> Counts:
    """People (member, day, place) on the days that are compared, places in Flee's order and those on the way last."""
    flee = write(network, folder / "flee" / network.name)
    import_flee(flee, folder / network.name, version="3.1")
    result = simulate(build_model(read_scenario(folder / network.name)), members=members, seed=seed)
    result = result.sel(time=pd.DatetimeIndex([day(number) for number in network.compared]))
    by_name = dict(zip(result["place_name"].values, range(result.sizes["place"]), strict=True))
    people = result["people"].values[:, :, [by_name[place.name] for place in network.places]]
    return np.concatenate([people, result["travelling"].values[:, :, None]], axis=2)


def compared(network: Network, folder: Path, members: int) -> Comparison:
    """Our members against the stored replicates of the network of that name."""
    return compare(network.name, simulated(network, folder, members), load(path(network.name)), list(network.camps))
