"""What the pages of purchase orders show: the list, the lines, what came, and how the order went."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.kernel.models import AuditEntry
from config.kernel.money import format_money
from fulfillment.models import GoodsReceipt, GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine

State = PurchaseOrder.State
WAITS_FOR = ("sending", "arrival", "overdue")
LABEL = PurchaseOrder._meta.label


@dataclass(frozen=True)
class LineRow:
    """A line of an order: what was ordered, what came, what is still to come and what that is worth."""

    line: PurchaseOrderLine
    rest: int
    amount: Decimal

    @property
    def received_amount(self) -> Decimal:
        """What the pieces that came cost."""
        worth: Decimal = self.line.unit_cost * self.line.received_quantity
        return worth

    @property
    def rest_amount(self) -> Decimal:
        """What the pieces still to come cost."""
        worth: Decimal = self.line.unit_cost * self.rest
        return worth

    @property
    def cancelled_amount(self) -> Decimal:
        """What the pieces called off would have cost."""
        worth: Decimal = self.line.unit_cost * self.line.cancelled_quantity
        return worth


@dataclass(frozen=True)
class HistoryRow:
    """What happened to an order, when, by whom and why."""

    at: Any
    who: str
    words: str
    reason: str


def narrowed(orders: QuerySet[PurchaseOrder], chosen: Mapping[str, str]) -> QuerySet[PurchaseOrder]:
    """Purchase orders by what they wait for, state, supplier, warehouse and number or SKU; unknown finds none."""
    today = timezone.localdate()
    waits_for = {
        "": Q(),
        "sending": Q(state__in=PurchaseOrder.TO_SEND),
        "arrival": Q(state__in=PurchaseOrder.ON_THE_WAY),
        "overdue": Q(state__in=PurchaseOrder.ON_THE_WAY, expected_on__lt=today),
    }
    orders = orders.filter(waits_for.get(chosen.get("waits_for", ""), Q(pk__in=[])))
    for name in ("supplier", "warehouse"):
        text = chosen.get(name, "")
        if text:
            orders = orders.filter(**{name: min(int(text), 2**62) if text.isascii() and text.isdecimal() else -1})
    if chosen.get("state"):
        orders = orders.filter(state=chosen["state"])
    words = chosen.get("q", "")
    if words:
        lines = PurchaseOrderLine.objects.filter(order=OuterRef("pk"), sku__code__iexact=words)
        orders = orders.filter(Q(number__icontains=words) | Exists(lines))
    return orders


def line_rows(order: PurchaseOrder) -> list[LineRow]:
    """The lines by SKU; one query."""
    lines = order.lines.select_related("sku__product").order_by("sku__code")
    return [LineRow(line=line, rest=line.open_quantity, amount=line.unit_cost * line.quantity) for line in lines]


def open_lines(order: PurchaseOrder, *, words: str = "") -> QuerySet[PurchaseOrderLine]:
    """The lines of which something is still to come, by SKU."""
    lines = order.lines.filter(received_quantity__lt=F("quantity")).select_related("sku__product").order_by("sku__code")
    if words:
        lines = lines.filter(Q(sku__code__icontains=words) | Q(sku__product__name__icontains=words))
    return lines


def receipts_of(order: PurchaseOrder) -> list[tuple[GoodsReceipt, list[GoodsReceiptLine]]]:
    """What came, the newest first; two queries."""
    receipts = list(order.receipts.select_related("received_by"))
    lines = (
        GoodsReceiptLine.objects.filter(receipt__in=receipts).select_related("order_line__sku", "lot").order_by("pk")
    )
    by_receipt: dict[int, list[GoodsReceiptLine]] = {}
    for line in lines:
        by_receipt.setdefault(line.receipt_id, []).append(line)
    return [(receipt, by_receipt.get(receipt.pk, [])) for receipt in receipts]


def history_of(order: PurchaseOrder) -> list[HistoryRow]:
    """What the audit trail says of the order, the oldest first; one query."""
    entries = (
        AuditEntry.objects.filter(object_type=LABEL, object_id=str(order.pk)).select_related("actor").order_by("pk")
    )
    return [HistoryRow(entry.occurred_at, _who(entry), _words(entry), entry.reason) for entry in entries[:200]]


def _who(entry: AuditEntry) -> str:
    return str(entry.actor) if entry.actor else entry.get_actor_kind_display()


def _words(entry: AuditEntry) -> str:
    if entry.action == "purchase_order.approved":
        lines = int(entry.after.get("lines", 0))
        return ngettext("approved with %(count)d line", "approved with %(count)d lines", lines) % {"count": lines}
    if entry.action == "purchase_order.expected":
        return _("expected on %(day)s instead of %(before)s") % {
            "day": _day(entry.after.get("expected_on")),
            "before": _day(entry.before.get("expected_on")),
        }
    if entry.action == "purchase_order.rest_cancelled":
        return _("%(units)s pieces not come were cancelled, worth %(value)s") % {
            "units": entry.after.get("units"),
            "value": format_money(Decimal(entry.after.get("value", 0)), currency=entry.after.get("currency", "")),
        }
    if entry.action == "purchase_order.moved":
        labels = dict(State.choices)
        before, after = entry.before.get("state", ""), entry.after.get("state", "")
        return f"{labels.get(before, before)} → {labels.get(after, after)}"
    return entry.action


def _day(text: str | None) -> str:
    return date.fromisoformat(text).isoformat() if text else "—"


def totals_of(rows: Sequence[LineRow]) -> dict[str, Any]:
    """Pieces ordered, come, still to come and called off, and what they are worth."""
    return {
        "units": sum(row.line.quantity for row in rows),
        "received": sum(row.line.received_quantity for row in rows),
        "rest": sum(row.rest for row in rows),
        "cancelled": sum(row.line.cancelled_quantity for row in rows),
        "amount": sum((row.amount for row in rows), Decimal(0)),
        "received_amount": sum((row.received_amount for row in rows), Decimal(0)),
        "rest_amount": sum((row.rest_amount for row in rows), Decimal(0)),
        "cancelled_amount": sum((row.cancelled_amount for row in rows), Decimal(0)),
    }
