"""A form for counts at sites, as XLSForm, which KoboToolbox and ODK read: built from a scenario's own names.

It asks for a place, a day, a source and figures. It asks for no name, no number of a person, no point on the map and no
device, and so has no such field. ``exchange.submissions`` reads what is sent with it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from saferground.errors import RunError
from saferground.scenario import Scenario

FORM_ID = "saferground_counts"
OTHER, WHOLE = "other", "whole_scenario"
"""Choices beside the scenario's own: a count that is not in its list, and the whole scenario in place of a place."""
LANGUAGES = ("English (en)", "Français (fr)", "العربية (ar)")
CREATED = datetime(2000, 1, 1)
"""A fixed time in the file, so that the same scenario gives the same bytes."""

Words = tuple[str, str, str]


class Count(NamedTuple):
    """A count that the scenario has: its series, place, what it measures most often there, and in which unit."""

    series: str
    place: str
    measures: str
    unit: str


class Question(NamedTuple):
    """A row of the sheet ``survey``; label and hint in English, French and Arabic."""

    type: str
    name: str
    label: Words = ("", "", "")
    hint: Words = ("", "", "")
    required: bool = False
    relevant: str = ""
    choice_filter: str = ""
    constraint: str = ""
    default: str = ""


_IF_OTHER = f"${{series}} = '{OTHER}'"
_NOT_NEGATIVE = ". >= 0"
SURVEY = (
    Question("note", "about", (
        "Counts of people only. Write no names, no phone numbers and no numbers of documents.",
        "Seulement des comptes de personnes. N'écrivez ni noms, ni téléphones, ni numéros de documents.",
        "أعداد الأشخاص فقط. لا تكتب أسماء ولا أرقام هواتف ولا أرقام وثائق.",
    )),
    Question("select_one places", "place", ("Place", "Lieu", "المكان"), required=True),
    Question("date", "day", ("Day counted (last day)", "Jour compté (dernier jour)", "يوم العد (آخر يوم)"),
             required=True, constraint=". <= today()", default="today()"),
    Question("select_one sources", "source", ("Source", "Source", "المصدر"), required=True),
    Question("date", "published", ("Day it became public", "Jour de publication", "يوم النشر"), (
        "The day on which others could read it.", "Le jour où d'autres pouvaient le lire.",
        "اليوم الذي أمكن فيه للآخرين الاطلاع عليه.",
    ), required=True, default="today()"),
    Question("begin_repeat", "counts", ("Counts", "Comptes", "الأعداد")),
    Question("select_one series", "series", ("What was counted", "Ce qui a été compté", "ما الذي تم عده"),
             required=True, choice_filter=f"at = ${{place}} or at = '{OTHER}'"),
    Question("text", "series_name", ("Name of the count", "Nom du compte", "اسم العد"), (
        "One definition, for example: Arrivals at the gate", "Une définition, par exemple : Arrivées à la porte",
        "تعريف واحد، مثلاً: الوافدون إلى البوابة",
    ), required=True, relevant=_IF_OTHER),
    Question("select_one measures", "measures", ("What it measures", "Ce qu'il mesure", "ماذا يقيس"), required=True,
             relevant=_IF_OTHER),
    Question("select_one units", "unit", ("Unit", "Unité", "الوحدة"), required=True, relevant=_IF_OTHER),
    Question("date", "start", ("First day of the period", "Premier jour de la période", "أول يوم من الفترة"), (
        "Leave blank for one day.", "Laissez vide pour un seul jour.", "اتركه فارغاً ليوم واحد.",
    )),
    Question("integer", "value", ("Figure", "Chiffre", "العدد"), required=True, constraint=_NOT_NEGATIVE),
    Question("integer", "value_low", (
        "Lowest that the wording allows", "Le plus bas selon le texte", "أدنى قيمة ممكنة",
    ), constraint=_NOT_NEGATIVE),
    Question("integer", "value_high", (
        "Highest that the wording allows", "Le plus haut selon le texte", "أعلى قيمة ممكنة",
    ), constraint=_NOT_NEGATIVE),
    Question("select_one confidence", "confidence", ("How sure it is", "Degré de certitude", "مدى التأكد"),
             required=True),
    Question("text", "note", ("Definition or wording", "Définition ou texte", "التعريف أو النص"), (
        "No names or phone numbers.", "Ni noms ni téléphones.", "بلا أسماء ولا أرقام هواتف.",
    )),
    Question("end_repeat", "counts"),
)  # fmt: skip
"""The questions. The names of those that are columns of counts.csv are the columns' names, but ``day`` is ``end``."""

