"""Forecasters set back in time and scored: alone, against each other, and beside a user's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from helpers.counted import counted, fixed, line_between, on, republished
from saferground.errors import UsageError
from saferground.forecasting import Scores, score
from saferground.forecasting.baselines import BASELINES
from saferground.forecasting.own import OwnForecast, own_samples
from saferground.forecasting.rolling import default_forecasters, together
from saferground.forecasting.skill import block_length, interval
from saferground.scenario import Scenario

CAMP = {0: 0, 10: 120, 20: 300, 30: 380, 40: 700, 50: 710, 60: 900, 70: 950}
OTHER = {day: 1500 - people for day, people in CAMP.items()}
TOTAL = dict.fromkeys(CAMP, 1500)
KEYS = {"Camp@haven": CAMP, "Other@shelter": OTHER, "Total": TOTAL}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return crisis(tmp_path)


def crisis(folder: Path, **tables: Any) -> Scenario:
    counts = {("Camp", "haven"): CAMP, ("Other", "shelter"): OTHER, ("Total", ""): TOTAL}
    return counted(folder, counts, days=70, **tables)


def truth(times: float = 1.0, spread: float = 0.0):
    """A forecaster that knows what comes, times a factor."""
    lines = {key: line_between(levels) for key, levels in KEYS.items()}
    return fixed({key: lambda day, line=line: times * line(day) for key, line in lines.items()}, spread)


def scored(scenario: Scenario, **forecasters: Any) -> Scores:
    return score(scenario, leads=(1, 7, "end"), members=50, forecasters=forecasters)


def test_a_perfect_forecast_scores_zero(scenario: Scenario) -> None:
    found = scored(scenario, seer=truth()).scores
    assert len(found) == 4 * 3 * 3
    for name in ("crps", "wis", "error", "brier_rise", "bias"):
        assert found[name].to_numpy() == pytest.approx(0, abs=1e-9)
    assert found["inside_90"].all()
    assert found.loc[found["place"].eq("shelter"), "brier_capacity"].notna().all()


def test_a_forecast_ten_per_cent_too_high_is_so_in_every_score(scenario: Scenario) -> None:
    found = scored(scenario, high=truth(1.1)).scores
    assert found["wis"].to_numpy() == pytest.approx(0.1 * found["truth"])
    assert found["bias"].to_numpy() == pytest.approx(1)
    assert not found["inside_90"].any()


def test_the_split_is_scored_apart_from_the_total(scenario: Scenario) -> None:
    """Everybody ten per cent too many: the total is wrong, the split is right."""
    swapped = {"Camp@haven": OTHER, "Other@shelter": CAMP, "Total": TOTAL}
    wrong = fixed({key: line_between(levels) for key, levels in swapped.items()})
    both = scored(scenario, high=truth(1.1), swapped=wrong)
    split = both.split.set_index(["forecaster", "lead"])["share_error"]
    assert split["high"].to_numpy() == pytest.approx(0)
    totals = both.by_lead[both.by_lead["what"].eq("total")].set_index(["forecaster", "lead"])["wis"]
    assert totals["swapped"].to_numpy() == pytest.approx(0)
    day = line_between(CAMP)(on(70))
    assert split["swapped", "end"] == pytest.approx(abs(2 * day - 1500) / 1500)


def test_the_best_baseline_is_found_after_the_fact(scenario: Scenario) -> None:
    found = score(scenario, leads=(7,), members=50, forecasters={"seer": truth(1.01), **BASELINES}).by_lead
    for _, group in found.groupby("what"):
        names = group.set_index("forecaster")
        full = names.loc[[name for name in names.index if name in BASELINES], "wis"]
        assert set(group["best"]) == {full.idxmin()}
        assert names["relative"].to_numpy() == pytest.approx(names["wis"] / full.min())
        assert names["skill"].to_numpy() == pytest.approx(1 - names["relative"])
        assert (names["targets"] == names["shared"]).all()


def test_forecasters_are_compared_on_the_targets_that_both_forecast(scenario: Scenario) -> None:
    half = fixed({"Camp@haven": line_between(CAMP)})
    found = score(scenario, leads=(7,), members=50, forecasters={"half": half, **BASELINES})
    row = found.by_lead.set_index(["what", "forecaster"]).loc[("place", "half")]
    assert (row["targets"], row["shared"]) == (4, 4)
    assert found.by_lead.set_index(["what", "forecaster"]).loc[("place", "last_value"), "targets"] == 8


def test_skill_of_a_forecast_that_always_halves_the_error_is_certain() -> None:
    """Whatever origins are drawn, the ratio is a half."""
    origins = pd.DatetimeIndex([on(14 * n) for n in range(12)])
    pair = pd.DataFrame({"best": np.arange(1.0, 13), "count": 1, "days": 28}, origins).assign(
        mine=lambda x: x["best"] / 2
    )
    assert interval([pair], 1) == pytest.approx((0.5, 0.5))
    low, high = interval([pair.assign(mine=[0.0, 6.0] * 6)], 1)
    assert low < 1 - 36 / 78 < high


def test_few_origins_say_nothing_on_uncertainty() -> None:
    pair = pd.DataFrame({"mine": [1.0], "best": [2.0], "count": 1, "days": 7}, pd.DatetimeIndex([on(0)]))
    assert np.isnan(interval([pair], 1)).all()


@pytest.mark.parametrize(
    ("days", "origins", "length"), [(1, 27, 3), (28, 27, 3), (70, 27, 5), (600, 27, 13), (7, 2, 1)]
)
def test_blocks_span_the_lead_and_at_most_half_of_the_origins(days: int, origins: int, length: int) -> None:
    index = pd.DatetimeIndex([on(14 * n) for n in range(origins)])
    assert block_length(pd.DataFrame({"days": days}, index)) == length


def test_several_scenarios_are_pooled_by_people_and_by_scenario(tmp_path: Path) -> None:
    one = crisis(tmp_path / "one")
    two = replace(crisis(tmp_path / "two"), name="two")
    forecasters = {"seer": truth(1.02), **BASELINES}
    parts = [score(each, leads=(7,), members=50, forecasters=forecasters) for each in (one, two)]
    found = together(parts).pooled.set_index(["what", "forecaster"])
    alone = parts[0].by_lead.set_index(["what", "forecaster"])
    assert found.loc[("place", "seer"), "targets"] == 2 * alone.loc[("place", "seer"), "targets"]
    for name in ("wis", "relative"):
        assert found.loc[("place", "seer"), name] == pytest.approx(alone.loc[("place", "seer"), name])
    assert found.loc[("place", "seer"), "relative_scaled"] == pytest.approx(alone.loc[("place", "seer"), "relative"])
    assert found.loc[("place", "seer"), "scenarios"] == 2


def test_scores_of_an_origin_do_not_depend_on_what_was_published_later(scenario: Scenario) -> None:
    """The forecasts of every forecaster, the model's own included, are the same; the truths are not."""
    one = score(scenario, [on(28)], members=50).scores
    other = score(republished(scenario, on(28), lambda v: 2 * v), [on(28)], members=50).scores
    assert set(one["forecaster"]) == {*default_forecasters()} - {"planning_figure"}
    quantiles = [name for name in one if name.startswith("q")]
    assert (one["truth"] != other["truth"]).any()
    pd.testing.assert_frame_equal(one[quantiles], other[quantiles])


