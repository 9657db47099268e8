"""Books the sale and the take-back of a live order, and tells the rooms below."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from config.kernel.money import CENT
from config.kernel.rates import rate_on
from config.kernel.sql import insert_many
from config.kernel.stale import mark_many_stale
from fulfillment.entries import SALE, Entry, KitShare, split_over_kit, take_back_entry
from fulfillment.importing.booking import order_ref
from fulfillment.importing.terms import StoreTerms, store_terms
from fulfillment.layouts.base import LineKind
from fulfillment.models import Order, OrderLine, Refund, SalesEntry
from fulfillment.orders import NOTHING
from fulfillment.queries.stock import kit_shares
from fulfillment.services.contents import Contents
from membership.services import (
    PurchaseFact,
    PurchaseFactLine,
    RefundFact,
    RefundFactLine,
    record_purchases,
    record_refunds,
)

Kits = Mapping[int, Sequence[KitShare]]
FACTS = ("daily_sales", "demand", "store_day", "sales")


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a refund takes back of a line, None for postage; `returned` of the pieces are, or stayed, in stock."""

    line: OrderLine | None
    quantity: int
    amount: Decimal
    returned: int = 0


def terms_of(order: Order, *, moments: Sequence[datetime]) -> StoreTerms:
    """The store's terms on the days of some moments."""
    return store_terms(order.store, currencies=[order.currency], days=[moment.date() for moment in moments])


def mark_order_stale(order: Order, *, days: Iterable[date | None]) -> None:
    """Figures of these days have to be built again."""
    mark_many_stale(*FACTS, store_code=order.store.code, days=[day for day in days if day is not None])


def is_booked(order: Order) -> bool:
    """Whether the sale stands in the ledger."""
    return SalesEntry.objects.filter(order=order, kind=SalesEntry.Kind.SALE).exists()


def book_sale(order: Order) -> None:
    """Write the ledger rows of a paid order on the day it was paid, and report the purchase."""
    if order.paid_at is not None and not is_booked(order):
        book_new_sale(Contents(order))


def book_new_sale(contents: Contents) -> None:
    """`book_sale` for an order that was settled in this transaction: nobody can have booked it before."""
    order, lines = contents.order, contents.lines
    assert order.paid_at is not None
    assert order.paid_on is not None
    entries: list[tuple[OrderLine | None, Entry]] = [(line, _sale(line)) for line in lines]
    if order.shipping_amount:
        entries.append((None, Entry(SALE, LineKind.SHIPPING, shipping=order.shipping_amount)))
    rows = _rows(
        order,
        entries,
        source=f"order:{order.number}",
        at=order.paid_at,
        day=order.paid_on,
        rate=order.exchange_rate,
        kits=contents.goods.kits,
    )
    insert_many(rows)
    _report_purchase(order, lines)
    mark_order_stale(order, days={order.paid_on, order.placed_on} - contents.marked_days)


def _sale(line: OrderLine) -> Entry:
    discount = line.shop_discount_amount + line.platform_discount_amount
    quantity = line.quantity if line.kind in (LineKind.GOODS, LineKind.GIFT) else 0
    return Entry(SALE, line.kind, None, quantity, gross=line.net_amount + discount, discount=discount)


