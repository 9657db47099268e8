"""`/api/v1/orders/` and `/api/v1/stock/`: channels post orders, programs read orders and stock."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from config.kernel.api import NewestFirstPagination, error_body
from config.kernel.api_moments import MomentRangeFilter
from config.kernel.errors import InvalidInput, NotFound
from config.kernel.idempotency import once
from config.kernel.models import User
from config.kernel.scopes import scope_codes
from fulfillment.models import Order, StockBalance
from fulfillment.order_payload import OrderPayload
from fulfillment.queries.orders import reachable_store, visible_orders
from fulfillment.queries.stock import stock_by_sku_and_warehouse
from fulfillment.serializers import OrderDetailSerializer, OrderSerializer, ParkedSerializer, StockSerializer
from fulfillment.services.inbox import Answer, receive_order
from fulfillment.services.intake import CREATED

KEY_WORDS = (
    "Names this write, so that it is carried out once however often it is sent: at most 120 printable characters."
)


class OrderFilter(django_filters.FilterSet):
    """The fixed list of filters."""

    store = django_filters.CharFilter(field_name="store__code")
    placed_at = MomentRangeFilter()
    placed_on = django_filters.DateFromToRangeFilter()
    customer = django_filters.CharFilter(field_name="customer__number")

    class Meta:
        model = Order
        fields = ["state", "payment_state", "fulfilment_state", "external_number", "source", "is_history"]


class OrderViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Order]):
    """Orders within the caller's stores; a store out of sight does not exist."""

    queryset = Order.objects.none()
    lookup_field = "number"
    lookup_value_regex = "[A-Z0-9]+"
    filterset_class = OrderFilter

    def get_queryset(self) -> QuerySet[Order]:
        """What the caller's roles reach."""
        user = self.request.user
        if not isinstance(user, User):
            return Order.objects.none()
        orders = visible_orders(user)
        return orders if self.action == "list" else orders.prefetch_related("lines__sku", "payments", "refunds")

    def get_serializer_class(self) -> Any:
        """Lists are short, a single order brings its lines and money."""
        return OrderSerializer if self.action == "list" else OrderDetailSerializer

    @extend_schema(
        parameters=[OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description=KEY_WORDS)],
        request=OrderPayload,
        responses={201: OrderDetailSerializer, 200: OrderDetailSerializer, 202: ParkedSerializer},
    )
    def create(self, request: Request) -> Response:
        """Take in an order that was sold on a channel: 201 new, 200 known or changed, 202 parked for unknown goods."""
        return once(request, lambda: self._take_in(request))

    def _take_in(self, request: Request) -> Response:
        assert isinstance(request.user, User)
        if not isinstance(request.data, dict):
            raise InvalidInput("invalid", _("An order is a JSON object."))
        code, number = request.data.get("store"), request.data.get("external_number")
        missing = {
            name: [_("Required.")] for name, value in (("store", code), ("external_number", number)) if not value
        }
        if missing:
            raise InvalidInput("invalid", _("Some fields are not right."), fields=missing)
        store = reachable_store(request.user, code=str(code), permission="fulfillment.add_order")
        if store is None:
            raise NotFound("store_not_found", _("There is no such store."), fields={"store": [_("Not known.")]})
        return self._answer(receive_order(store, payload=request.data))

    def _answer(self, answer: Answer) -> Response:
        if answer.taken is None:
            body = error_body("order_parked", answer.message.error_message)
            body["detail"] = {"codes": list(answer.unknown_codes)}
            return Response(body, status=status.HTTP_202_ACCEPTED)
        body = OrderDetailSerializer(answer.taken.order, context=self.get_serializer_context()).data
        is_new = answer.taken.outcome == CREATED
        return Response(
            {**body, "outcome": answer.taken.outcome},
            status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK,
        )


class StockPagination(NewestFirstPagination):
    """Keyset pages by SKU and warehouse."""

    ordering = ("sku_id", "warehouse_id")
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500


class StockFilter(django_filters.FilterSet):
    """The fixed list of filters."""

    sku = django_filters.CharFilter(field_name="sku__code")
    warehouse = django_filters.CharFilter(field_name="warehouse__code")

    class Meta:
        model = StockBalance
        fields: list[str] = []


class StockViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[StockBalance]):
    """Stock by SKU and warehouse, within the caller's warehouses."""

    queryset = StockBalance.objects.none()
    serializer_class = StockSerializer
    filterset_class = StockFilter
    pagination_class = StockPagination

    def get_queryset(self) -> Any:
        """What the caller's roles reach."""
        user = self.request.user
        if not isinstance(user, User):
            return StockBalance.objects.none()
        names = ("sku_id", "warehouse_id", "sku__code", "warehouse__code", "pieces", "promised", "free")
        rows: Any = stock_by_sku_and_warehouse().values(*names)
        codes = scope_codes(user, permission="fulfillment.view_stockbalance", kind="warehouse")
        return rows if codes is None else rows.filter(warehouse__code__in=codes)
