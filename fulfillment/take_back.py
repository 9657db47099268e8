"""Which earlier lines a cancellation takes back, when it names none. Pure.

Each line of a cancellation goes to the latest earlier lines of the same customer and the same goods, those of the same
price first, and is split where one line does not hold enough pieces. What finds no line is an unlinked refund.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from config.kernel.money import split_by_weight

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Goods:
    """Whose and what: lines are matched within one customer and one SKU (a charge: its code and kind)."""

    customer_id: int
    kind: str
    what: Hashable


@dataclass(slots=True)
class OpenLine:
    """A line that may be taken back: `units_left` and `amount_left` fall as it happens. `line` is the caller's own."""

    line: object
    placed_at: datetime
    unit_price: Decimal
    units_left: int
    amount_left: Decimal


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what was taken back: from one earlier line, or from none. `amount` is positive."""

    line: object | None
    units: int
    amount: Decimal


class OpenLines:
    """Earlier lines by customer and goods, each list in the order of sale."""

    def __init__(self) -> None:
        self._lines: dict[Goods, list[OpenLine]] = {}

    def watch(self, wanted: Iterable[Goods]) -> None:
        """Keep lines of these goods; `add` passes over all others."""
        for goods in wanted:
            self._lines.setdefault(goods, [])

    def add(self, goods: Goods, line: OpenLine) -> None:
        """Add a line; lines have to come in the order of sale."""
        kept = self._lines.get(goods)
        if kept is not None:
            kept.append(line)

    def watches(self, goods: Goods) -> bool:
        """Whether lines of these goods are kept."""
        return goods in self._lines

    def before(self, goods: Goods, *, moment: datetime) -> list[OpenLine]:
        """The open lines sold up to a moment, oldest first."""
        return [line for line in self._lines.get(goods, ()) if line.placed_at <= moment]


def take_back(lines: Sequence[OpenLine], *, units: int, unit_price: Decimal, amount: Decimal) -> list[Piece]:
    """Take `units` at `unit_price`, worth `amount` (both positive), back from lines given oldest first.

    The pieces add up to units and amount. A line gives back no more money than it brought: what goes beyond, and the
    units that no line holds, are in one last piece without line.
    """
    taken = _choose(lines, units=units, unit_price=unit_price)
    missing = units - sum(count for _, count in taken)
    weights = [Decimal(count) for _, count in taken] + [Decimal(missing)]
    *shares, loose = split_by_weight(amount, weights)
    pieces = []
    for (line, count), share in zip(taken, shares, strict=True):
        given = min(share, line.amount_left)
        loose += share - given
        line.units_left -= count
        line.amount_left -= given
        pieces.append(Piece(line.line, count, given))
    if missing or loose:
        pieces.append(Piece(None, missing, loose))
    return pieces


def _choose(lines: Sequence[OpenLine], *, units: int, unit_price: Decimal) -> list[tuple[OpenLine, int]]:
    latest_first = list(reversed(lines))
    same_price = [line for line in latest_first if line.unit_price == unit_price]
    others = [line for line in latest_first if line.unit_price != unit_price]
    taken = []
    for line in (*same_price, *others):
        count = min(units, line.units_left)
        if count > 0:
            taken.append((line, count))
            units -= count
    return taken
