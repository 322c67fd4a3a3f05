"""One function a verb: parse, call the library, print, leave with the right exit code."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from saferground import __version__
from saferground.cli import leave
from saferground.cli.stop import listening, telling
from saferground.errors import UNTRUSTED, Problem, SafergroundError, ScenarioError, failure

app = typer.Typer(
    name="saferground",
    help="Who will flee a city under siege, by which way and when, and what the places that receive them will need.",
    epilog="Exit codes: 0 done, 1 unexpected, 2 wrong usage, 3 the scenario has problems, 4 a fit not to be trusted, "
    "130 interrupted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    str, typer.Argument(metavar="FOLDER_OR_NAME", help="Scenario folder, or name of a shipped scenario.")
]
AsOf = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Use only what was public on this day, YYYY-MM-DD. [default: the folder's]"),
]
Seed = Annotated[int, typer.Option(metavar="N", min=0, max=2**63 - 1, help="Seed of all random numbers.")]
DaysAhead = Annotated[int | None, typer.Option(metavar="N", help="Days ahead. [default: the folder's]")]
Prior = Annotated[bool, typer.Option("--prior", help="From priors alone, not from counts.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary; errors only.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print data instead of text.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options that stand before the verb."""


@app.command(short_help="Write a new scenario folder.")
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    empty: Annotated[bool, typer.Option("--empty", help="Headers only, without the rows of an example.")] = False,
    model: Annotated[str, typer.Option(metavar="NAME", help="siege (a city) or journey (a country).")] = "siege",
) -> None:
    """Write a new scenario folder: settings with comments, every table, and a README that explains each column.

    Its rows are a small invented city, or country, that passes every check; replace them by your own.
    """
    with reported():
        from saferground.scenario import new_scenario

        path = new_scenario(folder, example=not empty, model=model)
        typer.echo(
            f"Wrote {path}. Next: edit the tables, then `saferground check {path}` and `saferground forecast {path}`."
        )


