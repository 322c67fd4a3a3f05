"""The public names are few, listed in one place, hidden by no module, and cheap to import."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

import saferground

NAMES = [
    "Model", "Posterior", "Scenario", "build_model", "fit", "forecast", "needs", "plan", "read_scenario", "report",
    "score", "simulate",
]  # fmt: skip
HEAVY = ("numpy", "numba", "pandas", "xarray", "scipy", "zarr", "plotly", "jinja2", "rich", "typer")


def test_the_list_is_this_one() -> None:
    assert saferground.__all__ == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there_and_documented(name: str) -> None:
    assert getattr(saferground, name).__doc__


def test_no_name_is_also_a_module() -> None:
    root = Path(str(files("saferground")))
    modules = {path.name.removesuffix(".py") for path in root.iterdir() if path.suffix in ("", ".py")}
    assert modules.isdisjoint(NAMES)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'fnord'"):
        _ = saferground.fnord


@pytest.mark.parametrize("module", ["saferground", "saferground.cli", "saferground.errors"])
def test_importing_is_light(module: str) -> None:
    assert _loaded(f"import {module}").isdisjoint(HEAVY)


def test_help_imports_nothing_heavy() -> None:
    heavy = set(HEAVY) - {"typer"}
    code = """
import sys
from saferground.cli import main
sys.argv = ["saferground", "--help"]
try:
    main()
except SystemExit:
    pass
"""
    assert _loaded(code).isdisjoint(heavy)


def _loaded(code: str) -> set[str]:
    """Top-level names in sys.modules after running code in a fresh interpreter."""
    ask = f"{code}\nimport sys; print('\\n'.join({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
