"""An import of history taken back: reversing rows in the ledger, a refund fact for each purchase, orders set aside.

Nothing is deleted. Orders and cancellations keep their rows here but give the channel's number free, so that a corrected
file can be imported. What a cancellation took off orders of other files is put back on them.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.utils.translation import gettext as _

from config.kernel.commits import in_small_commits
from config.kernel.errors import DomainError
from config.kernel.models import ImportBatch
from fulfillment.importing.booking import order_ref
from fulfillment.importing.drafting import Source
from fulfillment.importing.saving import mark_days
from fulfillment.importing.terms import StoreTerms, store_terms
from fulfillment.models import Order, OrderEvent, OrderLine, Refund, RefundLine, SalesEntry
from fulfillment.orders import MOVED
from membership.models import PurchaseRefund
from membership.services import RefundFact, RefundFactLine, record_refunds, withdraw_refunds

M = TypeVar("M", bound=Model)
PAGE = 200
UNDO = ":undo"
SIGNED = ("quantity", "gross_amount", "discount_amount", "shipping_amount", "tax_amount", "cost_amount")
SAME = (
    "store_id", "order_id", "order_line_id", "customer_id", "kind", "line_kind", "sku_id", "kit_id", "store_date",
    "occurred_at", "currency", "exchange_rate", "import_batch_id",
)  # fmt: skip


def undo_history(source: Source) -> dict[str, int]:
    """Reverse a batch in small transactions; safe to go on with after a break. DomainError when touched since."""
    batch = source.batch
    check_untouched(batch)
    cancellations = _undo_refunds(source)
    orders = Order.objects.filter(import_batch=batch).exclude(payload_hash="").order_by("pk")

    def reverse(chunk: list[Order]) -> None:
        _reverse_orders(source, chunk)

    count = in_small_commits(_in_pages(orders), reverse, largest=PAGE)
    adjustments = list(SalesEntry.objects.filter(import_batch=batch, kind=SalesEntry.Kind.ADJUSTMENT).order_by("pk"))
    refs = {entry.source_ref for entry in adjustments}
    # Neither the reversing rows nor what an undo that broke off has reversed already.
    open_ones = [entry for entry in adjustments if not _is_reversed(entry.source_ref, refs)]
    in_small_commits(open_ones, lambda chunk: _reverse_entries(source, chunk))
    return {"orders": count, "adjustments": len(open_ones), "cancellations": cancellations}


def _is_reversed(ref: str, refs: set[str]) -> bool:
    return ref.endswith(UNDO) or f"{ref}{UNDO}" in refs


def check_untouched(batch: ImportBatch) -> None:
    """Refuse with words when something of the batch was changed, or changed something of others."""
    orders = Order.objects.filter(import_batch=batch)
    if batch.options.get("live"):
        raise DomainError("import_is_live", _("The orders were taken in live: cancel them one by one."))
    if batch.figures.get("updated"):
        raise DomainError("import_changed_orders", _("The import changed orders that were there before it."))
    if Refund.objects.filter(import_batch=batch, order__is_history=False).exists():
        raise DomainError("import_has_cancellations", _("The import cancelled goods of orders that are handled here."))
    others = ~Q(import_batch=batch) & ~Q(import_batch__state=ImportBatch.State.UNDONE) | Q(import_batch__isnull=True)
    foreign = Refund.objects.filter(others, order__in=orders)
    booked = SalesEntry.objects.filter(others, order__in=orders)
    moved = OrderEvent.objects.filter(order__in=orders)
    if any(rows.exists() for rows in (foreign, booked, moved, orders.filter(is_history=False))):
        raise DomainError("import_touched", _("Orders of the import were changed since."))


def _in_pages(rows: QuerySet[M]) -> Iterator[M]:
    """Rows one by one, without holding a cursor open over the writing between."""
    page = list(rows[:PAGE])
    while page:
        yield from page
        page = list(rows.filter(pk__gt=page[-1].pk)[:PAGE])


def _undo_refunds(source: Source) -> int:
    """Take back what the batch gave back outside its own orders; those are reversed as a whole. Safe to repeat."""
    batch = source.batch
    succeeded = Refund.objects.filter(import_batch=batch, state=Refund.State.SUCCEEDED).order_by("pk")
    loose = ~Q(order__import_batch=batch) | Q(order__isnull=True)
    count = in_small_commits(
        _in_pages(succeeded.filter(loose).select_related("order")),
        lambda chunk: _reverse_refunds(source, chunk),
        largest=PAGE,
    )

    def withdraw(chunk: list[Refund]) -> None:
        refs = [refund.source_ref for refund in chunk]
        # More than was paid for an order went back without a purchase: no fact of the order's undoing covers that.
        facts = PurchaseRefund.objects.filter(source_ref__in=refs, purchase__isnull=True)
        withdraw_refunds(list(facts.values_list("source_ref", flat=True)))
        _give_numbers_free(chunk, batch=batch)

    in_small_commits(_in_pages(succeeded), withdraw, largest=PAGE)
    return count


def _reverse_refunds(source: Source, refunds: list[Refund]) -> None:
    """Reverse cancellations that stand on orders of other files, or on none, and put back what they took."""
    _reverse_entries(source, _entries_of(source, refunds))
    withdraw_refunds([refund.source_ref for refund in refunds])
    _put_back(refunds)
    for refund in refunds:
        refund.state, refund.reason = Refund.State.FAILED, f"import:{source.batch.pk}{UNDO}"
    Refund.objects.bulk_update(refunds, ["state", "reason"])
    _give_numbers_free(refunds, batch=source.batch)
    mark_days(source.store, {refund.order.placed_on for refund in refunds if refund.order})


def _entries_of(source: Source, refunds: Iterable[Refund]) -> list[SalesEntry]:
    """The ledger rows of refunds: found by their days, which have an index, and told apart by their reference."""
    refs = {refund.source_ref for refund in refunds}
    days = {refund.refunded_on for refund in refunds if refund.refunded_on}
    booked = SalesEntry.objects.filter(store=source.store, store_date__in=days).exclude(source_ref__endswith=UNDO)
    own = [entry for entry in booked if entry.import_batch_id == source.batch.pk]
    return [entry for entry in own if entry.source_ref.rpartition("/")[0] in refs]


def _put_back(refunds: Iterable[Refund]) -> None:
    """Put back on lines and orders what refunds took off them."""
    taken = RefundLine.objects.filter(refund__in=refunds).order_by("pk")
    for line_id, quantity, amount in taken.values_list("order_line_id", "quantity", "amount"):
        if line_id is not None:
            OrderLine.objects.filter(pk=line_id).update(
                refunded_quantity=F("refunded_quantity") - quantity, refunded_amount=F("refunded_amount") - amount
            )
    # Refund lines do not count the pieces of fees and postage: those are whole again when their money is.
    charges = OrderLine.objects.filter(refund_lines__refund__in=refunds, refunded_amount=0).exclude(kind__in=MOVED)
    OrderLine.objects.filter(pk__in=list(charges.values_list("pk", flat=True))).update(refunded_quantity=0)
    for refund in refunds:
        if refund.order_id is not None:
            Order.objects.filter(pk=refund.order_id).update(refunded_amount=F("refunded_amount") - refund.amount)


def _give_numbers_free(refunds: Iterable[Refund], *, batch: ImportBatch) -> None:
    """A cancellation that was set aside is not found by its number any more."""
    tail = f"~{batch.pk}"
    named = [one for one in refunds if one.external_number and not one.external_number.endswith(tail)]
    for refund in named:
        refund.external_number += tail
    Refund.objects.bulk_update(named, ["external_number"])


def _reverse_orders(source: Source, orders: list[Order]) -> None:
    keys = [order.pk for order in orders]
    # Asked for the import as well, SQLite would read all of its rows for every chunk.
    booked = SalesEntry.objects.filter(order_id__in=keys).order_by("pk")
    _reverse_entries(source, [entry for entry in booked if entry.import_batch_id == source.batch.pk])
    lines = OrderLine.objects.filter(order_id__in=keys, kind=OrderLine.Kind.GOODS).order_by("order_id", "number")
    bought: dict[int, list[OrderLine]] = {key: [] for key in keys}
    for line in lines:
        bought[line.order_id].append(line)
    terms = store_terms(source.store, currencies=(), days=())
    facts = [_refund(order, bought[order.pk], terms=terms) for order in orders if order.paid_at and order.paid_amount]
    record_refunds(facts)
    for order in orders:
        ended = order.closed_at or order.cancelled_at or order.placed_at
        order.state, order.closed_at, order.cancelled_at = Order.State.CANCELLED, None, ended
        order.external_number = f"{order.external_number}~{source.batch.pk}"
        order.payload_hash = ""
    Order.objects.bulk_update(orders, ["state", "closed_at", "cancelled_at", "external_number", "payload_hash"])
    mark_days(source.store, {order.placed_on for order in orders})


def _refund(order: Order, lines: list[OrderLine], *, terms: StoreTerms) -> RefundFact:
    """What is left of the purchase goes back, so that it counts nowhere."""
    if order.paid_at is None or order.paid_on is None:
        raise ValueError("only paid orders were reported")
    amount = order.paid_amount - order.refunded_amount
    return RefundFact(
        source_ref=f"{order_ref(order)}{UNDO}",
        purchase_ref=order_ref(order),
        customer_id=order.customer_id,
        store_id=order.store_id,
        refunded_at=order.paid_at,
        refunded_on=order.paid_on,
        currency=order.currency,
        amount=amount,
        base_amount=terms.base(amount, rate=order.exchange_rate),
        lines=[
            RefundFactLine(
                sku_id=line.sku_id,
                quantity=line.quantity - line.refunded_quantity,
                amount=line.net_amount - line.refunded_amount,
            )
            for line in lines
        ],
    )


def _reverse_entries(source: Source, entries: Iterable[SalesEntry]) -> None:
    rows = list(entries)
    SalesEntry.objects.bulk_create(_reversed(entry) for entry in rows)
    mark_days(source.store, {entry.store_date for entry in rows})


def _reversed(entry: SalesEntry) -> SalesEntry:
    row = SalesEntry(source_ref=f"{entry.source_ref}{UNDO}")
    for name in SAME:
        setattr(row, name, getattr(entry, name))
    for name in SIGNED:
        value: int | Decimal | None = getattr(entry, name)
        setattr(row, name, None if value is None else -value)
    return row
