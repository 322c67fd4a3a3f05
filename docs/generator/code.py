"""Pages on the command line and the library."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

import saferground
from generator.markdown import Lines, code, fenced, heading, table
from saferground import planning, storage
from saferground.assimilation import load, save
from saferground.cli.app import app
from saferground.exchange.flee import export_flee, import_flee
from saferground.exchange.hubverse import export_hubverse
from saferground.forecasting import Scores
from saferground.runs.brief import Brief
from saferground.runs.journey import JourneyBrief

WIDTH = 100


def cli() -> Lines:
    """The help of the command and its verbs, and what --json prints."""
    yield from heading("Command line", "the `--help` of each verb")
    yield from ("## saferground", "")
    yield from fenced(_help())
    for verb, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        yield from (f"## saferground {verb}", "")
        yield from fenced(_help(verb))
        for other in getattr(command, "commands", ()):
            yield from (f"### saferground {verb} {other}", "")
            yield from fenced(_help(verb, other))
    yield from ("## What `saferground check --json` prints", "")
    yield from table(("key", "holds"), _CHECK)
    yield from ("## What `saferground forecast --json` prints", "")
    yield from (
        "`ok` is true. When something goes wrong `ok` is false, and `error`, `message` and `problems` say what.",
        "",
    )
    briefs = {"Of a city": Brief, "Of a country": JourneyBrief}
    for title, brief in briefs.items():
        yield from (f"### {title}", "")
        yield from _record(brief)
    for part in dict.fromkeys(part for brief in briefs.values() for part in _parts(brief)):
        yield from (f"### {part.__name__}", "")
        yield from _record(part)
    yield from ("## What `saferground score --json` prints", "")
    yield from table(("key", "holds"), _SCORE)


_CHECK = (
    ("`ok`", "true when the folder can be forecast"),
    (
        "`problems`",
        "list of problems: `file`, `line` (0: the whole file), `column`, `got`, `expected`, `do`, `severity`",
    ),
    ("`notes`", "the same for what was read anyway and deserves a word"),
    ("`summary`", "lines of text on what a good folder holds"),
)


_SCORE = (
    ("`ok`", "true; when something goes wrong false, and `error`, `message` and `problems` say what"),
    ("`folder`, `seconds`", "the score folder, and the wall time"),
    ("`scenarios`, `members`, `seed`, `targets`", "what was scored, and on how many targets"),
    (
        "`by_lead`, `pooled`, `counted`, `split`, `own`",
        "the rows of the [tables](tables-scores.md) summary, pooled, counted, split and own",
    ),
    ("`notes`", "what was left out and why"),
)


def _help(*words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--help"], prog_name="saferground", terminal_width=WIDTH)
    assert done.exit_code == 0, done.output
    return "\n".join(line.rstrip() for line in done.output.strip().splitlines())


def _record(record: Any) -> Lines:
    rows = ((code(one.name), code(str(one.type)), one.metadata["help"]) for one in fields(record))
    yield from table(("key", "type", "holds"), rows)


def _parts(record: Any) -> list[Any]:
    """The records inside a record, each once, in order."""
    module = inspect.getmodule(record)
    found: list[Any] = []
    for one in fields(record):
        for name in re.findall(r"\w+", str(one.type)):
            part = getattr(module, name, None)
            if is_dataclass(part) and part not in found:
                found += [part, *(inner for inner in _parts(part) if inner not in found)]
    return list(dict.fromkeys(found))


BESIDE = {
    "saferground.assimilation": (save, load),
    "saferground.planning": (
        planning.standards_for,
        planning.packaged_standards,
        planning.stocks,
        planning.stock_out,
        planning.besieged_balance,
        planning.trauma,
        planning.reproductive,
    ),
    "saferground.storage": (storage.read_run,),
    "saferground.exchange.flee": (import_flee, export_flee),
    "saferground.exchange.hubverse": (export_hubverse,),
    "saferground.forecasting": (Scores,),
}


def api() -> Lines:
    """The public names and the few that the guides use beside them."""
    yield from heading("Python API", "the signatures and docstrings of the code")
    yield from (
        "Results are plain xarray Datasets; [variables](variables.md) says what they hold. Errors are in",
        "[`saferground.errors`](errors.md).",
        "",
    )
    for name in _in_order(saferground.__all__):
        yield from _entry(f"saferground.{name}", getattr(saferground, name))
    yield from ("## Beside the public names", "", "The guides use these too. They may move between versions.", "")
    for package, functions in BESIDE.items():
        for function in functions:
            yield from _entry(f"{package}.{function.__name__}", function, level="###")


def _in_order(names: Iterable[str]) -> list[str]:
    """Public names in the order in which data flows."""
    return sorted(names, key=list(saferground._HOME).index)


def _entry(name: str, thing: Any, level: str = "##") -> Lines:
    yield from (f"{level} {name}", "")
    signature = "" if inspect.isclass(thing) else _signature(name.rpartition(".")[2], thing)
    yield from fenced(signature, "python") if signature else ()
    yield from fenced(inspect.getdoc(thing) or "")
    if inspect.isclass(thing):
        yield from _members(thing, level)


def _signature(name: str, thing: Any) -> str:
    signature = inspect.signature(thing)
    one_line = f"{name}{signature}".replace("'", "")
    if len(one_line) <= WIDTH:
        return one_line
    parts = [str(one).replace("'", "") for one in signature.parameters.values()]
    kinds = [one.kind for one in signature.parameters.values()]
    if inspect.Parameter.KEYWORD_ONLY in kinds:
        parts.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    lines = "".join(f"    {part},\n" for part in parts)
    return f"{name}(\n{lines}) -> {signature.return_annotation}".replace("'", "")


def _members(thing: Any, level: str) -> Lines:
    """Public methods and properties of a record, and its fields."""
    yield from table(("field", "type"), ((code(one.name), code(one.type)) for one in fields(thing)))
    for name, member in vars(thing).items():
        about = inspect.getdoc(member)
        if name.startswith("_") or not about or name in {one.name for one in fields(thing)}:
            continue
        called = _signature(name, member).replace("(self, ", "(").replace("(self)", "()") if callable(member) else name
        called = re.sub(r"\n    self,", "", called)
        yield from (f"{level}# {thing.__name__}.{name}", "")
        yield from fenced(called, "python")
        yield from fenced(about)
