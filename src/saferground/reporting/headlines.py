"""The first screen: answers in words with their uncertainty, and the first of them as a line of ranges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from saferground.axes import SETTLED
from saferground.planning.headlines import arrivals, first_full, leaving, waiting
from saferground.reporting.camps import already_full, fill_phrase, to_fill
from saferground.reporting.context import Headline, Planning, Section, Strip, Table
from saferground.reporting.fans import Fan, Run, columns, fan
from saferground.reporting.flight import bars, told
from saferground.reporting.reception import LINE_NAMES, worst_line
from saferground.reporting.remaining import remaining_sentence
from saferground.reporting.words import (
    RANGE,
    about,
    chance,
    exact,
    listed,
    long_day,
    percent,
    period,
    sentence,
    short_day,
    span,
    whole,
)


def headlines(
    run: Run, counts: pd.DataFrame, planned: tuple[Planning, ...], needs_section: Section
) -> tuple[Headline, ...]:
    """Leaving, arriving, filling, remaining, waiting, needs: the most asked first."""
    return (
        _leaving(run, counts, planned),
        _arriving(run),
        filling(run),
        _remaining(run),
        _waiting(run),
        needing(needs_section),
    )


def expected(run: Run) -> Fan:
    """People who leave the districts over the days ahead."""
    return columns(leaving(run.forecast).loc["ahead"], "people")


def _leaving(run: Run, counts: pd.DataFrame, planned: tuple[Planning, ...]) -> Headline:
    values = expected(run)
    low, _, median, _, high = values.values
    when = sentence(period(run.first, run.last))
    text = f"{when}, {whole(median)} people ({RANGE} {span(low, high)}) are expected to leave the districts."
    beside = tuple(stated(figure) for figure in told(planned, "left_cumulative")[:2])
    return Headline("leaving", "Who will leave", whole(median), text, values.estimate(), beside + _counted(counts))


def stated(figure: Planning) -> str:
    """A planning figure in a sentence."""
    amount = " to ".join(exact(end) for end in dict.fromkeys(figure.ends or ()))
    issued = f"{figure.issuer}, {long_day(figure.published)}" if figure.published else figure.issuer
    over = f" ({figure.horizon})" if figure.horizon and figure.horizon.lower() not in figure.what.lower() else ""
    return f"Official planning figure: {amount} people. {issued}: {figure.what.rstrip('.')}{over}."


def _counted(counts: pd.DataFrame) -> tuple[str, ...]:
    """The latest count of those who have left, so that the reader knows where the forecast starts."""
    rows = counts[
        (counts["measures"] == "left_cumulative") & (counts["place"] == "") & (counts["unit"] == "individuals")
    ]
    if rows.empty:
        return ()
    last = rows.sort_values(["end", "published"], kind="stable").iloc[-1]
    return (f"Already counted by {long_day(last['end'])}: {exact(last['value'])} people ({last['source_title']}).",)


def _arriving(run: Run) -> Headline:
    """The place that receives most, and how many on its busiest day."""
    table = arrivals(run.forecast).sort_values("q50", ascending=False, kind="stable")
    if table.empty:
        return Headline("arriving", "Where they arrive", "–", "The scenario has no site, camp or host community.", None)
    top = table.iloc[0]
    total = columns(top, "people")
    index = run.forecast.indexes["place"].get_loc(table.index[0])
    peak = fan(run.forecast["arrivals"].values[:, run.after, index].max(1), "people/day")
    most = f"{whole(float(total.middle))} people ({span(*total.values[[0, 4]])})"
    busiest = f"{whole(float(peak.middle))} ({span(*peak.values[[0, 4]])})"
    settled = table[table["place_kind"].isin(SETTLED) & (table["q50"] >= 1)].to_dict("records")
    onward = listed([f"{row['place_name']} ({whole(row['q50'])})" for row in settled[:3]])
    said = f"{top['place_name']} receives most: {most}, and {busiest} on its busiest day."
    said += f" Camps and host communities that take in most: {onward}." if onward else ""
    return Headline("arriving", "Where they arrive", str(top["place_name"]), said, total.estimate())


def filling(run: Run) -> Headline:
    """The camp that is full first, when and with what chance; camps that are full already are named apart."""
    table = first_full(run.forecast)
    now, later = list(already_full(table)["place_name"]), to_fill(table)
    today = f" Full already on the as-of date: {listed(now)}." if now else ""
    if later.empty:
        said = f"No {'other ' if now else ''}camp fills in more than 1 in 10 futures by {long_day(run.last)}."
        return Headline(
            "filling", "Which camp fills first", "No other camp" if now else "None is likely to", said + today, None
        )
    first, *rest = later.to_dict("records")
    window = f"{run.day(first['full_q05'])} to {run.day(first['full_q95'])}"
    said = (
        f"{first['place_name']} is full by {long_day(run.last)} in {chance(first['chance_full'])} "
        f"({percent(first['chance_full'])}); if so, around {long_day(first['full_q50'])} ({RANGE} {window})."
    )
    then = "; ".join(fill_phrase(row, run.day) for row in rest[:2])
    said += f" Then {then}." if then else ""
    return Headline("filling", "Which camp fills first", str(first["place_name"]), said + today, None)


def _remaining(run: Run) -> Headline:
    values = run.fan("remaining", "people", -1)
    return Headline("remaining", "Who remains", whole(float(values.middle)), remaining_sentence(run), values.estimate())


def _waiting(run: Run) -> Headline:
    """The line with the longest wait on its worst day."""
    table = waiting(run.forecast)
    if table["hours_q50"].isna().all():
        return Headline("waiting", "How long they wait", "–", "Nobody passes a line in the median future.", None)
    site, line, row = worst_line(table, "hours_q50")
    values = columns(row, "h", "hours_")
    low, _, median, _, high = values.values
    name = LINE_NAMES[line].lower()
    said = (
        f"The longest wait is at {run.names[site][0]}: {about(median)} h ({RANGE} {about(low)} to {about(high)} h) "
        f"from arrival to the end of {name}, on its worst day."
    )
    return Headline("waiting", "How long they wait", f"{about(median)} h", said, values.estimate())


def needing(section: Section) -> Headline:
    """Needs in one line, from the table of all settled places."""
    table = next(block for block in section.blocks if isinstance(block, Table) and block.id == "needs-overall")
    water = next((row for row in table.rows if row[0] == "Water"), None)
    value = f"{about(water[5])} {water[4].removesuffix('/day')} of water a day" if water else "–"
    return Headline("needing", "What they need", value, section.finding[0], None)


def strip(run: Run, planned: tuple[Planning, ...]) -> Strip:
    """The people expected to leave as a line of ranges, with up to two planning figures below it."""
    bands = tuple(float(v) for v in expected(run).values)
    official = bars(planned, "left_cumulative", lambda p: f"{p.issuer}, {short_day(p.published)}")[:2]
    return strip_of(bands, official)


def strip_of(bands: tuple[float, ...], beside: Sequence[tuple[str, float, float]], least: float = 10.0) -> Strip:
    """Percentiles as a line of ranges up to ``least`` or more, with figures as (label, low, high) below it."""
    top = max(bands[4], *(bar[2] for bar in beside), least) * 1.04
    return Strip(top, tuple(float(n) for n in np.arange(0, top, _step(top))), bands, tuple(beside))


def _step(top: float) -> float:
    """A round distance that gives at most six ticks."""
    size = 10 ** np.floor(np.log10(top / 6))
    return float(next(factor * size for factor in (1, 2, 2.5, 5, 10) if top / (factor * size) <= 6))