def test_targets_between_counts_can_be_left_out(scenario: Scenario) -> None:
    """From 14, 28, 42 and 56 days on, only 2 and 4 days ahead of days 28 and 56, and the end, were counted."""
    found = score(scenario, leads=(2, 4, "end"), members=50, forecasters={"seer": truth(1.02), **BASELINES})
    rows = found.counted.query("what == 'total' and forecaster == 'seer'").set_index("lead")
    assert rows["targets"].to_dict() == {"2": 1, "4": 1, "end": 4}
    assert rows["wis"].to_numpy() == pytest.approx(30)


def test_progress_is_told_by_forecaster_and_origin(scenario: Scenario) -> None:
    told: list[tuple[str, int]] = []
    score(scenario, 2, (7,), 20, forecasters={"a": truth(), "b": truth()}, progress=lambda *done: told.append(done))
    assert told == [("a", 1), ("a", 2), ("b", 1), ("b", 2)]


@pytest.mark.parametrize(
    "wrong", [{"leads": ()}, {"leads": (0,)}, {"leads": ("soon",)}, {"members": 1}, {"seed": -1}, {"origins": 0}]
)
def test_what_cannot_be_used_is_refused(scenario: Scenario, wrong: dict) -> None:
    with pytest.raises(UsageError, match="expected"):
        score(scenario, forecasters={}, **wrong)