@app.command(short_help="Find every problem in a scenario folder.")
def check(folder: Folder, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Check a scenario folder and its plans: every problem, one a line, or a summary of what it holds.

    Exit code 3 when there are problems. What is wrong with a plan for another as-of date is a note.
    """
    with reported(as_json):
        from saferground.runs.check import check_folder

        found = check_folder(folder, as_of=as_of, plans=True)
        if as_json:
            _print_json(found.as_dict())
        else:
            for line in (*found.problems, *found.summary, *(f"note: {note}" for note in found.notes)):
                typer.echo(line)
    if found.problems:
        raise typer.Exit(ScenarioError.exit_code)


@app.command(short_help="Forecast who will flee, where to, and what they will need.")
def forecast(
    folder: Folder,
    as_of: AsOf = None,
    days: DaysAhead = None,
    members: Annotated[int, typer.Option(metavar="N", min=1, help="How many futures to draw.")] = 1000,
    seed: Seed = 1,
    step: Annotated[
        int | None, typer.Option(metavar="H", help="Hours a step; divides 24. [default: the folder's]")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Run folder. [default: runs/NAME-DATE-seedN]")] = None,
    prior: Prior = False,
    fit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep what was learned in FILE, and go on from what it holds next time."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Learn from the counts known by then, and forecast who will flee and what they will need, into one run folder
    with tables, a workbook and a report.

    The same scenario and seed give the same files. Ctrl-C stops cleanly and leaves no half-written run. Exit code 4
    when what was learned should not be trusted: the files are written all the same, with the reasons and remedies.
    """
    with reported(as_json), listening() as ctrl_c:
        from saferground.cli.progress import progress

        with progress(members, shown=not quiet and sys.stderr.isatty()) as show:
            from saferground.runs.run import Order, run_forecast

            order = Order(folder, as_of, days, step, members, seed, out, learn=not prior, fit=fit)
            brief = run_forecast(order, telling(ctrl_c, show))
        if as_json:
            _print_json(brief.as_dict())
        elif not quiet:
            from saferground.cli.summary import show_brief

            show_brief(brief)
    _say_doubts(brief.doubts)


@app.command(short_help="Score forecasts from days in the past.")
def score(
    scenarios: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO...", help="Scenario folders, names of shipped scenarios, or folders of Flee."),
    ],
    origins: Annotated[
        str | None,
        typer.Option(metavar="N|DATES", help="How many days to forecast from, or which. [default: every 14 days]"),
    ] = None,
    leads: Annotated[
        str | None, typer.Option(metavar="DAYS", help="Days ahead, and the end. [default: 1,3,7,14,28,end]")
    ] = None,
    members: Annotated[int, typer.Option(metavar="N", min=2, help="How many futures each forecast draws.")] = 500,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Score folder. [default: runs/scores-NAME-seedN]")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Score forecasts made from days in the past on what was counted afterwards, beside simple baselines.

    Each forecast sees only what was public at its origin. Writes tables and a page into one score folder. Scenarios are
    scored side by side. Ctrl-C stops cleanly and leaves no half-written folder.
    """
    with reported(as_json), listening() as ctrl_c:
        from saferground.cli.scores import score_progress, show_scores

        with score_progress(shown=not quiet and sys.stderr.isatty()) as show:
            from saferground.runs.score import ScoreOrder, leads_from, origins_from, run_scores

            order = ScoreOrder(tuple(scenarios), origins_from(origins), leads_from(leads), members, seed, out)
            brief = run_scores(order, telling(ctrl_c, show))
        if as_json:
            _print_json(brief.as_dict())
        elif not quiet:
            show_scores(brief)


@app.command(short_help="Compare plans: what each changes, what binds, what one more of each buys.")
def compare(
    folder: Folder,
    plans: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PLAN]...", help="Names of plans of the scenario, or TOML files. [default: all]"),
    ] = None,
    as_of: AsOf = None,
    days: DaysAhead = None,
    members: Annotated[int, typer.Option(metavar="N", min=2, help="How many futures to draw.")] = 500,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write. [default: runs/plans-NAME-DATE-seedN]")
    ] = None,
    prior: Prior = False,
    one_more: Annotated[
        bool, typer.Option("--one-more/--no-one-more", help="Run again with one more of each resource.")
    ] = True,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare the scenario as it is with one or more plans: the same futures, and only the plan differs.

    Writes tables, a workbook and a page into one folder. Slowing or denying passage never counts as a gain: whoever
    cannot leave under a plan counts in every outcome as one who waits. Ctrl-C stops cleanly. Exit code 4 when what was
    learned from counts should not be trusted: the files are written all the same.
    """
    with reported(as_json), listening() as ctrl_c:
        from saferground.cli.plans import plan_progress, show_plans

        with plan_progress(shown=not quiet and sys.stderr.isatty()) as show:
            from saferground.runs.compare import PlanOrder, run_compare

            order = PlanOrder(
                folder, tuple(plans or ()), as_of, days, members, seed, out, learn=not prior, marginal=one_more
            )
            brief = run_compare(order, telling(ctrl_c, show))
        if as_json:
            _print_json(brief.as_dict())
        elif not quiet:
            show_plans(brief)
    _say_doubts(brief.doubts)


@app.command(short_help="Search for a good way to spend a number of units.")
def plan(
    folder: Folder,
    units: Annotated[int, typer.Option(metavar="N", min=1, help="Units that may stand somewhere else each week.")],
    outcome: Annotated[str, typer.Option("--for", metavar="OUTCOME", help="What is to be lessened.")] = "waiting",
    kind: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help="Only such resources: a kind of station, buses or camp; may be repeated."),
    ] = None,
    careful: Annotated[
        float, typer.Option(metavar="SHARE", min=0.01, max=1.0, help="Look only at this share of the worst futures.")
    ] = 1.0,
    as_of: AsOf = None,
    days: DaysAhead = None,
    members: Annotated[
        int, typer.Option(metavar="N", min=4, help="How many futures; half of them are held out.")
    ] = 500,
    tries: Annotated[int, typer.Option(metavar="N", min=16, help="Allocations to judge beside the greedy ones.")] = 320,
    seed: Seed = 1,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder to write. [default: runs/search-NAME-DATE-seedN]")
    ] = None,
    prior: Prior = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Search for a good way to spend a number of units (a clerk, a lane, a vehicle, a block of camp places) over sites
    and weeks, and compare it with a proportional and a greedy one on futures that the search has not seen.

    Writes the plans that were found, to be compared or changed by hand, and tables of all that was tried.
    """
    with reported(as_json), listening() as ctrl_c:
        from saferground.cli.plans import search_progress, show_search

        with search_progress(shown=not quiet and sys.stderr.isatty()) as show:
            from saferground.runs.search import SearchOrder, run_search

            kinds = tuple(kind or ())
            order = SearchOrder(
                folder, units, outcome, kinds, careful, as_of, days, members, seed, tries, out, learn=not prior
            )
            brief = run_search(order, telling(ctrl_c, show))
        if as_json:
            _print_json(brief.as_dict())
        elif not quiet:
            show_search(brief)
    _say_doubts(brief.doubts)


@app.command(short_help="Open the planning board in the browser.")
def serve(
    folder: Annotated[Path, typer.Argument(metavar="[FOLDER]", help="Folder with your scenarios and runs.")] = Path(),
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; any but this machine demands a token.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(metavar="N", min=0, max=65535, help="Port. [default: 8642, or any that is free]")
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    database: Annotated[
        str, typer.Option(metavar="URL", help="Database of what is entered. [default: saferground.db in FOLDER]")
    ] = "",
    token: Annotated[
        str, typer.Option(metavar="SECRET", help="What visitors must know; better in SAFERGROUND_TOKEN.")
    ] = "",
    name: Annotated[
        list[str] | None, typer.Option(metavar="HOST", help="A name under which the board is reached; may be repeated.")
    ] = None,
) -> None:
    """Open the planning board: forecasts, counts and plans in the browser, for the shipped scenarios and your own.

    Runs go to FOLDER/runs, where the command line puts and finds them too. Ctrl-C ends it; what was entered is kept.
    """
    with reported():
        _need_web()
        from saferground.web.serve import Wanted, serve

        serve(Wanted(folder, host, port, token, database, tuple(name or ()), not no_browser), typer.echo)


def _need_web() -> None:
    from importlib.util import find_spec

    from saferground.errors import UsageError

    missing = [library for library in ("fastapi", "uvicorn", "sqlalchemy", "babel") if find_spec(library) is None]
    if missing:
        do = "Install them with `pip install 'saferground[web]'`."
        raise UsageError(f"got no libraries {', '.join(missing)}; expected them for the planning board. {do}")


imports = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
exports = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(imports, name="import", help="Turn other programs' folders into scenarios.")
app.add_typer(exports, name="export", help="Write runs as other programs' files, or what may be public of them.")


@imports.command("flee", short_help="A folder of Flee, as FabFlee keeps them.")
def import_from_flee(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with input_csv, source_data, simsetting.yml.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Scenario folder to write; new or empty.")],
    flee: Annotated[
        str, typer.Option(metavar="VERSION", help="corrected, or 3.1 for that version's quirks.")
    ] = "corrected",
    as_json: AsJson = False,
) -> None:
    """Turn a folder of Flee into a journey scenario: every problem in it, one a line, or what was written.

    README.md in OUT lists what was assumed, what cannot be expressed, and which quirks of Flee are corrected. Exit code
    3 when there are problems; then nothing is written.
    """
    problems: tuple[Problem, ...] = ()
    with reported(as_json):
        from saferground.exchange.flee import import_flee

        try:
            made = import_flee(folder, out, version=flee)
        except ScenarioError as error:
            problems = error.problems
        if problems and as_json:
            _print_json({"ok": False, "problems": [problem.as_dict() for problem in problems]})
        elif as_json:
            _print_json(made.as_dict())
        else:
            for line in problems or made.lines():
                typer.echo(line)
    if problems:
        raise typer.Exit(ScenarioError.exit_code)


@exports.command("flee", short_help="A run of a journey scenario as Flee's out.csv.")
def export_to_flee(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder that `saferground forecast` wrote.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write, or a folder for out.csv.")],
    member: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="One member. [default: the mean over all, rounded]")
    ] = None,
) -> None:
    """Write a run of a journey scenario with the columns of Flee's out.csv."""
    with reported():
        from saferground.exchange.flee import export_flee
        from saferground.storage import read_run

        typer.echo(f"Wrote {export_flee(read_run(run).dataset, out, member=member)}.")


