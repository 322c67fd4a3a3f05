"""What the report says, as plain data: the contract between the forecast, the HTML page and its JSON.

Every record is frozen, holds only text, numbers, None, tuples and dicts, and says what each field means in the field's
``help``. ``as_data(page)`` is JSON; the template reads nothing but these records.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

Kind = Literal[
    "text",
    "place",
    "people",
    "count",
    "amount",
    "share",
    "ratio",
    "hours",
    "day",
    "range",
    "spread",
    "stated",
    "source",
    "mark",
    "need",
    "week",
]


def help_text(text: str) -> dict[str, str]:
    """The metadata of a field: what it means."""
    return {"help": text}


@dataclass(frozen=True)
class Estimate:
    """A forecast quantity over all members."""

    median: float | None = field(metadata=help_text("Median over the members"))
    low: float | None = field(metadata=help_text("5th percentile: one future in twenty lies below"))
    high: float | None = field(metadata=help_text("95th percentile: one future in twenty lies above"))
    unit: str = field(metadata=help_text("Unit of the three figures"))


@dataclass(frozen=True)
class Planning:
    """A figure that somebody responsible published, shown beside the forecast."""

    issuer: str = field(metadata=help_text("Who said it"))
    what: str = field(metadata=help_text("What it says in words"))
    measures: str = field(metadata=help_text("Which quantity of the model it speaks of"))
    low: float | None = field(metadata=help_text("Low end, people"))
    best: float | None = field(metadata=help_text("Best or only figure, people"))
    high: float | None = field(metadata=help_text("High end, people"))
    horizon: str = field(metadata=help_text("Over which time, in the issuer's words"))
    published: str | None = field(metadata=help_text("Day it became public, ISO; None when known before the start"))
    source: str = field(metadata=help_text("Title of the source"))
    compared: str = field(metadata=help_text("What the forecast's own figure is; empty when the model has none"))
    forecast: Estimate | None = field(
        metadata=help_text("The forecast's own figure for the same quantity; None when the model has none")
    )

    @property
    def ends(self) -> tuple[float, float] | None:
        """Lowest and highest of the figures; None when none is given."""
        known = [value for value in (self.low, self.best, self.high) if value is not None]
        return (min(known), max(known)) if known else None


@dataclass(frozen=True)
class Headline:
    """One answer in words."""

    id: str = field(metadata=help_text("Short name, stable between runs"))
    label: str = field(metadata=help_text("The question in a few words"))
    value: str = field(metadata=help_text("The answer at a glance, rounded to two significant digits"))
    sentence: str = field(metadata=help_text("The answer with its uncertainty, dates and units"))
    estimate: Estimate | None = field(
        metadata=help_text("The figures behind the sentence; None when the answer is not a quantity")
    )
    beside: tuple[str, ...] = field(
        default=(), metadata=help_text("What others said or counted about the same, one sentence each")
    )


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    title: str = field(metadata=help_text("Heading"))
    kind: Kind = field(metadata=help_text("What its cells are, which decides how they are written"))
    unit: str = field(default="", metadata=help_text("Unit of every cell; empty for text"))


@dataclass(frozen=True)
class Table:
    """A table of the page."""

    id: str = field(metadata=help_text("Name in the page, unique"))
    caption: str = field(metadata=help_text("What it shows, with period and unit where all cells share them"))
    columns: tuple[Column, ...] = field(metadata=help_text("Its columns"))
    rows: tuple[tuple[Any, ...], ...] = field(
        metadata=help_text("Its rows, one cell a column; None when unknown; a place is (name, local name)")
    )
    note: str = field(default="", metadata=help_text("What a reader should know"))
    folded: bool = field(
        default=False, metadata=help_text("True when the table waits behind its caption until it is asked for")
    )
    anchors: tuple[str, ...] = field(
        default=(), metadata=help_text("Name in the page of each row; empty where rows have none")
    )
    block: str = field(default="table", metadata=help_text("Kind of block"))


@dataclass(frozen=True)
class Chart:
    """One chart."""

    id: str = field(metadata=help_text("Name in the page, unique"))
    title: str = field(metadata=help_text("What it shows, with unit"))
    local: str = field(metadata=help_text("Local name of the place it speaks of; empty when none"))
    alt: str = field(metadata=help_text("What a reader would see, in a sentence"))
    figure: dict[str, Any] = field(metadata=help_text("Plotly figure as JSON: data and layout"))
    note: str = field(default="", metadata=help_text("What matters most about it, in a few words"))


@dataclass(frozen=True)
class Group:
    """Charts that are read together."""

    id: str = field(metadata=help_text("Name in the page, unique"))
    title: str = field(metadata=help_text("What they show"))
    caption: str = field(metadata=help_text("How to read them"))
    charts: tuple[Chart, ...] = field(metadata=help_text("The charts, in reading order"))
    key: tuple[str, ...] = field(metadata=help_text("Entries of the shared legend, by name"))
    size: Literal["wide", "half", "small"] = field(default="small", metadata=help_text("Width on a large screen"))
    block: str = field(default="charts", metadata=help_text("Kind of block"))


@dataclass(frozen=True)
class Section:
    """A numbered part of the page."""

    id: str = field(metadata=help_text("Name in the page's address"))
    title: str = field(metadata=help_text("Heading"))
    short: str = field(metadata=help_text("Heading for the navigation bar"))
    finding: tuple[str, ...] = field(metadata=help_text("What the section says, in sentences"))
    blocks: tuple[Group | Table, ...] = field(metadata=help_text("Charts and tables, in reading order"))


@dataclass(frozen=True)
class Mark:
    """A place on one panel of the map, day by day."""

    id: str = field(metadata=help_text("Place id"))
    name: str = field(metadata=help_text("Name in English"))
    local: str = field(metadata=help_text("Name in the local language; empty when unknown"))
    kind: str = field(metadata=help_text("Kind of place, as in the scenario"))
    x: float = field(metadata=help_text("Position from the left edge, panel units"))
    y: float = field(metadata=help_text("Position from the top edge, panel units"))
    people: tuple[int, ...] = field(
        metadata=help_text("Districts and settled: people there, sites: people waiting; median by day")
    )
    radius: tuple[float, ...] = field(
        metadata=help_text("Radius by day, panel units; area in proportion to the people")
    )
    low: tuple[int, ...] = field(metadata=help_text("The same people, 5th percentile by day"))
    high: tuple[int, ...] = field(metadata=help_text("The same people, 95th percentile by day"))
    rings: tuple[tuple[float, float], ...] = field(
        metadata=help_text("Radius by day at the 5th and the 95th percentile, panel units; empty where none is drawn")
    )
    full: tuple[int | None, ...] = field(
        metadata=help_text(
            "Camps: per cent of members in which it is full that day (98 % of its capacity or more); None without a "
            "stated limit; else empty"
        )
    )
    shares: tuple[tuple[int, int], ...] = field(
        metadata=help_text("Districts: per cent of members contested and retaken, by day; else empty")
    )
    capacity: tuple[float | None, ...] = field(
        metadata=help_text("Settled: capacity by day, people; None without a stated limit; else empty")
    )
    label: tuple[float, float, str] | None = field(
        metadata=help_text("Where the name is written, and its text-anchor; None when there is no room")
    )
    small: tuple[float, float, str] | None = field(metadata=help_text("The same with the larger letters of a phone"))
    beyond: str = field(
        default="", metadata=help_text("Distance and direction in words when it lies outside the panel; else empty")
    )


@dataclass(frozen=True)
class Way:
    """A way on one panel of the map, day by day."""

    id: str = field(metadata=help_text("Route id"))
    title: str = field(metadata=help_text("From where to where"))
    mode: str = field(metadata=help_text("walk or road"))
    line: tuple[float, float, float, float] = field(metadata=help_text("x and y of both ends, panel units"))
    flow: tuple[int, ...] = field(metadata=help_text("People a day, median by day"))
    width: tuple[float, ...] = field(metadata=help_text("Width by day, panel units, in proportion to the flow"))
    low: tuple[int, ...] = field(metadata=help_text("People a day, 5th percentile by day"))
    high: tuple[int, ...] = field(metadata=help_text("People a day, 95th percentile by day"))
    broad: tuple[float, ...] = field(metadata=help_text("Width by day at the 95th percentile, panel units"))
    shut: tuple[int, ...] = field(metadata=help_text("1 on days on which a closure is in force"))


@dataclass(frozen=True)
class Panel:
    """One map."""

    id: str = field(metadata=help_text("Name in the page, unique"))
    title: str = field(metadata=help_text("What it covers"))
    width: float = field(metadata=help_text("Width, panel units"))
    height: float = field(metadata=help_text("Height, panel units"))
    scale_km: float = field(metadata=help_text("Length of the scale bar, km"))
    scale: float = field(metadata=help_text("Length of the scale bar, panel units"))
    ways: tuple[Way, ...] = field(metadata=help_text("Ways, drawn below the places"))
    marks: tuple[Mark, ...] = field(metadata=help_text("Places"))
    frame: tuple[float, float, float, float] | None = field(
        default=None, metadata=help_text("x, y, width, height of the other panel on this one")
    )


@dataclass(frozen=True)
class Map:
    """The maps and the days they can show."""

    days: tuple[str, ...] = field(metadata=help_text("Days that the slider can reach, ISO"))
    as_of: int = field(metadata=help_text("Index of the as-of date among the days"))
    panels: tuple[Panel, ...] = field(metadata=help_text("City, and region where it is much wider"))
    circles: tuple[tuple[int, float], ...] = field(metadata=help_text("Legend: people and radius of sample circles"))
    lines: tuple[tuple[int, float], ...] = field(metadata=help_text("Legend: people a day and width of sample lines"))


@dataclass(frozen=True)
class Strip:
    """The first answer as a line of ranges, drawn without scripts."""

    top: float = field(metadata=help_text("Value at the right end, people"))
    ticks: tuple[float, ...] = field(metadata=help_text("Values written below the line, people"))
    bands: tuple[float, ...] = field(metadata=help_text("5th, 25th, 50th, 75th and 95th percentile, people"))
    planned: tuple[tuple[str, float, float], ...] = field(
        metadata=help_text("Planning figures: label, low and high, people")
    )


@dataclass(frozen=True)
class About:
    """What the page is, for whom, and what it is not."""

    title: str = field(metadata=help_text("Title of the scenario"))
    purpose: str = field(metadata=help_text("What the scenario is for"))
    owner: str = field(metadata=help_text("Who answers for it"))
    audience: str = field(metadata=help_text("For whom it was made"))
    sensitivity: str = field(metadata=help_text("Class that says with whom it may be shared"))
    sharing: str = field(metadata=help_text("The class in words; empty for a class that is not known"))
    as_of: str = field(metadata=help_text("Nothing published after this day was used, ISO"))
    first: str = field(metadata=help_text("First day ahead, ISO"))
    last: str = field(metadata=help_text("Last day ahead, ISO"))
    start: str = field(metadata=help_text("First day of the run-up, ISO"))
    members: int = field(metadata=help_text("Simulated futures"))
    seed: int = field(metadata=help_text("Seed of the random numbers"))
    basis: str = field(
        metadata=help_text("prior: not fitted to counts; counts: fitted to the counts known at the as-of date")
    )
    doubts: tuple[str, ...] = field(metadata=help_text("Why the fit should not be trusted, each with what to do"))
    scenario: str = field(metadata=help_text("Name of the scenario"))
    digest: str = field(metadata=help_text("Fingerprint of the scenario's content, sha256"))
    version: str = field(metadata=help_text("Version of Saferground"))


@dataclass(frozen=True)
class Cited:
    """A document that figures rest on."""

    id: str = field(metadata=help_text("Id in sources.csv; of a planning standard, standard: and its indicator"))
    title: str = field(metadata=help_text("Title"))
    publisher: str = field(metadata=help_text("Who published it"))
    published: str | None = field(metadata=help_text("Day it became public, ISO; None when not stated"))
    edition: str = field(metadata=help_text("Edition of a standard; else empty"))
    url: str = field(metadata=help_text("Address; empty when it has none"))
    anchor: str = field(metadata=help_text("Name in the page of the row that tells more"))


@dataclass(frozen=True)
class Ground:
    """One input that figures rest on: a parameter, a series of counts, a standard, or the rows of a table."""

    name: str = field(metadata=help_text("What it is called"))
    told: str = field(metadata=help_text("What it says, in words with units"))
    cited: tuple[str, ...] = field(metadata=help_text("Ids of the documents that it comes from"))
    own: str = field(default="", metadata=help_text("Where it comes from in its own words, where no document is cited"))
    anchor: str = field(default="", metadata=help_text("Name in the page of the row that tells more; empty when none"))


@dataclass(frozen=True)
class Process:
    """Inputs that act together."""

    id: str = field(metadata=help_text("Short name"))
    title: str = field(metadata=help_text("What they are about"))
    grounds: tuple[Ground, ...] = field(metadata=help_text("The inputs"))


@dataclass(frozen=True)
class Origin:
    """Where the figures of one headline, chart or table come from."""

    id: str = field(metadata=help_text("Name in the page of the headline, the group of charts or the table"))
    title: str = field(metadata=help_text("What it shows"))
    question: str = field(metadata=help_text("The question that its figures answer"))
    how: str = field(metadata=help_text("How the figures came about, in a sentence or two"))
    table: str = field(metadata=help_text("Name in tables/ of the table with the same figures for every day; or empty"))
    processes: tuple[str, ...] = field(metadata=help_text("Ids of the inputs that it rests on"))


@dataclass(frozen=True)
class Provenance:
    """Where every figure of a page comes from."""

    facts: tuple[tuple[str, str], ...] = field(metadata=help_text("What holds for every figure: its name, and it"))
    origins: tuple[Origin, ...] = field(metadata=help_text("One a headline, group of charts or table; and the map"))
    processes: tuple[Process, ...] = field(metadata=help_text("The inputs"))
    cited: tuple[Cited, ...] = field(metadata=help_text("Every document cited"))

    def of(self, name: str) -> Origin | None:
        """The origin of a headline, group, table or the map; None for what rests on nothing."""
        return next((one for one in self.origins if one.id == name), None)


@dataclass(frozen=True)
class Page:
    """The report; the template ``picture`` draws its map, and each of ``parts`` has styles and a script."""

    picture: ClassVar[str] = "map_siege.html.j2"
    parts: ClassVar[tuple[str, ...]] = ("report",)

    about: About = field(metadata=help_text("What the page is, for whom, and what it is not"))
    warnings: tuple[str, ...] = field(metadata=help_text("What a reader must know before the first figure"))
    headlines: tuple[Headline, ...] = field(metadata=help_text("Answers in words, the most asked first"))
    strip: Strip = field(metadata=help_text("The first answer drawn as a line of ranges"))
    map: Map = field(metadata=help_text("Where people are and which ways they take, by day"))
    sections: tuple[Section, ...] = field(metadata=help_text("The parts after the map, in order"))
    picker: dict[str, Any] = field(
        metadata=help_text("Needs by place and day for the chooser: places, days, items, values")
    )
    limits: tuple[tuple[str, str], ...] = field(
        metadata=help_text("What the model does not know: a few words, and a sentence or two")
    )
    provenance: Provenance = field(metadata=help_text("Where every figure comes from"))


def as_data(page: Page) -> dict[str, Any]:
    """The page as nested dicts and tuples that ``json.dumps`` takes as they are."""
    return asdict(page)
