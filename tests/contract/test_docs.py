"""The documentation covers what there is, from verbs to variables, and its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

import saferground
from helpers.pages import DOCS, program
from saferground import streams
from saferground.axes import LEARNED_VARIABLES
from saferground.cli.app import app
from saferground.errors import SafergroundError
from saferground.exchange import hxl
from saferground.planning import packaged_standards
from saferground.scenario.checks import RULES, SHARED_RULES
from saferground.scenario.columns import MODELS, schema

generate = program("generate")
results = generate.results
PAGES = sorted([*DOCS.rglob("*.md"), *(DOCS.parent / "examples").glob("*.md")])
REFERENCE = DOCS / "reference"
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its blocks of code and formulas."""
    return FENCED.sub("", text(page))


# --- the reference is up to date and complete ----------------------------------------------------------------------


def test_the_reference_is_up_to_date() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_page_that_is_out_of_date_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "FOLDER", tmp_path / "docs" / "reference")
    monkeypatch.setattr(sys, "argv", ["generate.py"])
    (tmp_path / "docs").mkdir()
    assert generate.main() == 0
    monkeypatch.setattr(sys, "argv", ["generate.py", "--check"])
    assert generate.main() == 0
    stale = tmp_path / "docs" / "reference" / "columns.md"
    stale.write_text(text(stale).replace("latitude", "height").replace("Latitude", "Height"), encoding="utf-8")
    assert generate.main() == 1
    assert "columns.md is out of date" in capsys.readouterr().out


@pytest.mark.parametrize("verb", sorted(get_command(app).commands))  # type: ignore[attr-defined]
def test_every_verb_has_a_section(verb: str) -> None:
    assert f"## saferground {verb}\n" in text(REFERENCE / "cli.md")


@pytest.mark.parametrize(("model", "table"), [(model, table) for model in MODELS for table in schema(model).columns])
def test_every_column_is_in_its_section(model: str, table: str) -> None:
    heading = {"parameters": "scenario.toml: [parameters.NAME]"}
    heading |= {name: f"scenario.toml: [{name}]" for name in ("scenario", "rules")}
    page = text(REFERENCE / f"{generate.inputs.page_of('columns', model)}.md")
    section = page.split(f"## {heading.get(table, f'{table}.csv')}\n")[1].split("\n## ")[0]
    assert [name for name in schema(model).names(table) if f"| `{name}` |" not in section] == []


@pytest.mark.parametrize("model", MODELS)
def test_every_parameter_is_in_the_reference(model: str) -> None:
    page = text(REFERENCE / f"{generate.inputs.page_of('parameters', model)}.md")
    assert [name for name in schema(model).parameters if f"| `{name}` |" not in page] == []