MEASURES: Mapping[str, Words] = {
    "left_cumulative": ("Left, since a first day", "Partis, depuis un premier jour", "المغادرون منذ يوم أول"),
    "left_daily": ("Left, a day", "Partis, par jour", "المغادرون يومياً"),
    "arrived_cumulative": ("Arrived, since a first day", "Arrivés, depuis un premier jour", "الواصلون منذ يوم أول"),
    "arrived_daily": ("Arrived, a day", "Arrivés, par jour", "الواصلون يومياً"),
    "present": ("Present on the day", "Présents ce jour", "الموجودون في اليوم"),
    "treated_cumulative": (
        "Injured treated, since a first day", "Blessés soignés, depuis un premier jour", "الجرحى المعالجون منذ يوم أول",
    ),
    "other": ("Something else", "Autre chose", "شيء آخر"),
}  # fmt: skip
UNITS: Mapping[str, Words] = {
    "individuals": ("People", "Personnes", "أشخاص"),
    "families": ("Families", "Familles", "عائلات"),
    "patients": ("Patients", "Patients", "مرضى"),
}
CONFIDENCE: Mapping[str, Words] = {
    "high": ("High", "Élevé", "عالٍ"),
    "medium": ("Medium", "Moyen", "متوسط"),
    "low": ("Low", "Faible", "منخفض"),
    "assumption": ("An assumption", "Une hypothèse", "افتراض"),
}
_WHOLE: Words = ("The whole scenario", "Tout le scénario", "السيناريو كله")
_OTHER: Words = ("Another count", "Un autre compte", "عدّ آخر")


def write_xlsform(scenario: Scenario, path: Path | str) -> Path:
    """Write the form of a scenario; the same scenario gives the same bytes.

    Raises RunError when it cannot be written.
    """
    path = Path(path)
    choices = list(_choices(scenario))
    settings = {
        "form_title": f"Saferground counts: {scenario.settings.title}"[:100],
        "form_id": FORM_ID,
        "version": hashlib.sha256(repr((SURVEY, choices)).encode()).hexdigest()[:12],
        "default_language": LANGUAGES[0],
        "allow_choice_duplicates": "yes",
    }
    about = [[*settings], [*settings.values()]]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, settings["form_title"], survey=_survey(), choices=[_choice_header(), *choices], settings=about)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise RunError(f"{path} cannot be written: {error}. Choose another file.") from error
    return path


def counts_of(scenario: Scenario) -> dict[str, Count]:
    """The counts that the scenario has, by the short name that the form sends in place of them."""
    rows = scenario.tables["counts"]
    kinds: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for series, place, *kind in zip(*(rows[name] for name in ("series", "place", "measures", "unit")), strict=True):
        kinds.setdefault((series, place), Counter())[tuple(kind)] += 1
    return {_short(*key): Count(*key, *several.most_common(1)[0][0]) for key, several in sorted(kinds.items())}


def _short(series: str, place: str) -> str:
    return "c" + hashlib.sha256(f"{series}\n{place}".encode()).hexdigest()[:12]


def _write(path: Path, title: str, **sheets: Iterable[list[str]]) -> None:
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        book.set_properties({"title": title, "created": CREATED})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write_string(at, column, cell)  # as text, whatever it begins with


# --- sheets --------------------------------------------------------------------------------------------------------


def _survey() -> Iterator[list[str]]:
    labels, hints = ([f"{what}::{language}" for language in LANGUAGES] for what in ("label", "hint"))
    yield ["type", "name", *labels, *hints, "required", "relevant", "choice_filter", "constraint", "default"]
    for one in SURVEY:
        required = "yes" if one.required else ""
        rest = [required, one.relevant, one.choice_filter, one.constraint, one.default]
        yield [one.type, one.name, *one.label, *one.hint, *rest]


def _choice_header() -> list[str]:
    return ["list_name", "name", *(f"label::{language}" for language in LANGUAGES), "at"]


def _choices(scenario: Scenario) -> Iterator[list[str]]:
    """Rows of the sheet ``choices``; ``at`` is the place at which a count is offered."""
    places = scenario.tables["places"]
    yield ["places", WHOLE, *_WHOLE, ""]
    for id_, name, local in zip(places["id"], places["name"], places["name_local"], strict=True):
        yield ["places", id_, name or id_, name or id_, local or name or id_, ""]
    sources = scenario.tables["sources"]
    for id_, title, publisher in zip(sources["id"], sources["title"], sources["publisher"], strict=True):
        yield ["sources", id_, *[f"{publisher}: {title}"[:120]] * 3, ""]
    for short, count in counts_of(scenario).items():
        yield ["series", short, *[count.series] * 3, count.place or WHOLE]
    yield ["series", OTHER, *_OTHER, OTHER]
    allowed = {name: scenario.schema.column("counts", name).choices for name in ("measures", "unit", "confidence")}
    yield from _listed("measures", MEASURES, allowed["measures"])
    yield from _listed("units", UNITS, allowed["unit"])
    yield from _listed("confidence", CONFIDENCE, allowed["confidence"])


def _listed(name: str, words: Mapping[str, Words], allowed: Iterable[str]) -> Iterator[list[str]]:
    return ([name, one, *words[one], ""] for one in allowed)
