"""What a public product says of itself: how sure, what was left out, and a card of the model.

Headings follow the model cards and peer-review documents of OCHA's Centre for Humanitarian Data. The scores are those
of ``benchmarks/SCORES.md``, kept in ``scores.csv`` beside this module: mean weighted interval score of totals in
people, Saferground beside the rule of thumb that was best after the fact, on past crises.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import StringIO

PURPOSE = (
    "For humanitarian planning only. Not for military, police, border or migration control use, and not for decisions "
    "on single people or groups."
)
FAILURES, VALIDATION = "Known failures", "Validation by lead"


@dataclass(frozen=True)
class Heading:
    """One part of the card: a heading and one or more sentences."""

    title: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """How forecasts of totals did on one past crisis at one lead (days, or ``end``): mean weighted interval scores.

    ``ours`` and ``best`` are in people, lower is better; ``rule`` is the rule of thumb that was best after the fact.
    """

    model: str
    crisis: str
    lead: str
    targets: int
    ours: int
    rule: str
    best: int

    @property
    def lead_in_words(self) -> str:
        """``1 day``, ``7 days``, ``end``."""
        return self.lead if self.lead == "end" else f"{self.lead} day{'s' * (self.lead != '1')}"

    @property
    def behind(self) -> bool:
        """Whether the rule of thumb did better."""
        return self.ours > self.best


def sure(basis: str, doubted: bool) -> tuple[str, ...]:
    """How sure the figures are, in sentences; ``basis`` is that of the forecast, ``doubted`` whether its fit is."""
    yes = "The model was fitted to the counts that were public on the as-of date."
    no = "The model was not fitted to counts: the figures rest on prior knowledge alone and are the less sure."
    warning = ("The program's own checks doubt the fit to the counts: take the figures as orders of magnitude.",)
    meaning = (
        "In 19 of 20 simulated futures there are at least as many people as the low figure says, in half of them at "
        "least as many as the middle one, and in 19 of 20 fewer than the high one."
    )
    return (meaning, yes if basis == "counts" else no, *(warning if doubted else ()))


def left_out(model: str, step: int) -> tuple[tuple[str, str], ...]:
    """What the product does not hold, each with the reason; ``step`` of the rounding in people."""
    return tuple((row["what"].format(step=step), row["why"]) for row in _rows("left_out.csv", model))


def model_card(model: str, scores: tuple[Score, ...], version: str, contact: str) -> tuple[Heading, ...]:
    """The card, in the order in which it is shown; no heading is empty."""
    told: dict[str, list[str]] = {}
    for row in _rows("card.csv", model):
        told.setdefault(row["heading"], []).append(row["text"])
    told[FAILURES] = list(_failures(scores))
    told[VALIDATION] = [
        "Mean weighted interval score of forecast totals in past crises, in people; lower is better. Beside it the "
        "best, after the fact, of the usual rules of thumb. Each forecast saw only what was public on its day."
    ]
    told["Version and contact"] = [f"Saferground {version}.", f"Ask: {contact}"]
    return tuple(Heading(title, tuple(texts)) for title, texts in told.items())


def _failures(scores: tuple[Score, ...]) -> Iterator[str]:
    for crisis in dict.fromkeys(one.crisis for one in scores):
        own = [one for one in scores if one.crisis == crisis]
        behind = [one.lead_in_words for one in own if one.behind]
        if behind:
            yield f"{crisis}: a rule of thumb did better at leads of {', '.join(behind)} ({len(behind)} of {len(own)})."
    yield "It does not foresee a sudden opening, strike or announcement, or a decision at a border."


@cache
def known_scores(model: str) -> tuple[Score, ...]:
    """The scores of totals of the crises of a model, by crisis and lead."""
    return tuple(_score(row) for row in _rows("scores.csv", "") if row["model"] == model)


def _score(row: dict[str, str]) -> Score:
    numbers = {name: int(row[name]) for name in ("targets", "ours", "best")}
    return Score(
        row["model"], row["crisis"], row["lead"], numbers["targets"], numbers["ours"], row["rule"], numbers["best"]
    )


def _rows(name: str, model: str) -> list[dict[str, str]]:
    text = (files("saferground.exchange.public") / name).read_text(encoding="utf-8")
    return [row for row in csv.DictReader(StringIO(text)) if row.get("models", "") in ("", model)]
