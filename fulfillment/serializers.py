"""What the API answers. Money is text, times are ISO-8601, personal data are masked."""

from typing import Any

from rest_framework import serializers

from config.kernel.personal import mask_address, mask_name, mask_phone
from fulfillment.models import Order, OrderLine, Payment, Refund


class OrderLineSerializer(serializers.ModelSerializer[OrderLine]):
    """One line."""

    sku = serializers.CharField(source="sku.code", default=None, allow_null=True)

    class Meta:
        model = OrderLine
        fields = (
            "number",
            "kind",
            "sku",
            "code",
            "title",
            "quantity",
            "list_price",
            "unit_price",
            "shop_discount_amount",
            "platform_discount_amount",
            "net_amount",
            "shipped_quantity",
            "refunded_quantity",
            "refunded_amount",
        )


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    """One payment."""

    class Meta:
        model = Payment
        fields = ("stage", "method", "amount", "currency", "paid_at", "source_ref")


class RefundSerializer(serializers.ModelSerializer[Refund]):
    """One refund."""

    class Meta:
        model = Refund
        fields = ("source_ref", "kind", "state", "amount", "currency", "reason", "refunded_at")


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order in a list."""

    store = serializers.CharField(source="store.code")
    customer = serializers.CharField(source="customer.number", default=None, allow_null=True)
    buyer_name = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            "number",
            "store",
            "external_number",
            "customer",
            "source",
            "is_history",
            "state",
            "payment_state",
            "fulfilment_state",
            "channel_state",
            "currency",
            "goods_amount",
            "shop_discount_amount",
            "platform_discount_amount",
            "shipping_amount",
            "payable_amount",
            "paid_amount",
            "refunded_amount",
            "buyer_name",
            "placed_at",
            "paid_at",
            "dispatch_due_at",
            "shipped_at",
            "closed_at",
            "cancelled_at",
            "source_version",
        )

    def get_buyer_name(self, order: Order) -> str:
        """The first character, then stars."""
        return mask_name(order.buyer_name)


class OrderDetailSerializer(OrderSerializer):
    """An order with its lines, payments and refunds."""

    buyer_phone = serializers.SerializerMethodField()
    buyer_address = serializers.SerializerMethodField()
    lines = OrderLineSerializer(many=True)
    payments = PaymentSerializer(many=True)
    refunds = RefundSerializer(many=True)

    class Meta(OrderSerializer.Meta):
        fields = (
            *OrderSerializer.Meta.fields,
            "buyer_phone",
            "buyer_address",
            "country",
            "province",
            "city",
            "lines",
            "payments",
            "refunds",
        )

    def get_buyer_phone(self, order: Order) -> str:
        """The last four digits."""
        return mask_phone(order.buyer_phone)

    def get_buyer_address(self, order: Order) -> str:
        """As far as a province and a city go."""
        return mask_address(order.buyer_address)


class ParkedSerializer(serializers.Serializer[Any]):
    """What is answered when nobody knows the goods of an order yet."""

    code = serializers.CharField()
    message = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]
    detail = serializers.DictField()


class StockSerializer(serializers.Serializer[Any]):
    """What lies of a SKU in a warehouse, over all lots that are for sale."""

    sku = serializers.CharField(source="sku__code")
    warehouse = serializers.CharField(source="warehouse__code")
    on_hand = serializers.IntegerField(source="pieces")
    reserved = serializers.IntegerField(source="promised")
    available = serializers.IntegerField(source="free")
