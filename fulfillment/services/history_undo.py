"""An import of history taken back: reversing rows in the ledger, a refund fact for each purchase, orders set aside.

Nothing is deleted. The orders keep their numbers here but give the channel's number free, so that a corrected file can
be imported. Cancellations under numbers of their own cannot be taken back: what they reversed may be of other files.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from config.kernel.commits import in_small_commits
from config.kernel.errors import DomainError
from config.kernel.models import ImportBatch
from fulfillment.importing.booking import order_ref
from fulfillment.importing.drafting import Source
from fulfillment.importing.saving import mark_days
from fulfillment.importing.terms import StoreTerms, store_terms
from fulfillment.models import Order, OrderEvent, OrderLine, Refund, SalesEntry
from membership.services import RefundFact, RefundFactLine, record_refunds

PAGE = 200
SIGNED = ("quantity", "gross_amount", "discount_amount", "shipping_amount", "tax_amount", "cost_amount")
SAME = (
    "store_id", "order_id", "order_line_id", "customer_id", "kind", "line_kind", "sku_id", "kit_id", "store_date",
    "occurred_at", "currency", "exchange_rate", "import_batch_id",
)  # fmt: skip


def undo_history(source: Source) -> dict[str, int]:
    """Reverse a batch in small transactions; safe to go on with after a break. DomainError when touched since."""
    batch = source.batch
    check_untouched(batch)
    orders = Order.objects.filter(import_batch=batch).exclude(payload_hash="").order_by("pk")

    def reverse(chunk: list[Order]) -> None:
        _reverse_orders(source, chunk)

    count = in_small_commits(_in_pages(orders), reverse, largest=PAGE)
    adjustments = list(SalesEntry.objects.filter(import_batch=batch, kind=SalesEntry.Kind.ADJUSTMENT).order_by("pk"))
    refs = {entry.source_ref for entry in adjustments}
    # Neither the reversing rows nor what an undo that broke off has reversed already.
    open_ones = [
        entry for entry in adjustments if not refs & {f"{entry.source_ref}:undo", entry.source_ref[:-5] + ":undo:"}
    ]
    in_small_commits(open_ones, lambda chunk: _reverse_entries(source, chunk))
    return {"orders": count, "adjustments": len(open_ones)}


def _is_reversed(ref: str, refs: set[str]) -> bool:
    return ref.endswith(":undo") or f"{ref}:undo" in refs


def check_untouched(batch: ImportBatch) -> None:
    """Refuse with words when something of the batch was changed, or changed something of others."""
    orders = Order.objects.filter(import_batch=batch)
    if batch.options.get("live"):
        raise DomainError("import_is_live", _("The orders were taken in live: cancel them one by one."))
    if batch.figures.get("updated"):
        raise DomainError("import_changed_orders", _("The import changed orders that were there before it."))
    if Refund.objects.filter(import_batch=batch).exclude(external_number="").exists():
        raise DomainError("import_has_cancellations", _("The import holds cancellations, which cannot be taken back."))
    foreign = Refund.objects.filter(order__in=orders).exclude(import_batch=batch)
    booked = SalesEntry.objects.filter(order__in=orders).exclude(import_batch=batch)
    moved = OrderEvent.objects.filter(order__in=orders)
    if any(rows.exists() for rows in (foreign, booked, moved, orders.filter(is_history=False))):
        raise DomainError("import_touched", _("Orders of the import were changed since."))


def _in_pages(orders: QuerySet[Order]) -> Iterator[Order]:
    """Orders one by one, without holding a cursor open over the writing between."""
    page = list(orders[:PAGE])
    while page:
        yield from page
        page = list(orders.filter(pk__gt=page[-1].pk)[:PAGE])


def _reverse_orders(source: Source, orders: list[Order]) -> None:
    keys = [order.pk for order in orders]
    _reverse_entries(source, SalesEntry.objects.filter(order_id__in=keys).order_by("pk"))
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
        source_ref=f"{order_ref(order)}:undo",
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
    row = SalesEntry(source_ref=f"{entry.source_ref}:undo")
    for name in SAME:
        setattr(row, name, getattr(entry, name))
    for name in SIGNED:
        value: int | Decimal | None = getattr(entry, name)
        setattr(row, name, None if value is None else -value)
    return row
