"""What KoboToolbox and ODK Central send of our form, as rows of counts.csv; whatever else they send is left behind.

Fields are taken by an explicit list. All others are dropped and only their names are told: who submitted, from which
device, where it stood, pictures, and whatever somebody added to the form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from saferground.errors import UsageError
from saferground.exchange.xlsform import OTHER, WHOLE, Count, counts_of
from saferground.scenario import Scenario
from saferground.scenario.personal import personal_value

HEAD = {"place": "place", "day": "end", "source": "source", "published": "published"}
"""Questions that stand once in a submission, and the columns that they fill."""
EACH = {
    name: name
    for name in ("series", "measures", "start", "value", "value_low", "value_high", "unit", "confidence", "note")
}
"""Questions about each count."""
REPEAT, NAMED = "counts", "series_name"
MOST_COUNTS, LONGEST = 200, 2_000
_GONE = ("rejected", "validation_status_not_approved")
_TECHNICAL = frozenset({
    "_id", "_uuid", "uuid", "formhub/uuid", "__version__", "_xform_id_string", "_submission_time", "_status", "_tags",
    "_validation_status", "_supplementalDetails", "meta", "meta/instanceID", "meta/instanceName", "meta/rootUuid",
    "meta/deprecatedID", "__id", "__system", "about", "_bamboo_dataset_id", "_version_", "_version__001",
})  # fmt: skip
"""Fields that are about the submission and tell nobody from another; read where needed, and not reported."""


@dataclass(frozen=True)
class Submission:
    """What was sent of the form once, by nobody in particular.

    Attributes:
        instance: what it is called from its first version on.
        version: what this version is called.
        former: what the version before is called, where the server says so; else "".
        rows: cells of counts.csv by column, one row a count.
        dropped: names of fields with something in them that were left behind.
        gone: it was rejected at the server, and its counts are to be withdrawn.
    """

    instance: str
    version: str
    former: str
    rows: tuple[Mapping[str, str], ...]
    dropped: tuple[str, ...] = ()
    gone: bool = False


def read_submission(content: object, scenario: Scenario) -> Submission:
    """Read a submission as KoboToolbox posts or lists it, or as ODK Central lists it (OData, ``$expand=*``).

    Args:
        content: the JSON, as Python reads it.
        scenario: whose counts the form offers.

    Raises:
        UsageError: it is not a submission, has no id, or more than 200 counts.
    """
    if not isinstance(content, dict):
        raise UsageError(f"got {type(content).__name__}; expected a submission of the form, a JSON object.")
    instance, version, former = _names(content)
    known = counts_of(scenario)
    head, dropped = _fields(content, HEAD, (*_TECHNICAL, REPEAT, f"{REPEAT}@odata.navigationLink"))
    rows = []
    for one in _repeated(content):
        cells, more = _fields(one, {**EACH, NAMED: NAMED}, ("__id", "__Submissions-id", f"{REPEAT}/__id"))
        dropped += more
        rows.append(_row(head, cells, known, dropped))
    told = tuple(dict.fromkeys(name[:100] for name in dropped))[:50]
    return Submission(instance, version, former, tuple(rows), told, gone=_is_gone(content))


def _names(content: Mapping[str, Any]) -> tuple[str, str, str]:
    """Names of the submission, of this version and of the one before.

    KoboToolbox gives each version a new uuid and keeps the first as rootUuid; ODK Central keeps the first and counts
    edits.
    """
    meta = content.get("meta") if isinstance(content.get("meta"), dict) else {}
    assert isinstance(meta, dict)
    said = {name: content.get(f"meta/{name}") or meta.get(name) for name in ("rootUuid", "instanceID", "deprecatedID")}
    own = _uuid(content.get("_uuid")) or _uuid(said["instanceID"])
    first = _uuid(content.get("__id")) or _uuid(said["rootUuid"]) or own
    if not first:
        do = "Post what the server's REST service sends, or a row of its OData feed."
        raise UsageError(f"got a submission without an id; expected _uuid, meta/instanceID or __id. {do}")
    system = content.get("__system")
    edits = f"#{system.get('edits')} {system.get('updatedAt') or ''}" if isinstance(system, dict) else ""
    return first, (own or first) + edits.rstrip(), _uuid(said["deprecatedID"])


def _uuid(text: object) -> str:
    return text.removeprefix("uuid:")[:100] if isinstance(text, str) else ""


def _is_gone(content: Mapping[str, Any]) -> bool:
    system, status = content.get("__system"), content.get("_validation_status")
    said = (
        system.get("reviewState") if isinstance(system, dict) else None,
        status.get("uid") if isinstance(status, dict) else None,
    )
    return any(one in _GONE for one in said)


def _repeated(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = content.get(REPEAT) or []
    if not isinstance(found, list) or len(found) > MOST_COUNTS:
        raise UsageError(f"got something else; expected a list of at most {MOST_COUNTS} counts under {REPEAT!r}.")
    return (one for one in found if isinstance(one, dict))


def _fields(
    content: Mapping[str, Any], wanted: Mapping[str, str], ignored: Sequence[str]
) -> tuple[dict[str, str], list[str]]:
    """Cells by column, and the names of other fields with something in them."""
    cells, dropped = {}, []
    for name, value in content.items():
        short = str(name).rpartition("/")[2]
        if short in wanted and isinstance(value, str | int | float) and not isinstance(value, bool):
            cells[wanted[short]] = f"{value:.15g}" if isinstance(value, float) else str(value).strip()[:LONGEST]
        elif name not in ignored and _holds(value):
            dropped.append(str(name))
    return cells, dropped


def _holds(value: object, deep: int = 5) -> bool:
    """Whether there is something in a field; lists in lists beyond ``deep`` count as something."""
    if isinstance(value, list | dict):
        inside = value.values() if isinstance(value, dict) else value
        return bool(value) if deep == 0 else any(_holds(one, deep - 1) for one in inside)
    return value not in (None, "", False)


def _row(
    head: Mapping[str, str], cells: dict[str, str], known: Mapping[str, Count], dropped: list[str]
) -> dict[str, str]:
    """One row of counts.csv: a choice of the form stands for the series, and what it measures, in the scenario."""
    place = "" if head.get("place") == WHOLE else head.get("place", "")
    chosen, named = cells.pop("series", ""), cells.pop(NAMED, "")
    count = known.get(chosen)
    if count is not None:
        cells = {**cells, "series": count.series, "measures": count.measures, "unit": count.unit}
    else:
        cells["series"] = named if chosen == OTHER else chosen
    for name in ("note", "series"):
        if what := personal_value(cells.get(name, "")):
            dropped.append(f"{name} ({what})")
            cells[name] = ""
    return {**head, **cells, "place": place}


def digest(rows: Sequence[Mapping[str, str]]) -> str:
    """What tells the content of two versions apart."""
    return hashlib.sha256(json.dumps([dict(sorted(row.items())) for row in rows]).encode()).hexdigest()[:16]
