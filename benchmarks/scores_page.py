"""The tables of a score folder as one page of Markdown, to stand beside the other measurements.

make score CRISES=folder                           # a folder of Flee folders; or by hand:
saferground score mosul-2017 CRISIS... --out scores
python benchmarks/scores_page.py scores            # writes benchmarks/SCORES.md and what public products tell of it
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
INTRODUCTION = """Written by `make score` from a folder of `saferground score`. Mean weighted interval score in
people, lower is better; `*` marks the best baseline after the fact. Totals are forecast too, from counts public at the
origin. [Scores](../docs/explanation/scores.md) explains targets, baselines and measures. Crises whose names differ by
`_val` share most of their counts.
"""
KINDS = {"total": "Totals", "place": "Places"}
TOLD = HERE.parent / "src" / "saferground" / "exchange" / "public" / "scores.csv"
SIEGES = ("mosul-2017", "raqqa-2017")
"""Scenarios of the siege model; the others are of the journey model."""


def main() -> None:
    folder = Path(sys.argv[1])
    text = "\n".join(page(folder)) + "\n"
    (HERE / "SCORES.md").write_text(text, encoding="utf-8", newline="\n")
    TOLD.write_text("\n".join(told(text)) + "\n", encoding="utf-8", newline="\n")


def told(text: str) -> Iterator[str]:
    """The rows of ``scores.csv`` of public products, from the page: totals, without the second versions of a crisis."""
    yield "model,crisis,lead,targets,ours,rule,best"
    lines = text.partition("## Totals")[2].partition("##")[0].strip().splitlines()
    names = [cell.strip() for cell in lines[0].strip("|").split("|")]
    for line in lines[2:]:
        cells = dict(zip(names, (cell.strip().replace(",", "") for cell in line.strip("|").split("|")), strict=True))
        rule, best = next((name, cell.removesuffix(" *")) for name, cell in cells.items() if cell.endswith("*"))
        if not cells["scenario"].endswith("_val"):
            model = "siege" if cells["scenario"] in SIEGES else "journey"
            ours = [cells[name] for name in ("scenario", "lead", "targets", "saferground")]
            yield ",".join((model, *ours, rule, best))


def page(folder: Path) -> Iterator[str]:
    info = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    summary, pooled, counted, split = (read(folder, name) for name in ("summary", "pooled", "counted", "split"))
    yield "# Scores"
    yield ""
    yield INTRODUCTION
    many = f"{info['members']} members, seed {info['seed']}, {len(info['scenarios'])} scenarios"
    yield f"Version {info['version']}, {many}."
    for kind, title in KINDS.items():
        yield from ("", f"## {title}", "")
        yield from means(summary[summary["what"].eq(kind)], info["forecasters"])
    yield from ("", "## All scenarios together", "")
    yield from together(pooled)
    yield from ("", "## All scenarios together, on days that were counted", "")
    yield from together(counted)
    yield from ("", "## People at the wrong place, given the total", "")
    yield from shares(split, info["forecasters"])


def read(folder: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(folder / "tables" / f"{table}.csv", skiprows=[1], dtype={"lead": str})


def means(rows: pd.DataFrame, names: list[str]) -> Iterator[str]:
    yield from head("scenario", "lead", "targets", *names)
    for (scenario, lead), group in rows.groupby(["scenario", "lead"], sort=False):
        by_name = group.set_index("forecaster")
        cells = [cell(by_name, name) for name in names]
        yield row(scenario, lead, f"{by_name['targets'].max():,}", *cells)


def cell(by_name: pd.DataFrame, name: str) -> str:
    if name not in by_name.index:
        return ""
    return f"{by_name.loc[name, 'wis']:,.0f}" + (" *" if by_name.loc[name, "best"] == name else "")


def together(rows: pd.DataFrame) -> Iterator[str]:
    yield "Ratio to the best baseline of each scenario: of sums of people, and as a mean over scenarios."
    yield ""
    sizes, ratios = ("scenarios", "targets", "WIS"), ("ratio", "mean ratio", "skill, 90 %")
    yield from head("what", "lead", "forecaster", *sizes, *ratios, "in 50 %", "in 90 %")
    for one in rows.to_dict("records"):
        skill = f"{one['skill']:+.2f} ({one['skill_low']:+.2f} to {one['skill_high']:+.2f})"
        numbers = f"{one['relative']:.2f}", f"{one['relative_scaled']:.2f}", skill
        covered = (f"{one[name]:.0%}" for name in ("coverage_50", "coverage_90"))
        counts = one["scenarios"], f"{one['targets']:,}", f"{one['wis']:,.0f}"
        yield row(KINDS[one["what"]], one["lead"], one["forecaster"], *counts, *numbers, *covered)


def shares(rows: pd.DataFrame, names: list[str]) -> Iterator[str]:
    shown = [name for name in names if rows["forecaster"].eq(name).any()]
    yield from head("scenario", "lead", "origins", *shown)
    for (scenario, lead), group in rows.groupby(["scenario", "lead"], sort=False):
        by_name = group.set_index("forecaster")["share_error"]
        yield row(scenario, lead, group["origins"].max(), *(f"{by_name[name]:.1%}" for name in shown))


def head(*names: str) -> tuple[str, str]:
    return row(*names), "|" + "---|" * len(names)


def row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    main()
