"""Run either program once in a process of its own, with the same folder."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from beside_flee.crises import ROOT
from beside_flee.stopwatch import BEGUN

HERE = Path(__file__).parent
ENVIRONMENT = ROOT / ".venv-flee"
LAST_LINES = 3  # of an error that are passed on


class Failed(Exception):  # noqa: N818
    """A program stopped; the last lines of what it said."""


@dataclass(frozen=True)
class Run:
    """What one process did.

    Attributes:
        days: simulated.
        agents: at the end, of one member.
        agent_steps: agents summed over days, of one member.
        simulate: CPU seconds of the simulation of one member, inputs read.
        cpu: CPU seconds of the whole process.
        wall: seconds from its first line to its last result.
        wall_simulate: seconds of the simulation, all members.
        peak: most memory, bytes; summed over ranks.
        members: how many ``simulate`` is the mean of.
        more: everything else that it said.
    """

    days: int
    agents: float
    agent_steps: float
    simulate: float
    cpu: float
    wall: float
    wall_simulate: float
    peak: float
    members: int
    more: dict[str, Any]

    @property
    def rate(self) -> float:
        """Agent-steps per CPU second of the simulation."""
        return self.agent_steps / self.simulate

    def times(self, factor: float) -> Run:
        """What ``factor`` times as many agents would take if time grew in proportion; memory is left unknown."""
        names = ("agents", "agent_steps", "simulate", "cpu", "wall", "wall_simulate")
        return replace(self, peak=math.nan, **{name: factor * getattr(self, name) for name in names})


def run_flee(folder: Path, number: int = 0, *, limit: float = math.inf, days: int = 0, ranks: int = 0) -> Run:
    """Flee on a folder; with ``ranks``, pflee.

    ``number`` makes the seeds. It ends with the last day, or after so many ``days``, or begins no other day after
    ``limit`` CPU seconds (Flee without ranks).
    """
    command = [str(flee_python()), str(HERE / "run_flee.py"), str(folder), "--seed", str(number)]
    command += ["--days", str(days), "--limit", str(limit)]
    if ranks:
        command = [str(mpiexec()), "-n", str(ranks), *command, "--parallel"]
    return _run(command, {"PYTHONPATH": str(ROOT / "tools")})


def run_ours(
    folder: Path,
    *,
    days: int | None = None,
    members: int = 1,
    threads: int | None = 1,
    seconds: float = 2.0,
    version: str = "3.1",
) -> Run:
    """Saferground on a folder; the arguments of run_saferground.py."""
    given = {"--days": days, "--members": members, "--threads": threads, "--seconds": seconds, "--version": version}
    words = [str(word) for pair in given.items() if pair[1] is not None for word in pair]
    return _run([sys.executable, str(HERE / "run_saferground.py"), str(folder), *words], {})


def flee_python() -> Path:
    return ENVIRONMENT / "bin" / "python"


def mpiexec() -> Path | None:
    """The one that came with Flee's environment, or the system's."""
    own = ENVIRONMENT / "bin" / "mpiexec"
    found = str(own) if own.is_file() else shutil.which("mpiexec")
    return Path(found) if found else None


def _run(command: list[str], environment: dict[str, str]) -> Run:
    environment = {**os.environ, **environment, BEGUN: str(time.time())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        said = (done.stderr or done.stdout).strip().splitlines()[-LAST_LINES:]
        raise Failed(" / ".join(said) or f"exit code {done.returncode}, nothing said")
    return _read(json.loads(done.stdout.splitlines()[-1]))


def _read(found: dict[str, Any]) -> Run:
    cpu, wall = found.pop("cpu"), found.pop("wall")
    return Run(
        days=found.pop("days"),
        agents=found.pop("agents"),
        agent_steps=found.pop("agent_steps"),
        simulate=found.pop("serial", cpu["simulate"]),
        cpu=sum(cpu.values()),
        wall=sum(wall.values()),
        wall_simulate=wall["simulate"],
        peak=found.pop("peak"),
        members=found.pop("serial_members", 1),
        more=found,
    )
