"""What an imported order or cancellation is in the sales ledger. Pure.

    net sales = gross - discount;  paid amount = net sales + postage

The entries of an order add up to what was paid for it, those of a refund to minus what was given back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.kernel.money import split_by_weight
from fulfillment.layouts.base import LineKind, ParsedLine, ParsedOrder
from fulfillment.layouts.count import NOTHING
from fulfillment.order_money import OrderMoney
from fulfillment.stock_rules import Part

SALE, REFUND, SHIPPING_REFUND = "sale", "refund", "shipping_refund"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row to be booked; `line` is the place of the order's line, None for what belongs to no line."""

    kind: str
    line_kind: str
    line: int | None = None
    quantity: int = 0
    gross: Decimal = NOTHING
    discount: Decimal = NOTHING
    shipping: Decimal = NOTHING

    @property
    def paid(self) -> Decimal:
        """What the row adds to the paid amount."""
        return self.gross - self.discount + self.shipping


@dataclass(frozen=True, slots=True)
class KitShare(Part):
    """A part of a kit with its weight in the split of the revenue and the cost of one piece."""

    weight: Decimal
    unit_cost: Decimal | None = None


def sale_entries(order: ParsedOrder, money: OrderMoney) -> list[Entry]:
    """One entry for each line, and one for each amount that has no line."""
    entries = [_sale(line, place, money) for place, line in enumerate(order.lines)]
    if not order.lines:
        entries.append(Entry(SALE, LineKind.GOODS, gross=money.surplus, shipping=money.postage))
        return entries
    if money.postage:
        entries.append(Entry(SALE, LineKind.SHIPPING, shipping=money.postage))
    if money.surplus:
        entries.append(Entry(SALE, LineKind.FEE, gross=money.surplus))
    if money.loose_discount:
        entries.append(Entry(SALE, LineKind.DISCOUNT, discount=money.loose_discount))
    return entries


def _sale(line: ParsedLine, place: int, money: OrderMoney) -> Entry:
    discount = money.shares[place].discount
    if line.kind is LineKind.SHIPPING:
        return Entry(SALE, line.kind, place, discount=discount, shipping=line.amount)
    if line.kind is LineKind.DISCOUNT:
        return Entry(SALE, line.kind, place, discount=discount - line.amount)
    quantity = line.quantity if line.kind in (LineKind.GOODS, LineKind.GIFT) else 0
    return Entry(SALE, line.kind, place, quantity, gross=line.amount, discount=discount)


def take_back_entry(kind: LineKind, *, units: int, amount: Decimal) -> Entry:
    """The reversal of a line, or of a part of it; `units` and `amount` are positive."""
    if kind is LineKind.SHIPPING:
        return Entry(SHIPPING_REFUND, kind, shipping=-amount)
    if kind is LineKind.DISCOUNT:
        return Entry(REFUND, kind, discount=amount)
    quantity = -units if kind in (LineKind.GOODS, LineKind.GIFT) else 0
    return Entry(REFUND, kind, quantity=quantity, gross=-amount)


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What a refund without lines of its own takes back: `line` None is the postage or what belongs to no line."""

    line: int | None
    kind: LineKind
    units: int
    amount: Decimal


def refund_parts(
    order: ParsedOrder, money: OrderMoney, *, amount: Decimal, is_all: bool, taken: Sequence[Decimal] = ()
) -> list[RefundPart]:
    """Spread a refund, at most what is left of the paid amount, over the order's lines.

    `taken` is what each line gave back before. `is_all`: every line gives the rest with all its pieces, and the postage.
    Else the lines' own refunds as the file gives them, then in proportion to what the buyer paid; a line gives its
    pieces back when all of its money is.
    """
    if not order.lines:
        return [RefundPart(None, LineKind.GOODS, 0, amount)]
    before = list(taken) or [NOTHING for _ in order.lines]
    left = [max(share.net - gone, NOTHING) for share, gone in zip(money.shares, before, strict=True)]
    given = left if is_all else _given(order, amount, left=left, before=before)
    parts = [
        RefundPart(place, line.kind, line.quantity if given[place] == left[place] else 0, given[place])
        for place, line in enumerate(order.lines)
        if given[place] or is_all
    ]
    return parts + _loose_parts(amount - sum(given, NOTHING), postage=money.postage)


def _given(order: ParsedOrder, amount: Decimal, *, left: Sequence[Decimal], before: Sequence[Decimal]) -> list[Decimal]:
    """How much each line gives back of a refund that is not all."""
    said = [
        max(min(line.refunded_amount - gone, most), NOTHING)
        for line, gone, most in zip(order.lines, before, left, strict=True)
    ]
    if sum(said, NOTHING) > amount:
        said = [NOTHING for _ in said]
    room = [most - part for most, part in zip(left, said, strict=True)]
    reach = min(amount - sum(said, NOTHING), sum(room, NOTHING))
    more = split_by_weight(reach, room) if reach else [NOTHING for _ in room]
    return [part + extra for part, extra in zip(said, more, strict=True)]


def _loose_parts(amount: Decimal, *, postage: Decimal) -> list[RefundPart]:
    """What no line takes: postage first; more than that (or less than nothing) is booked as a fee."""
    of_postage = min(max(amount, NOTHING), postage)
    parts = [
        RefundPart(None, LineKind.SHIPPING, 0, of_postage),
        RefundPart(None, LineKind.FEE, 0, amount - of_postage),
    ]
    return [part for part in parts if part.amount]


def split_over_kit(entry: Entry, parts: Sequence[KitShare]) -> list[tuple[int, Entry]]:
    """(sku id, entry) for each part of a kit: pieces by the kit's list, money by weight x quantity, to the cent."""
    weights = [part.weight * part.quantity for part in parts]
    if not sum(weights, Decimal(0)):
        weights = [Decimal(part.quantity) for part in parts]
    gross, discount = _signed_split(entry.gross, weights), _signed_split(entry.discount, weights)
    return [
        (
            part.sku_id,
            Entry(entry.kind, entry.line_kind, entry.line, entry.quantity * part.quantity, gross[at], discount[at]),
        )
        for at, part in enumerate(parts)
    ]


def _signed_split(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    parts = split_by_weight(abs(amount), weights)
    return [-part for part in parts] if amount < 0 else parts
