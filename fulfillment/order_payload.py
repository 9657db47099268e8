"""The order as a program posts it: checked, and turned into what the services take."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from config.kernel.api_moments import MomentField
from config.kernel.errors import InvalidInput
from config.kernel.money import round_money
from fulfillment.models import OrderLine, Payment
from fulfillment.orders import NOTHING, BuyerInput, LineInput, OrderInput, PaymentInput

LINE_KINDS = [OrderLine.Kind.GOODS, OrderLine.Kind.GIFT, OrderLine.Kind.FEE, OrderLine.Kind.VOUCHER]


def _money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal(0), **options)


class BuyerPayload(serializers.Serializer[Any]):
    """The buyer; masked values are welcome and are never used to find the customer."""

    id = serializers.CharField(required=False, allow_blank=True, max_length=200)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    phone = serializers.CharField(required=False, allow_blank=True, max_length=60)
    email = serializers.CharField(required=False, allow_blank=True, max_length=200)
    address = serializers.CharField(required=False, allow_blank=True, max_length=500)
    country = serializers.CharField(required=False, allow_blank=True, max_length=60)
    province = serializers.CharField(required=False, allow_blank=True, max_length=40)
    city = serializers.CharField(required=False, allow_blank=True, max_length=60)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class LinePayload(serializers.Serializer[Any]):
    """One line; `sku` is the store's own code of the goods."""

    sku = serializers.CharField(max_length=120)
    title = serializers.CharField(required=False, allow_blank=True, max_length=300)
    kind = serializers.ChoiceField(choices=[kind.value for kind in LINE_KINDS], default=OrderLine.Kind.GOODS.value)
    quantity = serializers.IntegerField(min_value=1, max_value=1_000_000)
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=Decimal(0))
    list_price = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=Decimal(0), required=False)
    shop_discount = _money(default=NOTHING)
    platform_discount = _money(default=NOTHING)


class PaymentPayload(serializers.Serializer[Any]):
    """One payment; `reference` is the provider's token."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    paid_at = MomentField()
    reference = serializers.CharField(max_length=100)
    method = serializers.CharField(required=False, allow_blank=True, max_length=40)
    stage = serializers.ChoiceField(choices=Payment.Stage.values, default=Payment.Stage.FULL.value)


class OrderPayload(serializers.Serializer[Any]):
    """One order of a store. `source_version` rises whenever the channel changes the order."""

    store = serializers.CharField(max_length=40)
    external_number = serializers.CharField(max_length=120)
    source_version = serializers.IntegerField(default=0, min_value=0, max_value=2**63 - 1)
    placed_at = MomentField()
    channel_state = serializers.CharField(required=False, allow_blank=True, max_length=80)
    is_presale = serializers.BooleanField(default=False)
    is_cancelled = serializers.BooleanField(default=False)
    shipping = _money(default=NOTHING)
    shop_discount = _money(default=NOTHING)
    platform_discount = _money(default=NOTHING)
    currency = serializers.CharField(required=False, max_length=3, help_text=gettext_lazy("The store's currency."))
    buyer = BuyerPayload(required=False)
    lines = LinePayload(many=True, allow_empty=False)
    payments = PaymentPayload(many=True, required=False)


def checked_payload(payload: Mapping[str, Any], *, currency: str) -> dict[str, Any]:
    """The payload with its values read; InvalidInput "invalid" with a sentence for each field that is wrong."""
    form = OrderPayload(data=payload)
    if not form.is_valid():
        raise InvalidInput("invalid", _("Some fields are not right."), fields=_sentences(form.errors))
    data: dict[str, Any] = dict(form.validated_data)
    if data.get("currency", currency) != currency:
        words = _("The store sells in %(currency)s.") % {"currency": currency}
        raise InvalidInput("invalid", words, fields={"currency": [words]})
    return data


def _sentences(errors: Any, path: str = "") -> dict[str, list[str]]:
    if not isinstance(errors, Mapping):
        return {path: [str(word) for word in errors]}
    pairs = [(f"{path}.{name}" if path else str(name), value) for name, value in errors.items()]
    return {name: words for where, value in pairs for name, words in _sentences(value, where).items()}


def goods_codes(data: Mapping[str, Any]) -> dict[str, str]:
    """Code -> title of every line that names goods."""
    return {line["sku"]: line.get("title", "") for line in data["lines"] if line["kind"] in ("goods", "gift")}


def order_input(data: Mapping[str, Any], *, skus: Mapping[str, int], currency: str) -> OrderInput:
    """The order for the services; `skus` maps the store's codes to SKUs."""
    return OrderInput(
        external_number=data["external_number"],
        placed_at=data["placed_at"],
        lines=tuple(_line(line, skus=skus) for line in data["lines"]),
        shipping=round_money(data["shipping"], currency=currency),
        order_shop_discount=data["shop_discount"],
        order_platform_discount=data["platform_discount"],
        buyer=BuyerInput(**data.get("buyer", {})),
        payments=tuple(_payment(one, data) for one in data.get("payments", [])),
        is_presale=data["is_presale"],
        is_cancelled=data["is_cancelled"],
        source_version=data["source_version"],
        channel_state=data.get("channel_state", ""),
    )


def _line(line: Mapping[str, Any], *, skus: Mapping[str, int]) -> LineInput:
    return LineInput(
        sku_id=skus.get(line["sku"]),
        quantity=line["quantity"],
        unit_price=line["unit_price"],
        code=line["sku"],
        title=line.get("title", ""),
        kind=line["kind"],
        list_price=line.get("list_price"),
        shop_discount=line["shop_discount"],
        platform_discount=line["platform_discount"],
    )


def _payment(one: Mapping[str, Any], data: Mapping[str, Any]) -> PaymentInput:
    return PaymentInput(
        amount=one["amount"],
        paid_at=one["paid_at"],
        # A provider's token is unique within the store that names it.
        source_ref=f"{data['store']}:{one['reference']}",
        method=one.get("method", ""),
        stage=one["stage"],
    )
