"""An order of the past that a later file tells differently: what may still change, and what stays.

While nothing is booked, everything may change, the lines included. From the sale on, states, remarks and refunds go on;
the paid amount and the lines stay. A file that is behind the books changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from config.kernel.importing.problems import RowIssue
from fulfillment.importing.booking import book_sale
from fulfillment.importing.drafting import Source, customers_of, learn_goods, terms_for
from fulfillment.importing.messages import note
from fulfillment.importing.order_rows import OrderDraft, draft_lines, draft_payments, fill_order
from fulfillment.importing.progress import MOVED, standing, version_of, was_sent
from fulfillment.importing.refunds import RefundDraft, draft_refund_lines, order_refunds
from fulfillment.importing.saving import booked_refunds, mark_days, report_down
from fulfillment.importing.terms import StoreTerms
from fulfillment.layouts.base import ParsedOrder, ParsedUnit
from fulfillment.layouts.count import NOTHING
from fulfillment.models import Order, OrderEvent, OrderLine, Payment, Refund, RefundLine, SalesEntry
from fulfillment.order_money import is_settled, settle_order

MONEY_COLUMNS = (
    "goods_amount", "shop_discount_amount", "platform_discount_amount", "shipping_amount", "payable_amount",
    "paid_amount", "commission_amount", "receivable_amount", "paid_at", "paid_on", "exchange_rate", "payment_state",
)  # fmt: skip
STEPS = {
    Order.State.NEW: 0,
    Order.State.CONFIRMED: 1,
    Order.State.CLOSED: 2,
    Order.State.CANCELLED: 2,
    Order.FulfilmentState.UNSHIPPED: 0,
    Order.FulfilmentState.NOTHING: 0,
    Order.FulfilmentState.PART_SHIPPED: 1,
    Order.FulfilmentState.SHIPPED: 2,
}
AXES = (
    (OrderEvent.Axis.STATE, "state"),
    (OrderEvent.Axis.PAYMENT, "payment_state"),
    (OrderEvent.Axis.FULFILMENT, "fulfilment_state"),
)


def change_orders(source: Source, units: Sequence[ParsedUnit]) -> tuple[int, list[RowIssue]]:
    """Bring booked orders up to what the file says; (how many changed, what was not taken over)."""
    orders = [unit.order for unit in units if unit.order]
    if not orders:
        return 0, []
    learn_goods(source, orders)
    customers = customers_of(source.store, orders)
    terms = terms_for(source.store, orders, ())
    numbers = [order.external_number for order in orders]
    rows = Order.objects.filter(store=source.store, external_number__in=numbers).select_related("store__channel")
    known = {row.external_number: row for row in rows}
    changed, issues = 0, []
    for unit, order in zip(units, orders, strict=True):
        row = known[order.external_number]
        refused = _refusal(row, order)
        if refused:
            issues.append(note(unit, refused))
            continue
        if row.customer_id is None and row.paid_at is None:
            row.customer_id = customers[order.external_number]
        issues += _Change(source, terms, row, unit).apply()
        changed += 1
    return changed, issues


def _refusal(row: Order, order: ParsedOrder) -> str:
    if not row.is_history:
        return "order_is_live"
    stands = standing(order)
    goes_back = (
        version_of(order) < row.source_version
        or STEPS[Order.State(stands.state)] < STEPS[Order.State(row.state)]
        or _step(stands.fulfilment_state) < _step(row.fulfilment_state)
        or (row.paid_at is not None and not is_settled(order))
        or order.refunded_amount < _own_refunds(row)
    )
    return "order_is_older" if goes_back else ""


def _step(fulfilment_state: str) -> int:
    return STEPS[Order.FulfilmentState(fulfilment_state)]


def _own_refunds(row: Order) -> Decimal:
    """What went back by the order's own rows; cancellations under other numbers are another document's."""
    total: Decimal | None = _refunds_of(row).aggregate(all=Sum("amount"))["all"]
    return total or NOTHING


def _refunds_of(row: Order) -> QuerySet[Refund]:
    """By reference, for what went back beyond the paid amount is linked to no order."""
    return Refund.objects.filter(source_ref__startswith=f"order:{row.number}/refund/")


class _Change:
    """One order that goes on."""

    def __init__(self, source: Source, terms: StoreTerms, row: Order, unit: ParsedUnit) -> None:
        if unit.order is None:
            raise ValueError("only orders change")
        self.source = source
        self.terms = terms
        self.row = row
        self.unit = unit
        self.order = unit.order
        self.issues: list[RowIssue] = []

    def apply(self) -> list[RowIssue]:
        """Write what may change; returns what was not taken over."""
        before = {name: getattr(self.row, name) for _, name in AXES}
        was_booked = self.row.paid_at is not None
        already = _own_refunds(self.row)
        draft = self._draft(was_booked=was_booked)
        self.row.save()
        if not was_booked:
            self._replace_lines(draft)
            self._add_payments(draft)
        elif was_sent(self.order):
            moved = self.row.lines.filter(kind__in=[kind.value for kind in MOVED])
            moved.update(shipped_quantity=F("quantity"))
        self._book(draft, was_booked=was_booked, already=already)
        self._note_moves(before)
        return self.issues

    def _draft(self, *, was_booked: bool) -> OrderDraft:
        """The order with its rows; booked amounts are put back where the file tells others."""
        lines = list(self.row.lines.order_by("number"))
        order = self.order
        if was_booked and not _same_lines(lines, order):
            self.issues.append(note(self.unit, "lines_kept"))
            order, lines = replace(order, lines=()), []
        kept = {name: getattr(self.row, name) for name in MONEY_COLUMNS}
        refunded = self.row.refunded_amount
        rate = self.terms.rates.rate(order.currency, order.placed_on)
        money = settle_order(order)
        fill_order(self.row, order, money=money, terms=self.terms, rate=self.row.exchange_rate or rate)
        if was_booked:
            if self.row.paid_amount != kept["paid_amount"]:
                words = {"stated": self.row.paid_amount, "kept": kept["paid_amount"]}
                self.issues.append(note(self.unit, "paid_amount_kept", **words))
            for name, value in kept.items():
                setattr(self.row, name, value)
            self.row.refunded_amount = min(max(refunded, order.refunded_amount), self.row.paid_amount)
        names_sku = self.source.layout.names_sku
        goods = [self.source.goods.of(line.sku_code) if names_sku(line) else None for line in order.lines]
        return OrderDraft(order, money, self.row, self.row.exchange_rate or rate, lines, goods)

    def _replace_lines(self, draft: OrderDraft) -> None:
        self.row.lines.all().delete()
        draft.lines = draft_lines(draft, terms=self.terms)
        OrderLine.objects.bulk_create(draft.lines)

    def _add_payments(self, draft: OrderDraft) -> None:
        taken = self.row.payments.count()
        Payment.objects.bulk_create(draft_payments(draft)[taken:])

    def _book(self, draft: OrderDraft, *, was_booked: bool, already: Decimal) -> None:
        entries = [] if was_booked else list(book_sale(draft, terms=self.terms, batch=self.source.batch))
        refunds = self._refunds(draft, already=already)
        entries += booked_refunds(refunds, terms=self.terms, batch=self.source.batch)
        SalesEntry.objects.bulk_create(entries)
        report_down([] if was_booked else [draft], refunds, terms=self.terms)
        mark_days(self.source.store, {entry.store_date for entry in entries} | {self.row.placed_on})

    def _refunds(self, draft: OrderDraft, *, already: Decimal) -> list[RefundDraft]:
        more = self.order.refunded_amount - already
        if not is_settled(self.order) or more <= 0:
            return []
        number = _refunds_of(self.row).count() + 1
        refunds = order_refunds(
            draft, terms=self.terms, batch=self.source.batch, amount=more, already=already, number=number
        )
        for refund in refunds:
            refund.row.order = refund.order
        Refund.objects.bulk_create([refund.row for refund in refunds])
        RefundLine.objects.bulk_create([line for refund in refunds for line in draft_refund_lines(refund)])
        OrderLine.objects.bulk_update(draft.lines, ["refunded_quantity", "refunded_amount"])
        return refunds

    def _note_moves(self, before: dict[str, str]) -> None:
        OrderEvent.objects.bulk_create(
            OrderEvent(
                order=self.row,
                axis=axis,
                from_state=before[name],
                to_state=getattr(self.row, name),
                reason=f"import:{self.source.batch.pk}",
                occurred_at=self.order.completed_at or self.order.shipped_at or self.order.placed_at,
            )
            for axis, name in AXES
            if before[name] != getattr(self.row, name)
        )


def _same_lines(rows: Sequence[OrderLine], order: ParsedOrder) -> bool:
    booked = [(row.kind, row.code, row.quantity, row.unit_price) for row in rows]
    return booked == [(line.kind.value, line.sku_code, line.quantity, line.unit_price) for line in order.lines]
