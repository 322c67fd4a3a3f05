"""A comparison of plans -> the page as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from saferground import __version__
from saferground.exchange.classes import SHARING
from saferground.exchange.plans import change_table, named
from saferground.planning.plans.compare import BASELINE, Comparison
from saferground.planning.plans.differences import (
    SURE,
    binding_table,
    difference_table,
    outcome_table,
    passage_table,
    regret_table,
)
from saferground.planning.plans.marginal import MEMBERS
from saferground.planning.plans.outcomes import OUTCOMES
from saferground.reporting.context import Chart, Column, Estimate, Group, Headline, Section, Table
from saferground.reporting.plans import figures
from saferground.reporting.plans.words import kind_name, outcome_name, signed
from saferground.reporting.sheet import Sheet
from saferground.reporting.words import about, chance, long_day, percent, sentence

FIRST = OUTCOMES[0]
GROUPS = ("sites", "camps", "stocks", "care")
LINES = 6
"""Resources whose chance of binding is drawn at most."""
SELDOM = 0.02
"""Mean chance of binding below which a resource is not drawn."""
ROWS = 15
"""Resources of which one more is shown at most; the table ``marginal`` has all."""


Row = dict[str, Any]


def _rows(table: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _by_outcome(table: pd.DataFrame, **chosen: str) -> dict[str, Row]:
    """Rows of the table in which the columns have these values, by outcome."""
    return {row["outcome"]: row for row in _rows(table) if all(row[name] == value for name, value in chosen.items())}


def plan_page(comparison: Comparison, marginal: pd.DataFrame) -> Sheet:
    """The page of plans compared; ``marginal`` is the frame of ``marginal_table``, and may have no rows."""
    settings, differences = comparison.united.settings, difference_table(comparison)
    return Sheet(
        kind="Plans",
        title=f"{settings.title}: plans compared",
        facts=tuple(_facts(comparison)),
        sensitivity=settings.sensitivity.replace("_", " "),
        sharing=SHARING.get(settings.sensitivity, ""),
        warnings=tuple(_warnings(comparison)),
        headlines=tuple(_headlines(comparison, differences, marginal)),
        empty="No plan was compared.",
        sections=tuple(_sections(comparison, differences, marginal)),
        limits_title="What the comparison does not say",
        limits=LIMITS,
        foot=f"Saferground {__version__}, seed {comparison.trunk.seed}, {comparison.trunk.members:,} members. "
        f"Fingerprint of the inputs: {comparison.united.digest[:16]}. Every figure is a sum over many people; the page "
        "holds no personal data.",
    )


def _facts(comparison: Comparison) -> Iterator[tuple[str, str]]:
    settings = comparison.united.settings
    yield "As of", long_day(settings.as_of)
    yield "To", long_day(settings.end)
    yield "Plans", str(len(comparison.arms) - 1)
    yield "Members", f"{comparison.trunk.members:,}"


def _warnings(comparison: Comparison) -> Iterator[str]:
    yield (
        "Each plan was run on the same futures with the same chance events: a difference is what the plan does. "
        "Less is better in every outcome."
    )
    yield (
        "Slowing or denying passage is never a gain: whoever cannot leave under a plan and can under another counts in "
        "every outcome as one who waits through the day without shelter."
    )
    for doubt in comparison.doubts:
        yield f"The fit to counts should not be trusted: {doubt}"


# --- headlines -----------------------------------------------------------------------------------------------------


def _headlines(comparison: Comparison, differences: pd.DataFrame, marginal: pd.DataFrame) -> Iterator[Headline]:
    for arm in comparison.arms[1:]:
        yield _headline(arm.plan.name, arm.plan.title, _by_outcome(differences, plan=arm.plan.name))
    best = _best_units(marginal, BASELINE.name, FIRST.name)
    if len(best):
        row = _rows(named(best, comparison.united))[0]
        label = "One more of what saves most waiting?"
        what = f"{row['unit']} at {row['place_name'] or row['place']}"
        told = (
            f"From the first day ahead on, one more {what} saves {about(-row['mean'])} person-hours of waiting in the "
            f"mean (standard error {about(row['error'])}); it helps in {chance(row['better'])}."
        )
        yield Headline("one-more", label, sentence(what), told, None)


def _headline(name: str, title: str, rows: dict[str, Row]) -> Headline:
    row = rows[FIRST.name]
    value = f"{signed(row['mean'])} {FIRST.unit} of waiting" if _sure(row) else "No sure difference in waiting"
    sure_others = [one for one in OUTCOMES[1:] if _sure(rows[one.name])]
    others = [f"{outcome_name(one.name).lower()} {signed(rows[one.name]['mean'])} {one.unit}" for one in sure_others]
    told = (
        f"Waiting is less in {percent(row['better'])} of the futures, the same in {percent(row['same'])} and more in "
        f"{percent(row['worse'])}; nine in ten lie between {signed(row['q05'])} and {signed(row['q95'])} person-hours. "
        + (f"Also, in the mean: {'; '.join(others)}." if others else "No other outcome differs.")
    )
    estimate = Estimate(float(row["q50"]), float(row["q05"]), float(row["q95"]), FIRST.unit)
    return Headline(f"plan-{name}", title, value, told, estimate)


def _best_units(marginal: pd.DataFrame, plan: str, outcome: str) -> pd.DataFrame:
    """Rows of one plan and outcome in which one more surely saves something, the most first."""
    rows = marginal[marginal["plan"].eq(plan) & marginal["outcome"].eq(outcome)]
    return rows[rows["mean"] < -SURE * rows["error"]].sort_values("mean")


# --- sections ------------------------------------------------------------------------------------------------------


def _sections(comparison: Comparison, differences: pd.DataFrame, marginal: pd.DataFrame) -> Iterator[Section]:
    yield _side_by_side(comparison, differences)
    yield _best(comparison)
    yield _binding(comparison)
    if len(marginal):
        yield _more(comparison, marginal)
    yield _plans(comparison)


def _side_by_side(comparison: Comparison, differences: pd.DataFrame) -> Section:
    charts = tuple(
        Chart(
            f"change-{outcome.name}", outcome_name(outcome.name), "",
            f"Change of {outcome.meaning} by plan: mean and range of nine futures in ten. The table has the figures.",
            figures.changes(differences[differences["outcome"].eq(outcome.name)], outcome.unit),
        )
        for outcome in OUTCOMES
    )  # fmt: skip
    caption = "Diamonds are means, bars hold nine futures in ten; left of the dashed line the plan does better."
    finding = tuple(f"{outcome_name(one.name)}: {one.meaning} ({one.unit})." for one in OUTCOMES)
    return Section(
        "differences", "What each plan changes", "Changes", finding,
        (Group("changes", "Plan less no plan", caption, charts, (), "half"),
         _difference_rows(differences), _outcome_rows(comparison)),
    )  # fmt: skip


def _difference_rows(differences: pd.DataFrame) -> Table:
    heads = (
        Column("Plan", "text"), Column("Outcome", "text"), Column("Unit", "text"), Column("Mean", "text"),
        Column("Standard error", "amount"), Column("Nine futures in ten", "text"), Column("Better in", "share"),
        Column("Same in", "share"), Column("Worse in", "share"), Column("Cost of each unit saved", "text"),
    )  # fmt: skip
    rows = tuple(
        (row["plan"], outcome_name(row["outcome"]), row["unit"], signed(row["mean"]), row["error"],
         f"{signed(row['q05'])} to {signed(row['q95'])}", row["better"], row["same"], row["worse"],
         about(row["cost_per_unit"]))
        for row in _rows(differences)
    )  # fmt: skip
    return Table("difference-table", "Plan less no plan, future by future", heads, rows, folded=True)


def _outcome_rows(comparison: Comparison) -> Table:
    heads = (
        Column("Plan", "text"), Column("Outcome", "text"), Column("Unit", "text"), Column("Median", "amount"),
        Column("Nine futures in ten", "spread"), Column("Mean", "amount"),
    )  # fmt: skip
    rows = tuple(
        (row["title"], outcome_name(row["outcome"]), row["unit"], row["q50"], (row["q05"], row["q95"]), row["mean"])
        for row in _rows(outcome_table(comparison))
    )
    return Table("outcome-table", "Outcomes under each plan over all days ahead", heads, rows, folded=True)


def _best(comparison: Comparison) -> Section:
    regret, names = regret_table(comparison), [arm.plan.name for arm in comparison.arms]
    heads = (Column("Outcome", "text"), *(Column(name, "share") for name in names))
    by_plan = [_by_outcome(regret, plan=name) for name in names]
    best = tuple((outcome_name(o.name), *(rows[o.name]["best"] for rows in by_plan)) for o in OUTCOMES)
    lost = tuple((f"{outcome_name(o.name)} [{o.unit}]", *(rows[o.name]["mean"] for rows in by_plan)) for o in OUTCOMES)
    amounts = (Column("Outcome", "text"), *(Column(name, "amount") for name in names))
    note = "Ties count for each plan. Regret: what is lost to the plan that would have been best in the same future."
    return Section(
        "best", "Which plan is best, and what a wrong choice costs", "Best", (),
        (Table("best-table", "Futures in which no other plan does better", heads, best, note),
         Table("regret-table", "Mean regret", amounts, lost),
         _passage(comparison)),
    )  # fmt: skip


def _passage(comparison: Comparison) -> Table:
    heads = (
        Column("Plan", "text"), Column("Leave, median", "people"), Column("Nine futures in ten", "range"),
        Column("Fewer than under the plan that lets most out, median", "people"),
        Column("Nine futures in ten", "range"),
    )  # fmt: skip
    rows = tuple(
        (row["title"], row["left_q50"], (row["left_q05"], row["left_q95"]), row["kept_q50"],
         (row["kept_q05"], row["kept_q95"]))
        for row in _rows(passage_table(comparison))
    )  # fmt: skip
    return Table("passage-table", "People who get out of the besieged area in the days ahead", heads, rows)


def _binding(comparison: Comparison) -> Section:
    table = named(binding_table(comparison), comparison.united)
    names = table["place_name"].where(table["place_name"].ne(""), table["place"])
    table = table.assign(resource=[f"{kind_name(k)}, {name}" for k, name in zip(table["kind"], names, strict=True)])
    charts = tuple(
        _binding_chart(table[table["plan"].eq(arm.plan.name)], arm.plan.name, arm.plan.title)
        for arm in comparison.arms
        if table["plan"].eq(arm.plan.name).any()
    )
    caption = (
        "Of the lines and fleets of all sites: the chance that none holds up more people on that day. Days on which "
        "nobody is held up count for none. Camps, stocks and care stand in the table."
    )
    return Section(
        "binding", "What holds people up, when, and how sure is that", "What binds",
        ("In lines and for buses: the mean number who wait over the day. In a camp: those beyond its capacity. Of a "
         "stock: those whom it does not serve. Of care: the injured who wait for it.",),
        (Group("binding-charts", "The narrowest point, day by day", caption, charts, (), "half"), _held_rows(table)),
    )  # fmt: skip


def _binding_chart(rows: pd.DataFrame, name: str, title: str) -> Chart:
    often = rows[rows["group"].eq("sites")].groupby("resource")["binds"].mean().nlargest(LINES)
    shown = list(often[often >= SELDOM].index)
    alt = f"Most often the narrowest: {', '.join(shown[:3]) or 'nothing'}. The table has the figures."
    return Chart(f"binding-{name}", title, "", alt, figures.binding(rows, shown))


def _held_cells(days: pd.DataFrame) -> tuple:
    worst = _rows(days.nlargest(1, "held_q95"))[0]
    return days["short"].sum(), days["binds"].sum(), _day(worst["date"]), worst["held_q50"], worst["held_q95"]


def _held_rows(table: pd.DataFrame) -> Table:
    order = list(dict.fromkeys(table["plan"]))
    heads = (
        Column("Plan", "text"), Column("Among", "text"), Column("What", "text"),
        Column("Days on which it holds up anyone, mean", "amount"),
        Column("Days on which none among them holds up more, mean", "amount"), Column("Worst day, median", "day"),
        Column("Held up on that day, median", "people"), Column("One future in twenty: more than", "people"),
    )  # fmt: skip
    groups = table.groupby(["plan", "group", "resource"], sort=False)
    rows = [(*map(str, names), *_held_cells(days)) for names, days in groups]
    rows.sort(key=lambda row: (order.index(row[0]), list(GROUPS).index(row[1]), -row[4]))
    return Table("held-table", "What holds people up, over all days ahead", heads, tuple(rows), folded=True)


def _more(comparison: Comparison, marginal: pd.DataFrame) -> Section:
    table = named(marginal, comparison.united)
    blocks = tuple(
        _more_rows(table[table["plan"].eq(arm.plan.name)], arm.plan.name, arm.plan.title)
        for arm in comparison.arms
        if table["plan"].eq(arm.plan.name).any()
    )
    members = min(MEMBERS, comparison.trunk.members)
    return Section(
        "one-more", "What one more of each buys", "One more",
        (f"Each line is a run of {members} futures with one more from the first day ahead on, less the same futures "
         "without it. Units do not add up: what the second buys is another run.",),
        blocks,
    )  # fmt: skip


def _more_rows(rows: pd.DataFrame, name: str, title: str) -> Table:
    """One line a resource that surely changes some outcome, the one that saves most waiting first."""
    heads = (
        Column("One more", "text"), Column("Where", "text"),
        *(Column(outcome_name(o.name), "text", o.unit) for o in OUTCOMES), Column("Less waiting in", "share"),
    )  # fmt: skip
    lines = [_more_row(by) for by in _by_resource(rows) if any(map(_sure, by.values()))]
    lines.sort(key=lambda line: line[0])
    note = (
        "0: no change that can be told from chance (two standard errors). Resources without any are left out, and all "
        f"but the {ROWS} that save most waiting; the table marginal.csv has every one."
    )
    rest = tuple(row for _, row in lines[:ROWS])
    return Table(f"more-{name}", f"One more, under: {title}", heads, rest, note, folded=name != BASELINE.name)


def _by_resource(rows: pd.DataFrame) -> list[dict[str, Row]]:
    found: dict[tuple[str, str], dict[str, Row]] = {}
    for row in _rows(rows):
        found.setdefault((row["place"], row["kind"]), {})[row["outcome"]] = row
    return list(found.values())


def _more_row(by: dict[str, Row]) -> tuple[float, tuple]:
    """How much waiting it saves, and the line of the table."""
    first = by[FIRST.name]
    cells = [signed(by[o.name]["mean"]) if _sure(by[o.name]) else "0" for o in OUTCOMES]
    return first["mean"], (first["unit"], first["place_name"], *cells, first["better"])


def _sure(row: Row) -> bool:
    return bool(abs(row["mean"]) > SURE * row["error"])


def _plans(comparison: Comparison) -> Section:
    heads = (
        Column("Plan", "text"), Column("Change", "text"), Column("From", "day"), Column("Until", "day"),
        Column("What", "text"),
    )  # fmt: skip
    rows = tuple(
        (row["plan"], kind_name(row["kind"]), _day(row["first"]), _day(row["until"]), row["what"])
        for row in _rows(change_table([arm.plan for arm in comparison.arms]))
    )
    finding = tuple(
        f"{arm.plan.title} ({arm.plan.name}){f': {arm.plan.note}' if arm.plan.note else '.'}"
        for arm in comparison.arms[1:]
    )
    return Section("plans", "What the plans are", "Plans", finding, (Table("plan-table", "Changes", heads, rows),))


def _day(day: pd.Timestamp) -> str | None:
    return None if pd.isna(day) else f"{day:%Y-%m-%d}"


LIMITS: tuple[tuple[str, str], ...] = (
    ("The same futures.", "A plan is judged on the futures of the model. Where the model is wrong about all of them, "
     "so may be the difference; differences are surer than levels, as both sides share most errors."),
    ("People do not react to plans.", "How readily households leave is the same under every plan. Word of a better "
     "reception, or of a worse one, would change that."),
    ("Lead times and costs are those given.", "A plan holds from its first day in full. What it costs is what its file "
     "says; what is not said is not known."),
    ("Rates are assumptions.", "How many people a clerk or a lane serves in an hour has a wide prior: no rate has been "
     "published for such sites. What one more buys depends on it."),
)  # fmt: skip
