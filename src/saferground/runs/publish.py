"""From a run folder to a folder with its public product."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from saferground.errors import RunError
from saferground.exchange.public import PublicProduct, public_product, withdrawn, write_public
from saferground.exchange.public.release import DELAY
from saferground.exchange.public.writers import JSON
from saferground.reporting.public import write_public_page
from saferground.storage import read_run, run_folder

FILES = ("public.csv", "public.html", "public.json", "public.xlsx")
public_folder = partial(run_folder, info=JSON, what="a folder of a public product")


def publish(
    run: Path | str,
    out: Path | str,
    *,
    contact: str = "",
    title: str = "",
    delay: int = DELAY,
    now: datetime | None = None,
) -> PublicProduct:
    """Derive the public product of a run and write it: ``public.csv``, ``.xlsx``, ``.html`` and ``.json``.

    The folder is complete or not there. An earlier product that stands at ``out`` is replaced, and the new one says
    which release it takes the place of. The same run and words give the same bytes.

    Parameters
    ----------
    run : folder that ``saferground forecast`` wrote
    out : folder to write; new, empty, or of an earlier public product
    contact : whom a reader can ask; default the owner of the scenario
    title : the area, in words; default the title of the scenario
    delay : hours after the end of the as-of date before which nothing is made, 48 or more
    now : the moment, with a time zone; default the clock

    Raises
    ------
    RunError
        The run cannot be read, or the folder not be written.
    UsageError
        Nothing public can be derived now: see ``saferground.exchange.public.public_product``.
    """
    dataset = read_run(run).dataset
    asked = contact or str(dataset.attrs.get("owner", ""))
    former = _former(Path(out))
    product = public_product(
        dataset, now or datetime.now(UTC), contact=asked, title=title, delay=delay, supersedes=former
    )
    return _write(product, out)


def withdraw(out: Path | str, reason: str) -> PublicProduct:
    """Replace the figures of a public product by a notice that it is withdrawn, and why.

    Raises RunError when ``out`` holds none, UsageError without a reason.
    """
    return _write(withdrawn(read_public(out), reason), out)


def read_public(folder: Path | str) -> dict[str, object]:
    """The content of ``public.json`` of a public product. Raises RunError when there is none that can be read."""
    path = Path(folder) / JSON
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        do = "Give a folder that `saferground export public` wrote."
        raise RunError(f"{folder} holds no public product: {path.name} cannot be read ({error}). {do}") from error


def _former(out: Path) -> str:
    """The release that stands at ``out`` and is replaced; empty when none does."""
    return str(read_public(out)["release"]) if (out / JSON).is_file() else ""


def _write(product: PublicProduct, out: Path | str) -> PublicProduct:
    with public_folder(out) as folder:
        write_public(product, folder)
        write_public_page(product, folder / "public.html")
    return product
