"""An order as it comes in, and how its amounts are shared out to its lines. Pure.

payable = goods - shop discount - platform discount + postage
goods = sum(quantity x unit price);  net of a line = its goods - its discounts - its share of the order's discounts
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from config.kernel.money import round_money, split_by_weight

NOTHING = Decimal("0.00")
GOODS, GIFT = "goods", "gift"
# What is counted, promised and shipped.
MOVED = (GOODS, GIFT)


@dataclass(frozen=True, slots=True)
class LineInput:
    """One line: `unit_price` before the discounts that are named beside it."""

    sku_id: int | None
    quantity: int
    unit_price: Decimal
    code: str = ""
    title: str = ""
    kind: str = GOODS
    list_price: Decimal | None = None
    shop_discount: Decimal = NOTHING
    platform_discount: Decimal = NOTHING
    listing_id: int | None = None


@dataclass(frozen=True, slots=True)
class BuyerInput:
    """The buyer as the channel tells, masked or not."""

    id: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    country: str = ""
    province: str = ""
    city: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaymentInput:
    """Money that came in, in the order's currency; `source_ref` is the provider's token and names the payment once."""

    amount: Decimal
    paid_at: datetime
    source_ref: str
    method: str = ""
    stage: str = "full"


@dataclass(frozen=True, slots=True)
class OrderInput:
    """A whole order. The discounts of the order are those that no line carries."""

    external_number: str
    placed_at: datetime
    lines: tuple[LineInput, ...]
    shipping: Decimal = NOTHING
    order_shop_discount: Decimal = NOTHING
    order_platform_discount: Decimal = NOTHING
    buyer: BuyerInput = field(default_factory=BuyerInput)
    payments: tuple[PaymentInput, ...] = ()
    is_presale: bool = False
    is_cancelled: bool = False
    source_version: int = 0
    channel_state: str = ""
    payment_method: str = ""


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """What a line is worth: before and after its own and its share of the order's discounts."""

    gross: Decimal
    shop_discount: Decimal
    platform_discount: Decimal

    @property
    def net(self) -> Decimal:
        """What the buyer pays for the line."""
        return self.gross - self.shop_discount - self.platform_discount


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """What an order is worth; `lines` follow the order's lines."""

    lines: tuple[LineAmounts, ...]
    shipping: Decimal

    @property
    def goods(self) -> Decimal:
        """All lines before discounts."""
        return sum((line.gross for line in self.lines), NOTHING)

    @property
    def shop_discount(self) -> Decimal:
        """What the shop gives away."""
        return sum((line.shop_discount for line in self.lines), NOTHING)

    @property
    def platform_discount(self) -> Decimal:
        """What the platform pays for."""
        return sum((line.platform_discount for line in self.lines), NOTHING)

    @property
    def payable(self) -> Decimal:
        """What the buyer pays."""
        return sum((line.net for line in self.lines), NOTHING) + self.shipping


def amounts_of(order: OrderInput, *, currency: str) -> OrderAmounts:
    """Share the order's discounts out in proportion to what the lines cost after their own.

    Raises ValueError when the discounts are more than the goods are worth.
    """
    gross = [round_money(line.unit_price * line.quantity, currency=currency) for line in order.lines]
    shop = [line.shop_discount for line in order.lines]
    platform = [line.platform_discount for line in order.lines]
    shop = _add_shares(order.order_shop_discount, to=shop, room=_room(gross, shop, platform))
    platform = _add_shares(order.order_platform_discount, to=platform, room=_room(gross, shop, platform))
    if any(left < 0 for left in _room(gross, shop, platform)):
        raise ValueError("the discounts are more than the goods are worth")
    lines = tuple(LineAmounts(*one) for one in zip(gross, shop, platform, strict=True))
    return OrderAmounts(lines, order.shipping)


def _room(gross: Sequence[Decimal], shop: Sequence[Decimal], platform: Sequence[Decimal]) -> list[Decimal]:
    return [one - first - second for one, first, second in zip(gross, shop, platform, strict=True)]


def _add_shares(amount: Decimal, *, to: Sequence[Decimal], room: Sequence[Decimal]) -> list[Decimal]:
    if not amount:
        return list(to)
    if amount > sum(room, NOTHING) or any(left < 0 for left in room):
        raise ValueError("the discounts are more than the goods are worth")
    shares = split_by_weight(amount, room)
    return [own + share for own, share in zip(to, shares, strict=True)]


# Which parts of an order a newer version from the channel may change, and until when. "" stands for always.
UNTIL_SHIPPED, ALWAYS = "unshipped", ""
ALLOWED_CHANGES = {
    "channel_state": ALWAYS,
    "buyer_note": ALWAYS,
    "payments": ALWAYS,
    "cancellation": UNTIL_SHIPPED,
    "address": UNTIL_SHIPPED,
}


def refused_changes(changed: Sequence[str], *, state: str, fulfilment_state: str) -> list[str]:
    """Those of the changed parts that a newer version may not change now; lines and amounts it may never change."""
    is_over = state in ("closed", "cancelled")
    return [
        part
        for part in changed
        if part not in ALLOWED_CHANGES
        or (ALLOWED_CHANGES[part] == UNTIL_SHIPPED and (is_over or fulfilment_state != UNTIL_SHIPPED))
    ]