def test_every_parameter_has_a_symbol_in_the_equations() -> None:
    """In the table at the end, with the unit of parameters.csv; and the symbol is used in the text above it."""
    body, _, table = text(DOCS / "explanation" / "siege-model.md").rpartition("## Parameters")
    rows = re.findall(r"^\| \$([^$]+)\$ \| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE)
    units = [(one.name, one.unit) for one in schema("siege").parameters.values()]
    assert [(name, unit) for _, name, unit in rows] == units
    assert len({symbol for symbol, _, _ in rows}) == len(rows)
    assert [symbol for symbol, _, _ in rows if symbol not in body] == []


def errors_of(root: type[SafergroundError]) -> Iterator[type[SafergroundError]]:
    yield root
    for one in root.__subclasses__():
        yield from errors_of(one)


def test_every_error_and_its_exit_code_is_documented() -> None:
    page = text(REFERENCE / "errors.md")
    own = [one for one in errors_of(SafergroundError) if one.__module__ == "saferground.errors"]
    assert [one.__name__ for one in own if f"| `{one.__name__}` | {one.exit_code} |" not in page] == []
    rules = [*SHARED_RULES, *(rule for each in RULES.values() for rule in each)]
    assert [rule.check.__name__ for rule in rules if f"- `{rule.check.__name__}`: " not in page] == []


@pytest.mark.parametrize("name", saferground.__all__)
def test_every_public_name_has_a_section(name: str) -> None:
    assert f"## saferground.{name}\n" in text(REFERENCE / "api.md")


def test_every_standard_and_table_is_documented() -> None:
    assert [
        name for name in packaged_standards().index if f"| `{name}` |" not in text(REFERENCE / "standards.md")
    ] == []
    for model in MODELS:
        page = text(REFERENCE / f"{generate.inputs.page_of('tables', model)}.md")
        assert [name for name in hxl.questions(model) if f"## {name}.csv\n" not in page] == []
    page = text(REFERENCE / "tables-scores.md")
    assert [name for name in hxl.questions(hxl.SCORES) if f"## {name}.csv\n" not in page] == []


@pytest.mark.parametrize("model", ["siege", "journey"])
def test_variables_are_those_of_a_forecast(model: str, small, small_country) -> None:
    run, described = {"siege": small, "journey": small_country}[model], results.DATASETS[model]
    ahead, needed = run.forecast, run.needs
    assert set(ahead.data_vars) == {*described.variables, *described.beside}
    assert set(ahead.coords) == set(described.coordinates)
    assert set(ahead.attrs) == set(described.attributes)
    own = {str(name) for name in {*needed.data_vars, *needed.coords} if str(name) not in ahead.coords}
    assert own == set(results.NEEDS)


def test_what_a_fit_adds_is_that_of_a_fitted_forecast(fitted) -> None:
    ahead, described = fitted.forecast, results.DATASETS["siege"]
    assert set(ahead.data_vars) == {*described.variables, *described.beside, *LEARNED_VARIABLES}
    assert set(ahead.coords) == {*described.coordinates, *results.LEARNED_COORDINATES}
    shown = {name: cells[0] for name, cells in results.LEARNED_COORDINATES.items()}
    assert {name: ", ".join(map(str, ahead[name].dims)) for name in shown} == shown
    assert set(ahead.attrs) == {*described.attributes, "doubts"}


@pytest.mark.parametrize("model", ["siege", "journey"])
def test_dimensions_are_those_of_a_forecast(model: str, small, small_country) -> None:
    ahead = {"siege": small, "journey": small_country}[model].forecast
    described = {**results.DATASETS[model].beside, **results.DATASETS[model].coordinates}
    shown = {name: cells[0] for name, cells in described.items()}
    assert {name: ", ".join(map(str, ahead[name].dims)) for name in shown} == shown


# --- links ---------------------------------------------------------------------------------------------------------


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def anchors(page: Path) -> set[str]:
    return {slug(line.lstrip("#")) for line in prose(page).splitlines() if line.startswith("#")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS.parent)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for link in LINK.findall(prose(page)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if re.match(r"https?:", link):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def test_the_index_names_every_page() -> None:
    index = {(DOCS / link).resolve() for page in (DOCS / "README.md",) for link in LINK.findall(text(page))}
    decisions = {(DOCS / "decisions" / link).resolve() for link in LINK.findall(text(DOCS / "decisions" / "README.md"))}
    assert {page.resolve() for page in DOCS.rglob("*.md")} - index - decisions == {DOCS / "README.md"}


def test_decisions_have_the_same_parts() -> None:
    pages = sorted((DOCS / "decisions").glob("0*.md"))
    assert [page.name[:4] for page in pages] == [f"{number + 1:04d}" for number in range(len(pages))]
    parts = ("**Question.**", "**Choice.**", "**Reasons.**", "**What lost.**", "**Consequences.**")
    assert [(page.name, part) for page in pages for part in parts if part not in text(page)] == []


def test_the_page_on_counts_names_the_limits_of_the_samplers() -> None:
    page = text(DOCS / "explanation" / "counts-not-agents.md")
    shown = (
        f"$np < {streams._SMALL_MEAN}$",
        f"$n \\le {streams._BITWISE_UP_TO}$",
        f"$n \\min(p, 1-p) < {streams._INVERSION_BELOW:.0f}$",
        f"up to {streams._FEW_MARKED} marked ones, or fewer than {streams._INVERSION_BELOW:.0f} expected",
    )
    assert [limit for limit in shown if limit not in " ".join(page.split())] == []
