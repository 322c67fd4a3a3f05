"""What the page of scores says, as plain data, from the records of ``saferground.reporting.context``."""

from __future__ import annotations

from dataclasses import dataclass, field

from saferground.reporting.context import Headline, Section, help_text


@dataclass(frozen=True)
class ScorePage:
    """The page of scores."""

    title: str = field(metadata=help_text("What was scored, in words"))
    facts: tuple[tuple[str, str], ...] = field(metadata=help_text("Short facts: their name, and what they are"))
    sensitivity: str = field(metadata=help_text("The strictest class of the scenarios"))
    sharing: str = field(metadata=help_text("The class in words; empty for a class that is not known"))
    warnings: tuple[str, ...] = field(metadata=help_text("What a reader must know before the first figure"))
    headlines: tuple[Headline, ...] = field(metadata=help_text("Answers in words, the most asked first"))
    sections: tuple[Section, ...] = field(metadata=help_text("Charts and tables"))
    limits: tuple[tuple[str, str], ...] = field(
        metadata=help_text("What the scores do not say: a few words, and a sentence or two")
    )
    foot: str = field(metadata=help_text("Version, seed and fingerprints"))