def test_a_scenario_without_series_has_no_scores(tmp_path: Path) -> None:
    found = score(counted(tmp_path, {("Camp", "haven"): {0: 1, 10: 2}}), members=20)
    assert found.scores.empty
    assert found.by_lead.empty
    assert "nothing can be scored" in found.notes[0]


# --- a user's own --------------------------------------------------------------------------------------------------

OWN = {"id": "guess", "author": "Planning cell", "made": on(25), "day": on(40)}


def test_an_own_forecast_is_scored_beside_the_others_on_its_target(tmp_path: Path) -> None:
    rows = [{**OWN, "series": "Camp", "place": "haven", "low": 600, "best": 690, "high": 800}]
    found = score(crisis(tmp_path, own_forecasts=rows), leads=(7,), members=200, forecasters=BASELINES)
    mine = found.scores[found.scores["own"]].iloc[0]
    assert (mine["forecaster"], mine["truth"]) == ("own: Planning cell", 700)
    assert mine[["q050", "median", "q950"]].tolist() == pytest.approx([600, 690, 800], abs=2)
    beside = found.own.set_index("forecaster")
    assert set(beside.index) == {
        "own: Planning cell",
        "last_value",
        "recent_mean_rate",
        "damped_trend",
        "frozen_shares",
    }
    assert (beside["shared"] == 1).all()
    assert beside.loc["last_value", "wis"] > beside.loc["last_value", "own_wis"] == mine["wis"]


def test_own_forecasts_stay_out_of_the_other_tables(tmp_path: Path) -> None:
    rows = [{**OWN, "measures": "present", "best": 1500}]
    own = score(crisis(tmp_path / "own", own_forecasts=rows), leads=(7,), members=50, forecasters=BASELINES)
    none = score(crisis(tmp_path / "none"), leads=(7,), members=50, forecasters=BASELINES)
    assert own.scores.loc[own.scores["own"], "series"].tolist() == ["Total"]
    columns = [name for name in own.by_lead if name != "scenario"]
    pd.testing.assert_frame_equal(own.by_lead[columns], none.by_lead[columns])


def test_an_own_forecast_of_what_nobody_counts_is_noted(tmp_path: Path) -> None:
    rows = [{**OWN, "measures": "present", "place": "hill", "best": 5}]
    found = score(crisis(tmp_path, own_forecasts=rows), leads=(7,), members=20, forecasters={})
    assert "own forecast guess speaks of nothing" in found.notes[0]


def test_an_own_forecast_of_days_yet_to_come_is_noted(tmp_path: Path) -> None:
    rows = [{**OWN, "day": on(90), "measures": "present", "best": 1500}]
    found = score(crisis(tmp_path, own_forecasts=rows), leads=(7,), members=20, forecasters=BASELINES)
    assert not found.scores["own"].any()
    assert "own: Planning cell, Total on 2030-04-01: no count" in found.notes[0]


def test_samples_of_an_own_forecast_by_hand() -> None:
    """80 % between 80 and 150, median 100: the 10, 50 and 90 % points; each side is half of a normal."""
    mine = OwnForecast("own: me", "s", date(2030, 1, 1), date(2030, 1, 9), 80.0, 100.0, 150.0, 0.8)
    assert np.quantile(own_samples(mine, 2001), [0.1, 0.5, 0.9]) == pytest.approx([80, 100, 150], abs=0.3)
    sure = replace(mine, low=float("nan"), high=float("nan"))
    assert set(own_samples(sure, 10)) == {100.0}
    middle = replace(mine, best=float("nan"))
    assert np.median(own_samples(middle, 11)) == pytest.approx(115)
