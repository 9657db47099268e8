"""The sales ledger and the facts for the rooms below, from saved orders and refunds."""

from collections.abc import Iterator
from decimal import Decimal

from config.kernel.models import ImportBatch
from config.kernel.money import CENT
from config.kernel.sql import fresh
from fulfillment.entries import Entry, sale_entries, split_over_kit, take_back_entry
from fulfillment.importing.goods import GoodsTerms
from fulfillment.importing.order_rows import OrderDraft
from fulfillment.importing.refunds import RefundDraft
from fulfillment.importing.terms import StoreTerms
from fulfillment.layouts.base import LineKind, ParsedAdjustment
from fulfillment.layouts.count import NOTHING
from fulfillment.models import Order, OrderLine, SalesEntry
from membership.services import PurchaseFact, PurchaseFactLine, RefundFact, RefundFactLine


def order_ref(order: Order) -> str:
    """By what name the rooms below know an order."""
    return f"order:{order.number}"


def book_sale(draft: OrderDraft, *, terms: StoreTerms, batch: ImportBatch) -> Iterator[SalesEntry]:
    """The ledger rows of an order that was paid in full; none before that."""
    paid_at, paid_on = draft.row.paid_at, draft.row.paid_on
    if paid_at is None or paid_on is None:
        return
    number = 0
    for entry in sale_entries(draft.parsed, draft.money):
        line = None if entry.line is None else draft.lines[entry.line]
        goods = None if entry.line is None else draft.goods[entry.line]
        for sku_id, unit_cost, part in _by_sku(entry, goods):
            number += 1
            yield fresh(
                SalesEntry,
                source_ref=f"order:{draft.row.number}/{number}",
                store_id=terms.store.pk,
                order_id=draft.row.pk,
                order_line_id=line.pk if line else None,
                customer_id=draft.row.customer_id,
                kind=part.kind,
                line_kind=part.line_kind,
                sku_id=sku_id,
                kit_id=goods.sku_id if goods and goods.parts else None,
                store_date=paid_on,
                occurred_at=paid_at,
                quantity=part.quantity,
                gross_amount=part.gross,
                discount_amount=part.discount,
                shipping_amount=part.shipping,
                cost_amount=_cost(terms.own_cost(unit_cost, rate=draft.rate), part.quantity),
                currency=draft.parsed.currency,
                exchange_rate=draft.rate,
                import_batch_id=batch.pk,
            )


def book_refund(refund: RefundDraft, *, terms: StoreTerms, batch: ImportBatch) -> Iterator[SalesEntry]:
    """The reversing rows of a refund on its own day. What came back into stock is not known: no cost returns."""
    row = refund.row
    if row.refunded_at is None or row.refunded_on is None:
        return
    number = 0
    for taken in refund.parts:
        entry = take_back_entry(taken.kind, units=taken.units, amount=taken.amount)
        if not entry.quantity and not entry.paid:
            continue
        for sku_id, unit_cost, part in _by_sku(entry, taken.goods):
            number += 1
            yield fresh(
                SalesEntry,
                source_ref=f"{row.source_ref}/{number}",
                store_id=terms.store.pk,
                order_id=refund.order.pk if refund.order else None,
                order_line_id=taken.line.pk if taken.line else None,
                customer_id=row.customer_id,
                kind=SalesEntry.Kind.CANCEL_AFTER_PAY if refund.is_before_dispatch else part.kind,
                line_kind=part.line_kind,
                sku_id=sku_id,
                kit_id=taken.goods.sku_id if taken.goods and taken.goods.parts else None,
                store_date=row.refunded_on,
                occurred_at=row.refunded_at,
                quantity=part.quantity,
                gross_amount=part.gross,
                discount_amount=part.discount,
                shipping_amount=part.shipping,
                cost_amount=None if unit_cost is None else NOTHING,
                currency=row.currency,
                exchange_rate=refund.rate,
                import_batch_id=batch.pk,
            )


def book_adjustment(entry: ParsedAdjustment, *, key: str, terms: StoreTerms, batch: ImportBatch) -> SalesEntry:
    """A correction of the books without order."""
    return SalesEntry(
        source_ref=f"adjust:{batch.pk}:{key}",
        store=terms.store,
        kind=SalesEntry.Kind.ADJUSTMENT,
        line_kind=OrderLine.Kind.FEE,
        store_date=entry.booked_on,
        occurred_at=entry.booked_at,
        gross_amount=entry.amount,
        currency=entry.currency,
        exchange_rate=terms.rates.rate(entry.currency, entry.booked_on),
        import_batch=batch,
    )


def purchase_fact(draft: OrderDraft, *, terms: StoreTerms) -> PurchaseFact | None:
    """What membership is told of a paid order; nothing where nothing was paid."""
    row = draft.row
    if row.paid_at is None or row.paid_on is None or not row.paid_amount:
        return None
    bought = [
        (line, goods) for line, goods in zip(draft.lines, draft.goods, strict=True) if line.kind == OrderLine.Kind.GOODS
    ]
    lines = [
        PurchaseFactLine(
            sku_id=goods.sku_id if goods else None,
            quantity=line.quantity,
            net=line.net_amount,
            cost=_cost(line.unit_cost, line.quantity),
        )
        for line, goods in bought
    ]
    costs = [line.cost for line in lines]
    return PurchaseFact(
        source_ref=order_ref(row),
        checkout_ref=order_ref(row),
        customer_id=row.customer_id,
        store_id=row.store_id,
        paid_at=row.paid_at,
        paid_on=row.paid_on,
        currency=row.currency,
        amount=row.paid_amount,
        base_amount=terms.base(row.paid_amount, rate=draft.rate),
        goods_amount=sum((line.net_amount for line, _ in bought), NOTHING),
        cost=sum((cost for cost in costs if cost is not None), NOTHING) if None not in costs else None,
        lines=lines,
    )


def refund_fact(refund: RefundDraft, *, terms: StoreTerms) -> RefundFact | None:
    """What membership is told of a refund; nothing where nothing went back."""
    row = refund.row
    if row.refunded_at is None or row.refunded_on is None or not (row.amount or _units(refund)):
        return None
    return RefundFact(
        source_ref=row.source_ref,
        purchase_ref=order_ref(refund.order)
        if refund.is_linked and refund.order and refund.order.paid_amount
        else None,
        customer_id=row.customer_id,
        store_id=row.store_id,
        refunded_at=row.refunded_at,
        refunded_on=row.refunded_on,
        currency=row.currency,
        amount=row.amount,
        base_amount=terms.base(row.amount, rate=refund.rate),
        lines=[
            RefundFactLine(sku_id=part.goods.sku_id if part.goods else None, quantity=part.units, amount=part.amount)
            for part in refund.parts
            if part.kind is LineKind.GOODS
        ],
    )


def _by_sku(entry: Entry, goods: GoodsTerms | None) -> list[tuple[int | None, Decimal | None, Entry]]:
    """(sku id, cost of a piece, entry): a kit is booked by its parts."""
    if goods is None:
        return [(None, None, entry)]
    if not goods.parts:
        return [(goods.sku_id, goods.unit_cost, entry)]
    costs = {part.sku_id: part.unit_cost for part in goods.parts}
    return [(sku_id, costs[sku_id], part) for sku_id, part in split_over_kit(entry, goods.parts)]


def _cost(unit_cost: Decimal | None, quantity: int) -> Decimal | None:
    return None if unit_cost is None else (unit_cost * quantity).quantize(CENT)


def _units(refund: RefundDraft) -> int:
    return sum(part.units for part in refund.parts)
