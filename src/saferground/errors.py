"""Every error that Saferground raises on purpose.

    SafergroundError
    ├── ScenarioError     the scenario folder has problems; carries all of them
    ├── UsageError        an argument of a command or function cannot be used
    ├── RunError          a run folder, or the database of counts, cannot be written or read
    ├── StaleError        what was to be changed has been changed by somebody else; carries both versions
    └── Interrupted       the user stopped the run; nothing was left half-written

The command line turns each into one exit code (``exit_code``); the library only raises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

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


def failure(error: str, message: str, problems: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The one shape in which a failure is told as data: its kind, a message, and what is wrong one by one."""
    return {"ok": False, "error": error, "message": message, "problems": list(problems)}


class SafergroundError(Exception):
    """Root of the tree."""

    exit_code = 1

    def as_dict(self) -> dict[str, Any]:
        """What went wrong as plain data, for ``--json`` and for the board."""
        return failure(type(self).__name__, str(self))


class ScenarioError(SafergroundError):
    """The scenario has problems; ``problems`` holds every one that was found."""

    exit_code = 3

    def __init__(self, problems: list[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))

    def as_dict(self) -> dict[str, Any]:
        """The same with every problem."""
        return failure(type(self).__name__, str(self), [one.as_dict() for one in self.problems])


class UsageError(SafergroundError):
    """An argument cannot be used; the message says what was got, what is expected and what to do."""

    exit_code = 2


class RunError(SafergroundError):
    """A run folder, or the database of what was entered, cannot be written or read."""


@dataclass(frozen=True)
class Conflict:
    """A row that was changed in the meantime: what was to be written, and what stands there now.

    ``edit`` is the place of the refused edit among those handed in, from 0; ``row`` the number of the row; ``seen``
    and ``now`` are its version as the edit knew it and as it is. ``yours`` is None where the edit withdraws or restores
    the row. ``who`` and ``at`` (UTC, ISO 8601) say who wrote ``theirs``, and ``withdrawn`` whether it was withdrawn.
    """

    edit: int
    row: int
    seen: int
    now: int
    yours: Mapping[str, str] | None
    theirs: Mapping[str, str]
    who: str
    at: str
    withdrawn: bool

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data, for JSON."""
        yours = None if self.yours is None else dict(self.yours)
        return {**vars(self), "yours": yours, "theirs": dict(self.theirs)}


class StaleError(SafergroundError):
    """Rows were changed by somebody else since they were read; ``conflicts`` holds both versions. Nothing was saved."""

    def __init__(self, conflicts: Sequence[Conflict]):
        self.conflicts = tuple(conflicts)
        told = [f"row {one.row} is now version {one.now} by {one.who}, not {one.seen}" for one in self.conflicts]
        super().__init__(
            f"Changed in the meantime: {'; '.join(told[:5])}{' ...' if len(told) > 5 else ''}. "
            "Nothing was saved. Look at both versions and enter yours again where it still holds."
        )

    def as_dict(self) -> dict[str, Any]:
        """The same with both versions of every row."""
        return failure(type(self).__name__, str(self), [one.as_dict() for one in self.conflicts])


class Interrupted(SafergroundError):  # noqa: N818 - it says what happened, not what went wrong
    """The user stopped the run."""

    exit_code = 130
