"""Pages that exist once for each model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from generator.markdown import Lines
from saferground.scenario.columns import DEFAULT_MODEL

MODELS = {
    "siege": "the model siege (a city)",
    "journey": "the model journey (a country)",
}


def page_of(page: str, model: str) -> str:
    """The name of a model's page; that of the default model has no addition."""
    return page if model == DEFAULT_MODEL else f"{page}-{model}"


def each_model(page: str, write: Callable[[str], Lines]) -> dict[str, Callable[[], Lines]]:
    """One page for each model, by its name."""
    return {page_of(page, model): partial(write, model) for model in MODELS}


def other_models(page: str, model: str) -> str:
    """A sentence with links to the same page of the other models."""
    links = [f"[{other}]({page_of(page, other)}.md)" for other in MODELS if other != model]
    return f"The other model: {', '.join(links)}."
