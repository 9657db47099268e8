"""Saves a drafted chunk: orders, ledger, facts for the rooms below, and which days became stale."""

from collections.abc import Iterable, Sequence
from datetime import date

from catalog.models import Store
from config.kernel.models import ImportBatch
from config.kernel.sql import insert_many
from config.kernel.stale import mark_many_stale
from fulfillment.importing.booking import book_adjustment, book_refund, book_sale, purchase_fact, refund_fact
from fulfillment.importing.drafting import Chunk
from fulfillment.importing.order_rows import OrderDraft, draft_payments
from fulfillment.importing.refunds import RefundDraft, draft_refund_lines
from fulfillment.importing.terms import StoreTerms
from fulfillment.models import Order, OrderLine, SalesEntry
from membership.services import record_purchases, record_refunds

FACTS = ("daily_sales", "demand", "store_day")


def save_chunk(chunk: Chunk, *, batch: ImportBatch) -> None:
    """Save everything in the caller's transaction, parents before children."""
    insert_many([draft.row for draft in chunk.orders], needs_keys=True)
    insert_many(_lines(chunk.orders), needs_keys=True)
    insert_many([payment for draft in chunk.orders for payment in draft_payments(draft)])
    _save_touched(chunk.touched.values())
    _save_refunds(chunk.refunds)
    entries = [entry for draft in chunk.orders for entry in book_sale(draft, terms=chunk.terms, batch=batch)]
    entries += booked_refunds(chunk.refunds, terms=chunk.terms, batch=batch)
    entries += [book_adjustment(entry, key=key, terms=chunk.terms, batch=batch) for key, entry in chunk.adjustments]
    insert_many(entries)
    report_down(chunk.orders, chunk.refunds, terms=chunk.terms)
    days = {entry.store_date for entry in entries} | {draft.row.placed_on for draft in chunk.orders}
    days |= {line.order.placed_on for line in chunk.touched.values()}
    mark_days(chunk.terms.store, days)


def booked_refunds(refunds: Sequence[RefundDraft], *, terms: StoreTerms, batch: ImportBatch) -> list[SalesEntry]:
    """The ledger rows of refunds."""
    return [entry for refund in refunds for entry in book_refund(refund, terms=terms, batch=batch)]


def report_down(orders: Sequence[OrderDraft], refunds: Sequence[RefundDraft], *, terms: StoreTerms) -> None:
    """Tell membership what was bought and what went back."""
    purchases = [purchase_fact(draft, terms=terms) for draft in orders]
    record_purchases([fact for fact in purchases if fact])
    returned = [refund_fact(refund, terms=terms) for refund in refunds]
    record_refunds([fact for fact in returned if fact])


def mark_days(store: Store, days: Iterable[date]) -> None:
    """Every figure of these days has to be built again."""
    mark_many_stale(*FACTS, store_code=store.code, days=days)


def _lines(orders: Sequence[OrderDraft]) -> list[OrderLine]:
    for draft in orders:
        for line in draft.lines:
            line.order_id = draft.row.pk
    return [line for draft in orders for line in draft.lines]


def _save_touched(lines: Iterable[OrderLine]) -> None:
    rows = list(lines)
    if not rows:
        return
    OrderLine.objects.bulk_update(rows, ["refunded_quantity", "refunded_amount"], batch_size=200)
    orders = {row.order_id: row.order for row in rows}
    Order.objects.bulk_update(orders.values(), ["refunded_amount"], batch_size=200)


def _save_refunds(refunds: Sequence[RefundDraft]) -> None:
    for refund in refunds:
        refund.row.order = refund.order
    insert_many([refund.row for refund in refunds], needs_keys=True)
    insert_many([line for refund in refunds for line in draft_refund_lines(refund)])
