"""Priors of the model's parameters: those that a scenario sets, and the defaults of ``parameters.csv`` for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from saferground.errors import Problem
from saferground.scenario.cells import Value
from saferground.scenario.columns import Parameter, Schema, other_model
from saferground.scenario.settings import Lines, line_of, read_section
from saferground.scenario.wording import did_you_mean, listed, quoted

_MOST_UNKNOWN = 50


@dataclass(frozen=True)
class Prior:
    """What is believed about one parameter before any count is seen.

    ``form`` is ``fixed`` (``value`` holds), ``uniform`` (between ``low`` and ``high``), or ``normal``, ``lognormal``
    or ``logitnormal`` (``low`` and ``high`` are the 5 % and 95 % points). All numbers are in ``unit``; ``lower`` and
    ``upper`` are the bounds that the model sets. ``source`` is an id of ``sources.csv``; of a default, its own words.
    """

    name: str
    form: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    lower: float
    upper: float
    source: str
    note: str
    is_default: bool

    @property
    def typical(self) -> float:
        """The value, or the middle of the range."""
        if self.value is not None:
            return self.value
        return ((self.low or 0.0) + (self.high or 0.0)) / 2


def default_prior(parameter: Parameter) -> Prior:
    """The prior that ``parameters.csv`` gives."""
    fixed = parameter.prior == "fixed"
    return Prior(
        name=parameter.name,
        form=parameter.prior,
        value=parameter.low if fixed else None,
        low=None if fixed else parameter.low,
        high=None if fixed else parameter.high,
        unit=parameter.unit,
        lower=parameter.lower,
        upper=parameter.upper,
        source=parameter.source,
        note="",
        is_default=True,
    )


def read_priors(
    schema: Schema, file: str, content: Mapping[str, Any], lines: Lines
) -> tuple[dict[str, Prior], list[Problem]]:
    """The prior of every parameter of the model in the order of ``parameters.csv``, and what is wrong with those set.

    A prior with problems is left at its default, so that the checks that follow still have one of each.
    """
    given = content.get("parameters", {})
    given = given if isinstance(given, dict) else {}
    unknown = [name for name in given if name not in schema.parameters][:_MOST_UNKNOWN]
    problems = [_unknown_parameter(schema, file, lines, name) for name in unknown]
    priors = {}
    for name, parameter in schema.parameters.items():
        priors[name] = default_prior(parameter)
        if name in given:
            prior, found = _read_prior(schema, file, parameter, given[name], lines)
            priors[name] = prior or priors[name]
            problems += found
    return priors, problems


def _unknown_parameter(schema: Schema, file: str, lines: Lines, name: str) -> Problem:
    known = schema.parameters
    meant = other_model("parameters", name) or did_you_mean(name, known)
    do = f"{meant}Rename or delete it; the reference page lists all {len(known)}."
    path = ("parameters", name)
    got = f"an unknown parameter {quoted(name)}"
    return Problem(file, line_of(lines, path), ".".join(path), got, listed(known), do)


def _read_prior(
    schema: Schema, file: str, parameter: Parameter, section: object, lines: Lines
) -> tuple[Prior | None, list[Problem]]:
    path = ("parameters", parameter.name)
    if not isinstance(section, dict):
        do = f"Write [parameters.{parameter.name}], and below it prior, low and high (or value), and source."
        return None, [Problem(file, line_of(lines, path), ".".join(path), quoted(str(section)[:60]), "a section", do)]
    values, problems = read_section(schema, file, section, "parameters", path, lines)
    for key, rule in PRIOR_RULES:
        if wrong := rule(values, parameter):
            got = "nothing" if values.get(key) in (None, "") else str(values[key])
            where = (*path, key)
            problems.append(Problem(file, line_of(lines, where), ".".join(where), got, *wrong))
    return (None, problems) if problems else (_prior(parameter, values), [])


def _prior(parameter: Parameter, values: Mapping[str, Any]) -> Prior:
    return Prior(
        name=parameter.name,
        form=values["prior"],
        value=values["value"],
        low=values["low"],
        high=values["high"],
        unit=parameter.unit,
        lower=parameter.lower,
        upper=parameter.upper,
        source=values["source"],
        note=values["note"],
        is_default=False,
    )


# --- rules: each gives (expected, do), or None when it holds ----------------------------------------------------------

Values = Mapping[str, Value]
Wrong = tuple[str, str] | None
PriorRule = Callable[[Values, Parameter], Wrong]


def _number(values: Values, key: str) -> float | None:
    value = values.get(key)
    return value if isinstance(value, float) else None


def _needs_value(values: Values, parameter: Parameter) -> Wrong:
    if values.get("prior") == "fixed" and "value" in values and values["value"] is None:
        return f"a number ({parameter.unit})", "Give the value of a fixed parameter, or another form of prior."
    return None


def _takes_no_value(values: Values, parameter: Parameter) -> Wrong:
    if values.get("prior", "fixed") != "fixed" and values.get("value") is not None:
        return "no value beside a range", 'Remove it, or write prior = "fixed" and remove low and high.'
    return None


def _end(key: str) -> tuple[PriorRule, PriorRule]:
    def needs(values: Values, parameter: Parameter) -> Wrong:
        if values.get("prior", "fixed") != "fixed" and key in values and values[key] is None:
            return f"a number ({parameter.unit})", "Give low and high of the range."
        return None

    def takes_none(values: Values, parameter: Parameter) -> Wrong:
        if values.get("prior") == "fixed" and values.get(key) is not None:
            return "nothing beside a fixed value", "Remove it, or choose another form of prior."
        return None

    return needs, takes_none


def _inside(key: str) -> PriorRule:
    def rule(values: Values, parameter: Parameter) -> Wrong:
        number = _number(values, key)
        if number is None or parameter.lower <= number <= parameter.upper:
            return None
        return f"a number between {parameter.lower:g} and {parameter.upper:g} ({parameter.unit})", "Check the unit."

    return rule


def _in_order(values: Values, parameter: Parameter) -> Wrong:
    low, high = _number(values, "low"), _number(values, "high")
    if low is None or high is None or low < high:
        return None
    return f"more than low, which is {low:g}", "Swap low and high, or fix the parameter if it is known."


def _has_logarithm(values: Values, parameter: Parameter) -> Wrong:
    low = _number(values, "low")
    if values.get("prior") == "lognormal" and low is not None and low <= 0:
        return "more than 0, for a lognormal prior", "Give a small positive number, or use a uniform prior."
    return None


def _has_logit(key: str) -> PriorRule:
    def rule(values: Values, parameter: Parameter) -> Wrong:
        number = _number(values, key)
        if values.get("prior") == "logitnormal" and number is not None and not 0 < number < 1:
            return "more than 0 and less than 1, for a logitnormal prior", "Move it inside, or use a uniform prior."
        return None

    return rule


def _same_unit(values: Values, parameter: Parameter) -> Wrong:
    if values.get("unit", "") in ("", parameter.unit):
        return None
    return parameter.unit, f"Convert the numbers to {parameter.unit}, the unit that the model uses."


PRIOR_RULES: tuple[tuple[str, PriorRule], ...] = (
    ("value", _needs_value),
    ("value", _takes_no_value),
    ("value", _inside("value")),
    *(("low", rule) for rule in (*_end("low"), _inside("low"), _has_logarithm, _has_logit("low"))),
    *(("high", rule) for rule in (*_end("high"), _inside("high"), _in_order, _has_logit("high"))),
    ("unit", _same_unit),
)
