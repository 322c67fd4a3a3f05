"""Imports follow the data: a stage knows itself and what stands to its left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

SRC = Path(str(files("saferground")))
ORDER = [
    "errors", "axes", "compiling", "streams", "scenario", "model", "engine", "ensemble", "observation", "assimilation",
    "forecasting", "planning", "exchange", "storage", "reporting", "runs", "web", "cli",
]  # fmt: skip


def own_imports(path: Path) -> Iterator[str]:
    """Stages that a file names in any import: at the top, inside a function, or for types only."""
    package = ["saferground", *path.relative_to(SRC).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            names = [[*module, alias.name] for alias in node.names]
        else:
            continue
        yield from (
            name[1] for name in names if name[0] == "saferground" and len(name) > 1 and not name[1].startswith("__")
        )


def stages() -> Iterator[tuple[str, Path]]:
    for path in sorted(SRC.rglob("*.py")):
        stage = path.relative_to(SRC).parts[0].removesuffix(".py")
        if not stage.startswith("__"):
            yield stage, path


def test_every_module_belongs_to_a_stage() -> None:
    assert {stage for stage, _ in stages()} <= set(ORDER)


def test_imports_follow_the_data() -> None:
    for stage, path in stages():
        for target in own_imports(path):
            assert target in ORDER, f"{path.relative_to(SRC)} imports {target!r}, which is no stage"
            assert ORDER.index(target) <= ORDER.index(stage), (
                f"{path.relative_to(SRC)}: {stage} may not import {target}"
            )


def test_nobody_imports_the_command_line() -> None:
    importers = {stage for stage, path in stages() if "cli" in own_imports(path)}
    assert importers == {"cli"}
