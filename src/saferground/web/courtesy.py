"""Processes of the board give way to whoever reads, unless the machine has nothing else to do."""

from __future__ import annotations

import os
from contextlib import suppress

VARIABLE = "SAFERGROUND_NICE"
"""How far every process of the board gives way, 0 (not at all) to 19, in place of its own choice."""


def give_way(steps: int) -> None:
    """Lower the priority of this process by so many steps, where the system can do that."""
    asked = os.environ.get(VARIABLE, "")
    with suppress(OSError, AttributeError):  # Windows has none
        os.nice(int(asked) if asked.isdigit() else steps)
