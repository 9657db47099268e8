"""Orders, money and the sales ledger: found and read here, moved by actions that call services."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from catalog.scopes import visible_stores
from config.kernel.admin.base import KeptByServices, KeptByServicesInline
from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.personal import mask_address, mask_name, mask_phone
from fulfillment.admin.parked import parked_orders
from fulfillment.models import Order, OrderEvent, OrderLine, Payment, Refund, RefundLine, SalesEntry, ShortLine
from fulfillment.queries.orders import waits_for
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.orders import cancel_order, clear_order, close_order, hold_order

# Personal data are shown masked; in clear they are read on the page that notes the reading.
PERSONAL = ("buyer_id", "buyer_name", "buyer_phone", "buyer_address", "buyer_note")


def within_stores(request: HttpRequest, rows: QuerySet[Any], *, permission: str, store: str = "store") -> QuerySet[Any]:
    """The rows of the stores that the person's roles reach."""
    assert isinstance(request.user, User)
    stores = visible_stores(request.user, permission=permission)
    return rows if stores is None else rows.filter(**{f"{store}__in": stores})


class OrderLineInline(KeptByServicesInline):
    """What was ordered."""

    model = OrderLine
    fields = [
        "number",
        "kind",
        "sku",
        "title",
        "quantity",
        "unit_price",
        "net_amount",
        "shipped_quantity",
        "refunded_quantity",
        "refunded_amount",
    ]
    readonly_fields = fields
    ordering = ["number"]


class PaymentInline(KeptByServicesInline):
    """What was paid."""

    model = Payment
    fields = ["stage", "method", "amount", "currency", "paid_at", "source_ref"]
    readonly_fields = fields


class RefundInline(KeptByServicesInline):
    """What went back."""

    model = Refund
    fields = ["kind", "state", "amount", "reason", "refunded_at", "source_ref"]
    readonly_fields = fields
    fk_name = "order"


class OrderEventInline(KeptByServicesInline):
    """What happened, and who did it."""

    model = OrderEvent
    fields = ["occurred_at", "axis", "from_state", "to_state", "actor", "reason"]
    readonly_fields = fields