@exports.command("hubverse", short_help="A score folder as a hub of forecasts.")
def export_to_hubverse(
    scores: Annotated[Path, typer.Argument(metavar="SCORES", help="Score folder that `saferground score` wrote.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write; new, empty, or an earlier hub.")],
    team: Annotated[
        str, typer.Option(metavar="NAME", help="Letters, digits and _; every model's name begins with it.")
    ] = "saferground",
) -> None:
    """Write the forecasts and counts of a score folder in the files of hubverse: model-output, target-data, hub-config.

    Counts carry the day on which they became public, as_of.
    """
    with reported():
        from saferground.exchange.hubverse import export_hubverse

        typer.echo(f"Wrote {export_hubverse(scores, out, team=team)}.")


@exports.command("xlsform", short_help="A form for counts, for KoboToolbox or ODK.")
def export_form(
    folder: Folder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write, such as form.xlsx.")],
) -> None:
    """Write a form with the scenario's places, counts and sources as choices, in English, French and Arabic.

    It asks for no names and no positions. What is sent with it comes back by `saferground import counts`.
    """
    with reported():
        from saferground.exchange.xlsform import write_xlsform
        from saferground.scenario import read_scenario

        typer.echo(f"Wrote {write_xlsform(read_scenario(folder), out)}.")


