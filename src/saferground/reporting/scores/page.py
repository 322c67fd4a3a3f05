"""Scores -> the page as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from saferground import __version__
from saferground.exchange.classes import SHARING
from saferground.exchange.scores import counts, strictest_class
from saferground.forecasting import Scores
from saferground.forecasting.own import PREFIX
from saferground.forecasting.skill import leads_in_order
from saferground.forecasting.targets import PLACE, TOTAL
from saferground.reporting.context import Chart, Column, Group, Headline, Section, Table
from saferground.reporting.scores import figures
from saferground.reporting.scores.figures import lead_words
from saferground.reporting.sheet import Sheet
from saferground.reporting.words import NOTHING, about, listed, percent
from saferground.scenario import Scenario

WHAT = {TOTAL: "totals", PLACE: "places"}
MODEL_NAMES = {"saferground": "Saferground"}
PICTURED = ("28", "14", "7", "3", "1", "end")
"""Leads in the order in which one is chosen for the pictures through time."""
CELLS: tuple[Column, ...] = (
    Column("Targets", "count"), Column("Mean WIS", "amount", "people"), Column("Mean CRPS", "amount", "people"),
    Column("Mean error of the median", "amount", "people"), Column("In the middle half", "share"),
    Column("In the 90 % range", "share"), Column("Bias", "ratio"), Column("Brier: beyond capacity", "ratio"),
    Column("Brier: 1.1 times the last value", "ratio"), Column("WIS over that of the best baseline", "ratio"),
    Column("Skill", "text"),
)  # fmt: skip
VALUES = (
    "targets", "wis", "crps", "error", "coverage_50", "coverage_90", "bias", "brier_capacity", "brier_rise", "relative",
)  # fmt: skip


def name_of(forecaster: str) -> str:
    """What a reader calls a forecaster."""
    return MODEL_NAMES.get(forecaster) or forecaster.replace("_", " ")


def score_page(
    scores: Scores, scenarios: Sequence[Scenario], forecasters: Sequence[str], members: int, seed: int
) -> Sheet:
    """The page of the scores of scenarios; ``forecasters`` by name, in the order in which they are shown."""
    strictest = strictest_class(scenarios)
    names = {name: name_of(name) for name in forecasters}
    return Sheet(
        kind="Scores",
        title="How good were forecasts from days in the past?",
        facts=tuple(_facts(scores, scenarios, members)),
        sensitivity=strictest.replace("_", " "),
        sharing=SHARING.get(strictest, ""),
        warnings=tuple(_warnings(scores, scenarios)),
        headlines=tuple(_headlines(scores, forecasters)),
        empty="Nothing could be scored.",
        sections=tuple(_sections(scores, scenarios, names)),
        limits_title="What the scores do not say",
        limits=LIMITS,
        foot=f"Saferground {__version__}, seed {seed}, {members:,} members. Fingerprints of the inputs: "
        + listed([f"{one.name} {one.digest[:16]}" for one in scenarios])
        + ". Every figure is a sum over many people; the page holds no personal data.",
    )


def _facts(scores: Scores, scenarios: Sequence[Scenario], members: int) -> Iterator[tuple[str, str]]:
    wanted = scores.targets
    yield "Scenarios", listed([one.name for one in scenarios])
    yield "Origins", f"{wanted[['scenario', 'origin']].drop_duplicates().shape[0]:,}"
    yield "Targets", f"{len(wanted):,}, of these {int(wanted['interpolated'].sum()):,} between two counts"
    yield "Members", f"{members:,}"


def _warnings(scores: Scores, scenarios: Sequence[Scenario]) -> Iterator[str]:
    yield "Every forecast used only what was public at its origin."
    if any(one.settings.model == "journey" for one in scenarios):
        yield (
            "Totals are forecast too: Flee, and validations published with it, are given the total of each day, so "
            "their figures cannot be compared with these."
        )
    yield "The best baseline is chosen after the fact, for each lead anew: nobody could have picked it in advance."
    yield from scores.notes


def _headlines(scores: Scores, forecasters: Sequence[str]) -> Iterator[Headline]:
    """For places and totals: how the first forecaster did against the best baseline, at the longest day lead."""
    for what, word in WHAT.items():
        rows = scores.pooled[scores.pooled["what"].eq(what) & scores.pooled["forecaster"].eq(forecasters[0])]
        leads = [lead for lead in leads_in_order(rows["lead"]) if lead.isdigit()]
        for lead in leads[-1:]:
            row = rows[rows["lead"].eq(lead)].iloc[0]
            yield _headline(what, word, lead, name_of(forecasters[0]), row)


def _headline(what: str, word: str, lead: str, name: str, row: pd.Series) -> Headline:
    better = "better" if row["relative"] < 1 else "worse"
    value = f"{abs(1 - row['relative']) * 100:.0f} % {better} than the best baseline"
    sentence = (
        f"{word.capitalize()}, {lead_words(lead)} ahead: {name} has a mean weighted interval score of "
        f"{about(row['wis'])} people over {row['targets']:,} targets, {row['relative']:.2f} times that of the best "
        f"baseline of each scenario (skill {_skill(row)}). {percent(row['coverage_90'])} of the counts lay in its "
        f"90 % range, {percent(row['coverage_50'])} in its middle half."
    )
    return Headline(f"{what}-{lead}", f"{word.capitalize()}, {lead_words(lead)} ahead", value, sentence, None)


def _skill(row: pd.Series) -> str:
    if np.isnan(row["skill"]):
        return NOTHING
    low, high = row["skill_low"], row["skill_high"]
    return f"{row['skill']:+.2f}" + ("" if np.isnan(low) else f" ({low:+.2f} to {high:+.2f})")


# --- sections ------------------------------------------------------------------------------------------------------


def _sections(scores: Scores, scenarios: Sequence[Scenario], names: dict[str, str]) -> Iterator[Section]:
    if scores.scores.empty:
        return
    yield _all(scores, names)
    yield _calibration(scores, names)
    yield _each(scores, names)
    if len(scores.split):
        yield _split(scores, names)
    if len(scores.own):
        yield _own(scores)
    yield _time(scores, scenarios, names)


def _all(scores: Scores, names: dict[str, str]) -> Section:
    charts = tuple(
        Chart(
            f"pooled-{what}", f"{word.capitalize()}: mean WIS over that of the best baseline", "",
            "Ratio by lead and forecaster; below 1 is better than the best baseline. The table below has the figures.",
            figures.by_lead(part, "relative", "ratio (log scale)", names, log=True, line=1.0),
        )
        for what, word in WHAT.items()
        if len(part := scores.pooled[scores.pooled["what"].eq(what)])
    )  # fmt: skip
    heads = (
        Column("What", "text"), Column("Lead", "text"), Column("Forecaster", "text"), Column("Scenarios", "count"),
        *CELLS, Column("Mean over scenarios of that ratio", "ratio"),
    )  # fmt: skip
    caption = (
        "Below the dashed line a forecaster beats the baseline that turned out best in each scenario at that lead."
    )
    return Section(
        "pooled", "All scenarios together", "Together",
        ("Sums of people over all targets, so that large crises weigh most; the last column of the table weighs each "
         "scenario the same.",),
        (Group("pooled-charts", "Against the best baseline", caption, charts, (), "half"),
         Table("pooled-table", "All scenarios, by lead and forecaster", heads, _rows(scores.pooled), NOTE),
         Table("counted-table", "The same on days that were counted", heads, _rows(scores.counted), COUNTED)),
    )  # fmt: skip


def _rows(pooled: pd.DataFrame) -> tuple:
    return tuple(
        (WHAT[row["what"]], lead_words(row["lead"]), name_of(row["forecaster"]), int(row["scenarios"]), *_cells(row),
         _number(row["relative_scaled"]))
        for _, row in pooled.iterrows()
    )  # fmt: skip


COUNTED = "Without targets between two counts, which follow straight lines more closely than people do."
NOTE = (
    "WIS: weighted interval score; CRPS: continuous ranked probability score; both in people, 0 is perfect. Bias runs "
    "from -1 (always too low) to 1 (always too high). Skill is 1 minus the ratio to the best baseline on shared "
    "targets, with the 90 % range of a block bootstrap over origins where there are four or more."
)


def _cells(row: pd.Series) -> tuple:
    return *(int(row[name]) if name == "targets" else _number(row[name]) for name in VALUES), _skill(row)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _calibration(scores: Scores, names: dict[str, str]) -> Section:
    charts = tuple(
        Chart(
            f"coverage-{share}-{what}", f"{word.capitalize()}: counts within the {label}", "",
            f"Share of the counts within the {label} by lead and forecaster; {share} % would be right.",
            figures.by_lead(rows, f"coverage_{share}", "share of targets", names, share=True, line=share / 100),
        )
        for what, word in WHAT.items()
        if len(rows := scores.pooled[scores.pooled["what"].eq(what)])
        for share, label in ((90, "90 % range"), (50, "middle half"))
    )  # fmt: skip
    caption = "On the dashed line the ranges hold as many counts as they promise; below it they are too narrow."
    return Section(
        "calibration", "Do the ranges hold what they promise?", "Ranges",
        ("A range that is meant to hold nine counts in ten should hold nine in ten.",),
        (Group("coverage", "Coverage", caption, charts, (), "half"),),
    )  # fmt: skip


def _each(scores: Scores, names: dict[str, str]) -> Section:
    charts, tables = [], []
    heads = (Column("What", "text"), Column("Lead", "text"), Column("Forecaster", "text"), *CELLS)
    for number, (scenario, rows) in enumerate(scores.by_lead.groupby("scenario", sort=False)):
        for what, word in WHAT.items():
            if len(part := rows[rows["what"].eq(what)]):
                figure = figures.by_lead(part, "wis", "people (log scale)", names, log=True)
                alt = "Mean weighted interval score by lead and forecaster. The table below has the figures."
                charts.append(Chart(f"wis-{number}-{what}", f"{scenario}, {word}: mean WIS", "", alt, figure))
        lines = tuple(
            (WHAT[row["what"]], lead_words(row["lead"]), _starred(row), *_cells(row)) for _, row in rows.iterrows()
        )
        caption = f"{scenario}, by lead and forecaster (* best baseline there)"
        tables.append(Table(f"scenario-{number}", caption, heads, lines, NOTE, folded=True))
    caption = "The scale is logarithmic: lower is better, and equal steps are equal ratios."
    group = Group("wis", "Mean weighted interval score", caption, tuple(charts), (), "half")
    return Section("scenarios", "Each scenario", "Each", (), (group, *tables))


def _starred(row: pd.Series) -> str:
    return name_of(row["forecaster"]) + (" *" if row["forecaster"] == row["best"] else "")


def _split(scores: Scores, names: dict[str, str]) -> Section:
    charts = tuple(
        Chart(
            f"split-{number}", f"{scenario}: people at the wrong place", "",
            "Share of the people at the wrong place by lead and forecaster. The table below has the figures.",
            figures.by_lead(rows.assign(targets=rows["origins"]), "share_error", "share of people", names, share=True),
        )
        for number, (scenario, rows) in enumerate(scores.split.groupby("scenario", sort=False))
    )  # fmt: skip
    heads = (
        Column("Scenario", "text"), Column("Lead", "text"), Column("Forecaster", "text"), Column("Origins", "count"),
        Column("Places", "amount"), Column("People at the wrong place", "share"),
    )  # fmt: skip
    rows = tuple(
        (row["scenario"], lead_words(row["lead"]), name_of(row["forecaster"]), int(row["origins"]), row["places"],
         _number(row["share_error"]))
        for _, row in scores.split.iterrows()
    )  # fmt: skip
    caption = "Sum over places of the differences of shares, halved, at the medians."
    return Section(
        "split", "The split over places, apart from the total", "Split",
        ("Given the right total, this share of the people would still be forecast at the wrong place.",),
        (Group("split-charts", "Error of the split", caption, charts, (), "half"),
         Table("split-table", "Error of the split by scenario, lead and forecaster", heads, rows, "", folded=True)),
    )  # fmt: skip


def _own(scores: Scores) -> Section:
    heads = (
        Column("Scenario", "text"), Column("Whose", "text"), Column("Beside", "text"),
        Column("Shared targets", "count"),
        Column("Their mean WIS", "amount", "people"), Column("Mean WIS of the other", "amount", "people"),
        Column("In their 90 % range", "share"),
    )  # fmt: skip
    rows = tuple(
        (row["scenario"], row["own"].removeprefix(PREFIX), name_of(row["forecaster"]), int(row["shared"]),
         *(_number(row[name]) for name in ("own_wis", "wis", "own_inside_90")))
        for _, row in scores.own.iterrows()
    )  # fmt: skip
    return Section(
        "own", "Your own forecasts", "Own",
        ("Each is compared with the others on exactly the targets that both forecast, from the day it was made.",),
        (Table("own-table", "Own forecasts beside the others", heads, rows),),
    )  # fmt: skip


def _time(scores: Scores, scenarios: Sequence[Scenario], names: dict[str, str]) -> Section:
    record = counts(scenarios)
    charts = tuple(
        chart
        for number, scenario in enumerate(scenarios)
        for chart in _pictures(scores.scores, record, scenario.name, number, names)
    )
    first = name_of(next(iter(names)))
    caption = f"What {first} said, with bars of nine in ten, and the counts as they stand today."
    group = Group("through-time", "Forecasts and counts", caption, charts, (), "half")
    return Section("time", "Forecasts and counts through time", "Through time", (), (group,))


def _pictures(
    scores: pd.DataFrame, record: pd.DataFrame, scenario: str, number: int, names: dict[str, str]
) -> Iterator[Chart]:
    """The total and the largest place of a scenario, at the longest lead of four weeks or less."""
    name = next(iter(names))
    rows = scores[scores["scenario"].eq(scenario) & scores["forecaster"].eq(name)]
    for what in WHAT:
        part = rows[rows["what"].eq(what)]
        lead = next((lead for lead in PICTURED if part["lead"].eq(lead).any()), None)
        if lead is None:
            continue
        part = part[part["lead"].eq(lead)]
        series = str(part.groupby("series")["truth"].max().idxmax())
        part = part[part["series"].eq(series)].sort_values("day")
        truth = record[record["scenario"].eq(scenario) & record["series"].eq(series)]
        truth = truth[truth["day"] <= rows["day"].max()].drop_duplicates("day", keep="last").sort_values("day")
        title = f"{scenario}, {series}: {lead_words(lead)} ahead"
        alt = f"Medians and 90 % ranges of {name_of(name)} for {len(part)} days, and the counts."
        yield Chart(f"time-{number}-{what}", title, "", alt, figures.through_time(part, truth, name_of(name)))


LIMITS: tuple[tuple[str, str], ...] = (
    ("Counts are not the truth.", "They are what was reported: late, rounded, corrected afterwards, in places not at "
     "all. A target between two counts is on a straight line between them."),
    ("Few crises.", "A handful of crises, each with one course of events. Bootstrapping over origins says how much a "
     "skill depends on when one asked, not how it would be in another crisis."),
    ("The end has one outcome.", "All forecasts of the end of a period are scored on the same outcome, so its "
     "intervals are too narrow."),
    ("Days between counts are easy.", "Truths on a straight line follow trends more closely than people do, which "
     "favours whatever continues a line."),
    ("The past is known.", "Whoever built the model may have known how these crises went, though no forecast reads "
     "later rows. Only forecasts of days yet to come are free of that."),
)  # fmt: skip
