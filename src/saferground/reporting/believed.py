"""What was learned: how far each source is believed, which parameters moved, who forecasts, and what to do then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from saferground.planning import learned
from saferground.reporting.context import Column, Table
from saferground.reporting.fans import Run
from saferground.reporting.words import THIN, about, as_date, listed, percent, short_day

if TYPE_CHECKING:
    from saferground.scenario import Scenario

ALIKE, TWICE, ODDS = 0.05, 2.0, 0.95
"""Share up to which a source says the same as the model, ratio from which it is told as a multiple, and share of its
weight from which a count is believed as a whole."""
MOVED, MOST_MOVED = 0.5, 10
"""Standard deviations from which a move is shown, and how many are shown."""
FAR, CLEAR = 2.0, 1.0
EVERYWHERE = ("all", "")
Names = dict[str, tuple[str, str]]
"""Name and local name of a place by its id."""
FORECASTERS = {
    "the model": "The simulation, fitted to the counts. It knows who is left to leave, and where they can go.",
    "rates are noise": "Tomorrow as today: what came between two counts says nothing of what comes next.",
    "last value": "Tomorrow as today, with the errors that this made before.",
    "damped trend": "The latest rise goes on and fades.",
    "recent mean rate": "The mean rise of late goes on.",
}
RATES = "A rise that shows in the counts goes on, and fades within about {}."
MISFITS = (
    (
        "Counts of one series lie outside the brown bars again and again, on one side.",
        "The source covers fewer or more people than the model compares it with.",
        "Read its definition. In counts.csv, correct measures, place or start; set measures to other when the model "
        "has nothing of the kind.",
    ),
    (
        "A series jumps once and then goes on as before.",
        "The source was revised, or covers a new site.",
        "Give the counts from that day on a series name of their own in counts.csv.",
    ),
    (
        "Counts of all series leave the brown bars on the same days.",
        "Something happened that the model does not have: a corridor, an announcement, a closure.",
        "Enter it if it has a table (closures, control, camps); else expect more of the same and read the upper range.",
    ),
    (
        "A parameter moved by 2 or more.",
        "Its prior is too narrow, or another mechanism is missing that it makes up for.",
        "Ask whether the range now is possible. If so, widen the prior in scenario.toml with a source; if not, look "
        "for what is missing.",
    ),
    (
        "The blue range is much wider than what the series did before.",
        "Few counts, or none of late.",
        "Add the newest counts with the day on which they became public, and run again.",
    ),
    (
        "Figures change much with another seed.",
        "Too few simulated futures agree with all counts.",
        "Run with more members, and pass on the wider of the ranges.",
    ),
)


def believed_tables(run: Run, scenario: Scenario, heard: pd.DataFrame) -> tuple[Table, ...]:
    """Sources, those heard once apart; parameters; forecasters; remedies. ``scenario`` holds only what was known."""
    sources = learned.sources(run.forecast).sort_values(["counts", "series"], ascending=[False, True])
    places = place_names(scenario)
    often, once = (sources[sources["counts"].gt(1) == many] for many in (True, False))
    return (
        _sources(places, often, heard),
        _once(places, once, heard),
        _parameters(learned.parameters_moved(run.forecast, scenario)),
        _forecasters(learned.forecasters(run.forecast)),
        _misfits(),
    )


def ratio_words(ratio: float) -> str:
    """What a source says beside what the model holds true, in words."""
    if abs(ratio - 1.0) < ALIKE:
        return "about the same as the model"
    if ratio >= TWICE:
        return f"about {about(ratio)} times what the model holds true"
    side = "more" if ratio > 1.0 else "less"
    return f"about {abs(ratio - 1.0) * 100:.0f}{THIN}% {side} than the model holds true"


def _sources(places: Names, sources: pd.DataFrame, heard: pd.DataFrame) -> Table:
    rows = [
        (
            row["series"].partition("@")[0].replace("_", " "),
            places.get(row["place"], EVERYWHERE),
            row["counts"],
            ratio_words(row["ratio_q50"]),
            f"{row['ratio_q05'] * 100:.0f} to {row['ratio_q95'] * 100:.0f}{THIN}%",
            f"± {percent(row['error'])}",
            _changes(row["series"], heard),
        )
        for row in sources.to_dict("records")
    ]
    heads = (
        Column("Series", "text"),
        Column("Place", "place"),
        Column("Counts heard", "count"),
        Column("It says", "text"),
        Column("Its figure as a part of the model's", "text"),
        Column("Usual error of a count", "text"),
        Column("Changes of coverage", "text"),
    )
    note = (
        "What the model holds true is itself learned from all sources together, so a source that says more or less is "
        "not wrong for that: it may count other people. Its own forecast above keeps to its own terms."
    )
    return Table("sources-believed", "How far each source is believed", heads, tuple(rows), note)


def _once(places: Names, sources: pd.DataFrame, heard: pd.DataFrame) -> Table:
    counted = heard.drop_duplicates("series", keep="last").set_index("series")
    rows = [
        (
            row["series"].partition("@")[0].replace("_", " "),
            places.get(row["place"], EVERYWHERE),
            as_date(counted.loc[row["series"], "end"]).isoformat(),
            ratio_words(row["ratio_q50"]),
            _weight(counted.loc[row["series"], "believed"]),
        )
        for row in sources.to_dict("records")
    ]
    heads = (
        Column("Series", "text"),
        Column("Place", "place"),
        Column("Counted on", "day"),
        Column("It says", "text"),
        Column("Weight given to it", "text"),
    )
    note = "One count cannot tell a source that errs from one that covers other people: a first guess, no more."
    return Table("sources-once", "Sources heard once", heads, tuple(rows), note, folded=True)


def place_names(scenario: Scenario) -> Names:
    """Name and local name of every place by its id, those that the forecast has no figures of too."""
    places = scenario.tables["places"]
    return {row["id"]: (row["name"], row["name_local"]) for row in places.to_dict("records")}


def _changes(series: str, heard: pd.DataFrame) -> str:
    days = heard["end"][(heard["series"] == series) & (heard["jump"] > learned.CHANGED)]
    return listed([f"by {short_day(day)}" for day in days]) if len(days) else "none seen"


def _weight(believed: float) -> str:
    return "all" if believed >= ODDS else f"{percent(believed)}, as hardly any future agrees with it"


def _parameters(table: pd.DataFrame) -> Table:
    shown = table[table["moved"].abs() >= MOVED].head(MOST_MOVED)
    rows = [
        (
            row["parameter"].replace("_", " "),
            row["meaning"],
            row["unit"],
            f"{about(row['prior_q05'])} to {about(row['prior_q95'])}",
            f"{about(row['q05'])} to {about(row['q95'])}",
            moved_words(row["moved"]),
        )
        for row in shown.to_dict("records")
    ]
    heads = (
        Column("Parameter", "text"),
        Column("Meaning", "text"),
        Column("Unit", "text"),
        Column("Prior range (90 %)", "text"),
        Column("Range now (90 %)", "text"),
        Column("Moved", "text"),
    )
    note = (
        "In standard deviations of the prior: beyond 2 the counts contradict what was assumed. Up to about 1 a "
        "parameter may move by chance; run with another seed to see which moves stay. All of them are in the workbook."
    )
    return Table("parameters-moved", "Parameters that the counts moved most from their prior", heads, tuple(rows), note)


def moved_words(moved: float) -> str:
    """How far and which way a parameter went: ``down, slightly (−0.6)``."""
    far = "very far" if abs(moved) >= FAR else "clearly" if abs(moved) >= CLEAR else "slightly"
    return f"{'up' if moved > 0 else 'down'}, {far} ({moved:+.1f})".replace("-", "\u2212")


def _forecasters(table: pd.DataFrame) -> Table:
    shares = table.groupby("forecaster", sort=False)["share"].agg(["mean", "min", "max"])
    rows = [
        (name, _meant(str(name)), row["mean"], f"{percent(row['min'])} to {percent(row['max'])}")
        for name, row in shares.sort_values("mean", ascending=False, kind="stable").iterrows()
    ]
    heads = (
        Column("Forecaster", "text"),
        Column("What it expects", "text"),
        Column("Believed, mean over the series", "share"),
        Column("From series to series", "text"),
    )
    note = (
        "The blue ranges above mix all of them. Each is believed the more, the better its earlier forecasts of the "
        "series, and of series of the same kind, came out. Nobody is believed less than 2 %."
    )
    return Table("forecasters", "How far each forecaster is believed", heads, tuple(rows), note)


def _meant(name: str) -> str:
    """What a forecaster expects; the days of ``rates last N days`` are in its name."""
    return FORECASTERS.get(name) or RATES.format(name.removeprefix("rates last "))


def _misfits() -> Table:
    heads = (
        Column("What you see", "text"),
        Column("What it may mean", "text"),
        Column("What you can do", "text"),
    )
    return Table("misfits", "What to do when counts and model disagree", heads, MISFITS, folded=True)
