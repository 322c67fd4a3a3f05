"""Every error that Saferground raises on purpose.

    SafergroundError
    ├── ScenarioError     the scenario folder has problems; carries all of them
    ├── UsageError        an argument of a command or function cannot be used
    ├── RunError          a run folder cannot be written or read
    └── Interrupted       the user stopped the run; nothing was left half-written

The command line turns each into one exit code (``exit_code``); the library only raises.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

UNTRUSTED = 4
"""Exit code of a forecast whose fit should not be trusted; nothing is raised, as its files are written all the same."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a scenario folder, and what to do about it.

    ``line`` counts from 1 as a text editor does (the header is line 1); 0 means the whole file.
    ``severity`` is ``"note"`` for something that was read anyway and only deserves a word.
    """

    file: str
    line: int
    column: str
    got: str
    expected: str
    do: str
    severity: Literal["problem", "note"] = "problem"

    def __str__(self) -> str:
        where = self.file + (f", line {self.line}" if self.line else "")
        where += f", {self.column}" if self.column else ""
        return f"{where}: got {self.got}; expected {self.expected}. {self.do}"

    def as_dict(self) -> dict[str, str | int]:
        """The same as plain data, for ``--json``."""
        return asdict(self)


class SafergroundError(Exception):
    """Root of the tree."""

    exit_code = 1


class ScenarioError(SafergroundError):
    """The scenario has problems; ``problems`` holds every one that was found."""

    exit_code = 3

    def __init__(self, problems: list[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UsageError(SafergroundError):
    """An argument cannot be used; the message says what was got, what is expected and what to do."""

    exit_code = 2


class RunError(SafergroundError):
    """A run folder cannot be written or read."""


class Interrupted(SafergroundError):  # noqa: N818 - it says what happened, not what went wrong
    """The user stopped the run."""

    exit_code = 130
