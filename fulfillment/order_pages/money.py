"""What an order is worth, step by step, so that every cent between the lines and the money kept has a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fulfillment.models import Order, OrderLine

NOTHING = Decimal(0)


@dataclass(frozen=True)
class LineMoney:
    """A line with its amounts in the order's currency: gross - discounts + rounding = net."""

    line: OrderLine

    @property
    def gross(self) -> Decimal:
        """Quantity x unit price, unrounded."""
        worth: Decimal = self.line.unit_price * self.line.quantity
        return worth

    @property
    def discount(self) -> Decimal:
        """The shop's and the platform's discount together."""
        together: Decimal = self.line.shop_discount_amount + self.line.platform_discount_amount
        return together

    @property
    def rounding(self) -> Decimal:
        """What the line's amount differs from gross - discounts; unit prices have four decimals, amounts two."""
        rest: Decimal = self.line.net_amount - (self.gross - self.discount)
        return rest


@dataclass(frozen=True)
class Money:
    """The amounts of an order in its currency. Two sums hold by the way they are made.

    gross - discount + rounding + postage_apart + unassigned = payable; paid - refunded = kept.
    """

    gross: Decimal
    discount: Decimal
    rounding: Decimal
    net: Decimal
    postage_apart: Decimal
    unassigned: Decimal
    payable: Decimal
    paid: Decimal
    refunded: Decimal

    @property
    def due(self) -> Decimal:
        """What is still to be paid; below zero where more came than was asked."""
        return self.payable - self.paid

    @property
    def kept(self) -> Decimal:
        """What was paid and not given back."""
        return self.paid - self.refunded


def money_of(order: Order, rows: Sequence[LineMoney]) -> Money:
    """Add up the lines and name what lies between them and the amount payable.

    Postage counts apart only as far as no line of its own stands for it; what is left then is carried by no line.
    """
    net = sum((row.line.net_amount for row in rows), NOTHING)
    on_lines = sum((row.line.net_amount for row in rows if row.line.kind == OrderLine.Kind.SHIPPING), NOTHING)
    between = order.payable_amount - net
    postage = max(min(order.shipping_amount - on_lines, order.shipping_amount), NOTHING) if between else NOTHING
    return Money(
        gross=sum((row.gross for row in rows), NOTHING),
        discount=sum((row.discount for row in rows), NOTHING),
        rounding=sum((row.rounding for row in rows), NOTHING),
        net=net,
        postage_apart=postage,
        unassigned=between - postage,
        payable=order.payable_amount,
        paid=order.paid_amount,
        refunded=order.refunded_amount,
    )