def _rows(
    order: Order,
    entries: Sequence[tuple[OrderLine | None, Entry]],
    *,
    source: str, at: datetime, day: date, rate: Decimal | None, kits: Kits, costs: Sequence[int] | None = None,
) -> list[SalesEntry]:  # fmt: skip
    """Ledger rows, kits by their parts. `costs` says of how many pieces each entry moves the cost."""
    counted = [entry.quantity for _, entry in entries] if costs is None else costs
    split = [
        (line, part, sku_id, count * (part.quantity // entry.quantity if entry.quantity else 0), unit_cost)
        for (line, entry), count in zip(entries, counted, strict=True)
        for sku_id, part, unit_cost in _by_sku(line, entry, kits)
    ]
    return [
        SalesEntry(
            source_ref=f"{source}/{number}",
            store_id=order.store_id,
            order=order,
            order_line=line,
            customer_id=order.customer_id,
            kind=part.kind,
            line_kind=part.line_kind,
            sku_id=sku_id,
            kit_id=line.sku_id if line and line.sku_id in kits else None,
            store_date=day,
            occurred_at=at,
            quantity=part.quantity,
            gross_amount=part.gross,
            discount_amount=part.discount,
            shipping_amount=part.shipping,
            cost_amount=None if unit_cost is None else (unit_cost * count).quantize(CENT),
            currency=order.currency,
            exchange_rate=rate,
        )
        for number, (line, part, sku_id, count, unit_cost) in enumerate(split, start=1)
    ]


def _by_sku(line: OrderLine | None, entry: Entry, kits: Kits) -> list[tuple[int | None, Entry, Decimal | None]]:
    """(SKU, entry, cost of a piece in the order's currency); the kit's cost copied at intake is shared like its parts'."""
    if line is None:
        return [(None, entry, None)]
    parts = kits.get(line.sku_id or 0)
    if not parts:
        return [(line.sku_id, entry, line.unit_cost)]
    whole = sum(((part.unit_cost or NOTHING) * part.quantity for part in parts), NOTHING)
    costs = {
        part.sku_id: None if line.unit_cost is None or not whole else line.unit_cost * (part.unit_cost or 0) / whole
        for part in parts
    }
    return [(sku_id, part, costs[sku_id]) for sku_id, part in split_over_kit(entry, parts)]


def _report_purchase(order: Order, lines: Sequence[OrderLine]) -> None:
    assert order.paid_at is not None
    assert order.paid_on is not None
    if not order.payable_amount:
        return
    bought = [line for line in lines if line.kind == OrderLine.Kind.GOODS]
    facts = [
        PurchaseFactLine(
            sku_id=line.sku_id, quantity=line.quantity, net=line.net_amount, cost=_cost(line.unit_cost, line.quantity)
        )
        for line in bought
    ]
    costs = [fact.cost for fact in facts]
    terms = terms_of(order, moments=[order.paid_at])
    fact = PurchaseFact(
        source_ref=order_ref(order),
        checkout_ref=order_ref(order),
        customer_id=order.customer_id,
        store_id=order.store_id,
        paid_at=order.paid_at,
        paid_on=order.paid_on,
        currency=order.currency,
        amount=order.payable_amount,
        base_amount=terms.base(order.payable_amount, rate=order.exchange_rate),
        goods_amount=sum((line.net_amount for line in bought), NOTHING),
        cost=None if None in costs else sum((cost for cost in costs if cost is not None), NOTHING),
        lines=facts,
    )
    record_purchases([fact])


def _cost(unit_cost: Decimal | None, quantity: int) -> Decimal | None:
    return None if unit_cost is None else (unit_cost * quantity).quantize(CENT)


def book_take_back(order: Order, refund: Refund, *, taken: Sequence[TakenBack], is_before_dispatch: bool) -> None:
    """Write the reversing rows of a refund on its own day, and report it; nothing for a sale that was never booked."""
    assert refund.refunded_at is not None
    assert refund.refunded_on is not None
    if not is_booked(order):
        return
    pairs = [(one, take_back_entry(_kind(one), units=one.quantity, amount=one.amount)) for one in taken]
    entries = [(one.line, entry) for one, entry in pairs]
    rows = _rows(
        order,
        entries,
        source=refund.source_ref,
        at=refund.refunded_at,
        day=refund.refunded_on,
        rate=_rate_of(order, refund),
        kits=kit_shares({line.sku_id for line, _entry in entries if line and line.sku_id}),
        costs=[-one.returned for one in taken],
    )
    if is_before_dispatch:
        for row in rows:
            row.kind = SalesEntry.Kind.CANCEL_AFTER_PAY
    SalesEntry.objects.bulk_create(rows)
    _report_refund(order, refund, taken)
    mark_order_stale(order, days=[refund.refunded_on, order.placed_on])


def _kind(one: TakenBack) -> LineKind:
    return LineKind(one.line.kind) if one.line else LineKind.SHIPPING


def _rate_of(order: Order, refund: Refund) -> Decimal | None:
    assert refund.refunded_on is not None
    return rate_on(order.currency, refund.refunded_on)


def _report_refund(order: Order, refund: Refund, taken: Sequence[TakenBack]) -> None:
    assert refund.refunded_at is not None
    assert refund.refunded_on is not None
    terms = terms_of(order, moments=[refund.refunded_at])
    # What was paid beyond the order's amount was no purchase: it goes back without a word here.
    amount = sum((one.amount for one in taken), NOTHING)
    fact = RefundFact(
        source_ref=refund.source_ref,
        purchase_ref=order_ref(order),
        customer_id=order.customer_id,
        store_id=order.store_id,
        refunded_at=refund.refunded_at,
        refunded_on=refund.refunded_on,
        currency=order.currency,
        amount=amount,
        base_amount=terms.base(amount, rate=_rate_of(order, refund)),
        lines=[
            RefundFactLine(sku_id=one.line.sku_id, quantity=one.quantity, amount=one.amount)
            for one in taken
            if one.line and one.line.kind == OrderLine.Kind.GOODS
        ],
    )
    record_refunds([fact])
