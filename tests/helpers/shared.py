"""Data that lie beside the repository and are not part of it."""

from __future__ import annotations

import os
from pathlib import Path

SHARED = Path(os.environ.get("SAFERGROUND_SHARED") or Path(__file__).resolve().parents[3] / "shared")
"""Folder of shared data: named by the environment, else ``shared`` beside the repository."""

CRISES = SHARED / "crises"
"""National crises as Flee folders."""
HUBVERSE = SHARED / "schemas" / "hubverse-v6.0.0"
"""Published schemas of hubverse."""
NAMES = tuple(
    f"{name}{version}" for name in ("burundi2015", "car2013", "mali2012", "ssudan2013") for version in ("", "_val")
)