class WaitsFor(admin.SimpleListFilter):
    """Orders that somebody has to do something about."""

    title = _("waits for")
    parameter_name = "waits_for"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("dispatch", _("dispatch")),
            ("late", _("dispatch, late")),
            ("soon", _("dispatch within six hours")),
            ("payment", _("payment")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        waiting = waits_for(self.value() or "", now=timezone.now())
        return queryset if waiting is None else queryset.filter(waiting)


@admin.register(Order)
class OrderAdmin(KeptByServices):
    """Orders with lines, money and history."""

    list_display = [
        "number",
        "store",
        "external_number",
        "state",
        "payment_state",
        "fulfilment_state",
        "recipient",
        "payable_amount",
        "currency",
        "placed_at",
        "dispatch_due_at",
    ]
    list_filter = [WaitsFor, "state", "payment_state", "fulfilment_state", "store", "is_history", "source"]
    list_select_related = ["store"]
    search_fields = ["^number", "^external_number"]
    search_help_text = _("Number or the channel's number, or its beginning")
    exclude = [*PERSONAL, "payload_hash"]
    readonly_fields = ["recipient", "masked_phone", "masked_address"]
    inlines = [OrderLineInline, PaymentInline, RefundInline, OrderEventInline]
    actions = ["ship", "hold", "clear", "cancel", "close"]

    def get_urls(self) -> list[URLPattern]:
        """The page of parked orders stands beside the list."""
        view = self.admin_site.admin_view(parked_orders)
        return [path("parked/", view, name="fulfillment_order_parked"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return within_stores(request, super().get_queryset(request), permission="fulfillment.view_order")

    def has_move_permission(self, request: HttpRequest) -> bool:
        """Who may change orders may move them."""
        return bool(request.user.has_perm("fulfillment.change_order"))

    @admin.display(description=_("recipient"))
    def recipient(self, order: Order) -> str:
        return mask_name(order.buyer_name)

    @admin.display(description=_("phone"))
    def masked_phone(self, order: Order) -> str:
        return mask_phone(order.buyer_phone)

    @admin.display(description=_("address"))
    def masked_address(self, order: Order) -> str:
        return mask_address(order.buyer_address)

    def _move_each(self, request: HttpRequest, orders: QuerySet[Order], move: Callable[[Order], object]) -> None:
        """Move the chosen orders one by one; what is refused is said with its reason."""
        moved = 0
        for order in orders:
            try:
                move(order)
                moved += 1
            except DomainError as error:
                self.message_user(request, f"{order.number}: {error.message}", messages.ERROR)
        if moved:
            words = ngettext("%(count)s order done.", "%(count)s orders done.", moved) % {"count": moved}
            self.message_user(request, words, messages.SUCCESS)

    @admin.action(description=_("Ship what is left"), permissions=["move"])
    def ship(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        now = timezone.now()
        self._move_each(request, queryset, lambda order: ship_lines(order, key=f"{now:%y%m%d%H%M%S}", shipped_at=now))

    @admin.action(description=_("Hold for a check"), permissions=["move"])
    def hold(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._move_each(request, queryset, lambda order: hold_order(order, reason=gettext("held by hand")))

    @admin.action(description=_("Let go on after the check"), permissions=["move"])
    def clear(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._move_each(request, queryset, lambda order: clear_order(order, reason=gettext("checked by hand")))

    @admin.action(description=_("Cancel and pay back"), permissions=["move"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._move_each(request, queryset, lambda order: cancel_order(order, reason=gettext("cancelled by hand")))

    @admin.action(description=_("Close"), permissions=["move"])
    def close(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self._move_each(request, queryset, close_order)


class RefundLineInline(KeptByServicesInline):
    """What a refund takes back."""

    model = RefundLine
    fields = ["order_line", "sku", "kind", "quantity", "amount", "is_restocked"]
    readonly_fields = fields


@admin.register(Refund)
class RefundAdmin(KeptByServices):
    """Money that went back."""

    list_display = ["order", "store", "kind", "state", "amount", "currency", "refunded_at", "source_ref"]
    list_filter = ["state", "kind", "store"]
    list_select_related = ["store", "order"]
    search_fields = ["^source_ref", "^order__number", "^order__external_number"]
    exclude = ["payload_hash"]
    inlines = [RefundLineInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return within_stores(request, super().get_queryset(request), permission="fulfillment.view_refund")


@admin.register(Payment)
class PaymentAdmin(KeptByServices):
    """Money that came in."""

    list_display = ["order", "stage", "method", "amount", "currency", "paid_at", "source_ref"]
    list_filter = ["stage", "currency"]
    list_select_related = ["order"]
    search_fields = ["^source_ref", "^order__number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        rows = super().get_queryset(request)
        return within_stores(request, rows, permission="fulfillment.view_payment", store="order__store")


@admin.register(ShortLine)
class ShortLineAdmin(KeptByServices):
    """What was sold and nobody has."""

    list_display = ["sku", "quantity", "order", "warehouse", "state", "created_at", "ended_at"]
    list_filter = ["state", "warehouse"]
    list_select_related = ["sku", "order_line__order", "warehouse"]
    search_fields = ["^sku__code", "^order_line__order__number"]

    @admin.display(description=_("order"), ordering="order_line__order__number")
    def order(self, short: ShortLine) -> str:
        return short.order_line.order.number

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShortLine]:
        rows = super().get_queryset(request)
        return within_stores(request, rows, permission="fulfillment.view_shortline", store="order_line__order__store")


@admin.register(SalesEntry)
class SalesEntryAdmin(KeptByServices):
    """The one sales ledger."""

    list_display = [
        "store_date",
        "store",
        "kind",
        "sku",
        "quantity",
        "gross_amount",
        "discount_amount",
        "shipping_amount",
        "cost_amount",
        "currency",
        "source_ref",
    ]
    list_filter = ["kind", "line_kind", "store", "store_date"]
    list_select_related = ["store", "sku"]
    search_fields = ["^source_ref", "^sku__code", "^order__number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SalesEntry]:
        return within_stores(request, super().get_queryset(request), permission="fulfillment.view_salesentry")