@imports.command("counts", short_help="Counts sent by form to KoboToolbox or ODK.")
def import_counts(
    folder: Folder,
    server: Annotated[str, typer.Argument(metavar="URL", help="Address of the server, https://...")],
    form: Annotated[str, typer.Argument(metavar="FORM", help="KoboToolbox: the asset's uid. ODK: PROJECT/FORM.")],
    kind: Annotated[str, typer.Option(metavar="NAME", help="kobo or odk.")] = "kobo",
    database: Annotated[
        str,
        typer.Option(metavar="URL", envvar="SAFERGROUND_DATABASE", help="File or URL of the database of counts."),
    ] = "saferground.db",
    as_json: AsJson = False,
) -> None:
    """Take in what was sent to a form, what was edited there and what was deleted, beside the scenario's own counts.

    The token comes from SAFERGROUND_KOBO_TOKEN or SAFERGROUND_ODK_TOKEN. Running it again changes nothing that is the
    same. Exit code 3 when some of it was wrong; the rest is saved all the same.
    """
    with reported(as_json):
        from saferground.exchange.servers import Project, fetch
        from saferground.runs.submissions import reconcile
        from saferground.storage.database import open_database

        project = Project(kind, server, form)
        found = reconcile(open_database(database), folder, fetch(project), project.name, everything=True)
        if as_json:
            _print_json({"ok": not found.refused, **found.as_dict()})
        else:
            typer.echo("\n".join(found.lines()))
    if found.refused:
        raise typer.Exit(ScenarioError.exit_code)


@exports.command("tables", short_help="The tables and columns of a run that an audience may see.")
def export_tables(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder that `saferground forecast` wrote.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write; new, empty, or an earlier one.")],
    audience: Annotated[str, typer.Option(metavar="CLASS", help="limited, restricted or strictly_restricted.")],
) -> None:
    """Write the tables and columns of a run whose class is not above the audience, and a list of what was left out."""
    with reported():
        from saferground.runs.share import share

        made = share(run, out, audience)
        typer.echo(f"Wrote {len(made.tables)} tables for {audience} to {out}; left_out.csv lists what is not there.")


@exports.command("public", short_help="What may be told to everyone of a run: coarse, late, without places.")
def export_to_public(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder that `saferground forecast` wrote.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder to write; new, empty, or an earlier one.")],
    delay: Annotated[
        int, typer.Option(metavar="H", help="Hours after the end of the as-of date, 48 or more; refused before.")
    ] = 72,
    contact: Annotated[
        str, typer.Option(metavar="TEXT", help="Whom a reader can ask. [default: the scenario's owner]")
    ] = "",
    title: Annotated[str, typer.Option(metavar="TEXT", help="The area. [default: the scenario's title]")] = "",
    as_json: AsJson = False,
) -> None:
    """Derive a public product: totals by calendar week, as rounded ranges, late.

    It holds no route, exit, hour, site, district or hospital, and no small count can be found from it by subtraction.
    Writes public.csv, public.xlsx, public.html and public.json.
    """
    with reported(as_json):
        from saferground.runs.publish import publish

        product = publish(run, out, contact=contact, title=title, delay=delay)
        if as_json:
            _print_json({"ok": True, **product.as_dict()})
        else:
            typer.echo(f"Wrote {out}: release {product.release}, public from {product.released_from}.")


@exports.command("withdraw", short_help="Withdraw a public product.")
def withdraw_public(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that `saferground export public` wrote.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for those who used it.")],
) -> None:
    """Replace the figures of a public product by a notice that it is withdrawn, and why."""
    with reported():
        from saferground.runs.publish import withdraw

        typer.echo(f"Withdrawn: release {withdraw(out, reason).release} in {out}. Tell those who have copies.")


@contextmanager
def reported(as_json: bool = False) -> Iterator[None]:
    """Turn what goes wrong into one message and an exit code; with ``as_json`` the message is data on stdout."""
    try:
        yield
    except KeyboardInterrupt:
        leave(130, "Stopped by Ctrl-C. Nothing was written.")
    except SafergroundError as error:
        _say(error, as_json)
        raise typer.Exit(error.exit_code) from None
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise
    except Exception as error:
        _say_unexpected(error, as_json)
        raise typer.Exit(1) from None


def _say(error: SafergroundError, as_json: bool) -> None:
    if as_json:
        _print_json(error.as_dict())
    else:
        typer.echo(error, err=True)


def _say_doubts(doubts: Sequence[str]) -> None:
    if doubts:
        typer.echo("\n".join(f"Not to be trusted: {doubt}" for doubt in doubts), err=True)
        raise typer.Exit(UNTRUSTED)


def _say_unexpected(error: Exception, as_json: bool) -> None:
    what = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    message = (
        f"Unexpected error in Saferground {__version__}: {what}. Please report it: run the command again with "
        "SAFERGROUND_DEBUG=1 and send the command and everything it prints to the maintainers."
    )
    if os.environ.get("SAFERGROUND_DEBUG") == "1":
        traceback.print_exception(error)
    if as_json:
        _print_json(failure(type(error).__name__, message))
    typer.echo(message, err=True)


def _print_json(data: dict[str, Any]) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2))
