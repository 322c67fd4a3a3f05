"""The first screen of a journey: answers in words with their uncertainty, and the first of them as a line of ranges."""

from __future__ import annotations

from saferground.planning.journey import headlines as figures
from saferground.planning.journey.words import total_is_given
from saferground.reporting.context import Headline, Planning, Section, Strip
from saferground.reporting.fans import columns
from saferground.reporting.flight import bars, told
from saferground.reporting.headlines import filling, needing, stated, strip_of
from saferground.reporting.journey.fit import fit_sentence
from saferground.reporting.journey.origins import newly_sentence
from saferground.reporting.journey.run import Journey
from saferground.reporting.journey.where import NAMES, with_range
from saferground.reporting.words import exact, listed, long_day, percent, short_day, span, whole

ROOM = 1.5
"""Length of the line of ranges, in its highest planning figure, that leaves room for the label."""
OUTSIDE = ("towns", "travelling", "conflict_zones")


def headlines(run: Journey, planned: tuple[Planning, ...], needs_section: Section) -> tuple[Headline, ...]:
    """In camps, where, filling, outside camps, newly displaced, fit, needs: the most asked first."""
    return (
        _in_camps(run, planned),
        _where(run),
        filling(run),
        _outside(run),
        _displaced(run),
        _fit(run),
        needing(needs_section),
    )


def _in_camps(run: Journey, planned: tuple[Planning, ...]) -> Headline:
    values, now = run.fan("camps", "people", -1), run.fan("camps", "people", run.as_of)
    text = (
        f"On {long_day(run.last)}, {with_range(values)} are in camps; on {long_day(run.days[run.as_of])} it is "
        f"{whole(float(now.middle))} in the model."
    )
    beside = tuple(stated(figure) for figure in told(planned, "in_camps")[:2]) + _counted(run)
    return Headline("in-camps", "People in camps", whole(float(values.middle)), text, values.estimate(), beside)


def _counted(run: Journey) -> tuple[str, ...]:
    """What was counted at the last full count, beside the forecast of the same day and places."""
    last = figures.last_count(run.forecast)
    if last is None:
        return ()
    known = f"Counted on {long_day(last['day'])} at {last['places']} places: {exact(last['count'])} people"
    return (f"{known}; the forecast for these has {whole(last['q50'])} ({span(last['q05'], last['q95'])}).",)


def _where(run: Journey) -> Headline:
    """The camps that shelter most on the last day."""
    table = figures.camps_on(run.forecast)
    if table.empty:
        return Headline("where", "Where most are", "–", "The scenario has no camp.", None)
    first, *rest = table.to_dict("records")
    top = columns(first, "people")
    text = f"{first['place_name']} shelters most on {long_day(run.last)}: {with_range(top)}."
    others = [f"{row['place_name']} ({whole(row['q50'])})" for row in rest[:3] if row["q50"] >= 1]
    text += f" Then {listed(others)}." if others else ""
    return Headline("where", "Where most are", str(first["place_name"]), text, top.estimate())


def _outside(run: Journey) -> Headline:
    """Displaced people who are in no camp on the last day."""
    values = run.fan("outside", "people", -1)
    parts = [f"{whole(float(run.fan(key, 'people', -1).middle))} {NAMES[key]}" for key in OUTSIDE]
    text = f"On {long_day(run.last)}, {with_range(values)} are displaced and in no camp: {listed(parts)}."
    return Headline("outside", "Displaced but in no camp", whole(float(values.middle)), text, values.estimate())


def _displaced(run: Journey) -> Headline:
    values = columns(figures.newly_displaced(run.forecast).loc["ahead"], "people")
    text = newly_sentence(run, figures.origins(run.forecast), 3)
    if total_is_given(run.used):
        text += " This number is an input taken from the counts, not a prediction."
    elif figures.follows_counts(run.used):
        text += " This number carries on the counts that were known; it does not foresee a new attack."
    return Headline("displaced", "Newly displaced", whole(float(values.middle)), text, values.estimate())


def _fit(run: Journey) -> Headline:
    """How far the forecast is from the counts, in words."""
    scores = figures.fit(run.forecast)
    plain, scaled = scores["ard"], scores["ard_rescaled"]
    if not plain["days"]:
        return Headline(
            "fit", "How far from the counts", "–", "There are no counts over the run to compare with.", None
        )
    text = f"{fit_sentence(scores)} (ARD {plain['mean']:.2f}, rescaled {scaled['mean']:.2f}, {plain['days']:.0f} days.)"
    return Headline("fit", "How far from the counts", f"{percent(plain['mean'])} off", text, None)


def strip(run: Journey, planned: tuple[Planning, ...]) -> Strip:
    """People in camps on the last day as a line of ranges, with planning figures and what was counted below it."""
    bands = tuple(float(v) for v in run.fan("camps", "people", -1).values)
    official = bars(planned, "in_camps", lambda p: f"{p.issuer}, {short_day(p.published)}")[:2]
    beside = [*official, *_counted_bar(run)]
    return strip_of(bands, beside, max((ROOM * high for *_, high in official), default=10.0))


def _counted_bar(run: Journey) -> list[tuple[str, float, float]]:
    """What was counted at the camps on the last day, if all of them were."""
    camps = figures.camps_on(run.forecast)
    if camps.empty or camps["count"].isna().any():
        return []
    return [("counted", float(camps["count"].sum()), float(camps["count"].sum()))]
