"""The pages of docs/, and the programs beside them, which are no package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[2] / "docs"


def program(name: str) -> ModuleType:
    """docs/NAME.py as a module."""
    qualified = f"docs_{name}"
    if qualified not in sys.modules:
        sys.path.insert(0, str(DOCS))
        found = importlib.util.spec_from_file_location(qualified, DOCS / f"{name}.py")
        assert found
        assert found.loader
        sys.modules[qualified] = importlib.util.module_from_spec(found)
        found.loader.exec_module(sys.modules[qualified])
    return sys.modules[qualified]
