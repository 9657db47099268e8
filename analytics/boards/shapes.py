"""What a board consists of. Templates, exports and tests read these."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from config.kernel.importing.export import Cell as RawCell


@dataclass(frozen=True)
class Change:
    """A change against the compared period: its text, its way (up, down or neither), and what the value was when."""

    text: str
    way: str
    before: str
    when: str


@dataclass(frozen=True)
class Card:
    """One figure: short where it is long, exact beside it, its formula and the rows behind it."""

    code: str
    name: str
    value: str
    exact: str
    formula: str = ""
    link: str = ""
    change: Change | None = None
    note: str = ""
    # A second yardstick.
    further: Change | None = None

    @property
    def changes(self) -> list[Change]:
        """All comparisons, the nearest first."""
        return [one for one in (self.change, self.further) if one]


@dataclass(frozen=True)
class Column:
    """A heading of a table; numbers stand to the right."""

    name: str
    is_number: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell as people read it, and its exact value for exports."""

    text: str
    raw: RawCell = None
    link: str = ""
    way: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Table:
    """A table with its caption; `csv` and `xlsx` are the addresses of its exports."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    csv: str = ""
    xlsx: str = ""


@dataclass(frozen=True)
class Panel:
    """A chart with its table, or a table alone; `data` is what `charts.js` draws."""

    id: str
    title: str
    table: Table
    summary: str = ""
    data: dict[str, Any] | None = None
    note: str = ""
    is_wide: bool = False


@dataclass(frozen=True)
class Section:
    """The cards and panels of one currency."""

    currency: str
    cards: Sequence[Card]
    panels: Sequence[Panel]
    is_converted: bool = False
    # Where the section has a name of its own: what it adds up, and at which rates.
    heading: str = ""
    rates: str = ""


@dataclass(frozen=True)
class Board:
    """A whole board. Without sections it says why in `nothing`."""

    sentences: Sequence[str] = ()
    sections: Sequence[Section] = ()
    quality: Sequence[str] = ()
    nothing: str = ""
    # Where there is something to see, when this range has nothing.
    nothing_link: str = ""

    def panel(self, panel_id: str) -> Panel | None:
        """The panel with an id."""
        return next((one for section in self.sections for one in section.panels if one.id == panel_id), None)


@dataclass
class Series:
    """A row of values of a chart; `role` is main, compare, second or change (coloured by its way)."""

    name: str
    values: Sequence[Any]
    role: str = "main"
    # What each value belongs to where it is not the label: the days compared with.
    labels: Sequence[str] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """In the form of `charts.js`; amounts as numbers, since a picture needs no cents beyond what a float holds."""
        values = [None if value is None else float(value) for value in self.values]
        return {"name": self.name, "values": values, "role": self.role, "labels": list(self.labels)}
