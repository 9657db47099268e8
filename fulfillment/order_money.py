"""What each line of an imported order is worth to the buyer, so that the lines add up to what the channel took. Pure.

The channel's amounts are the truth. Everything between the lines and the amount due is discount and is shared out:

    due = sum(line amount - line discount) + postage + surplus - loose discount

`surplus` is what was taken beyond lines and postage, `loose_discount` what no line can carry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from config.kernel.money import split_by_weight
from fulfillment.layouts.base import LineKind, ParsedLine, ParsedOrder, SourceState
from fulfillment.layouts.count import NOTHING

NOT_SETTLED = (SourceState.UNPAID, SourceState.DEPOSIT_PAID)
# Postage bears no discount: a channel that waives it says so in the postage.
BEARING_DISCOUNT = (LineKind.GOODS, LineKind.FEE, LineKind.VOUCHER)


@dataclass(frozen=True, slots=True)
class LineShare:
    """A line's part: all discounts together, the part of them that the platform bears, and what the buyer pays."""

    discount: Decimal
    platform_discount: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """The amounts of one order. `postage` is what no line of its own stands for; `shares` follow the order's lines."""

    due: Decimal
    postage: Decimal
    surplus: Decimal
    loose_discount: Decimal
    platform_discount: Decimal
    shares: tuple[LineShare, ...]

    @property
    def discount(self) -> Decimal:
        """All discounts, the platform's included."""
        return sum((share.discount for share in self.shares), self.loose_discount)


def is_settled(order: ParsedOrder) -> bool:
    """Whether the order was paid in full: it may be refunded since."""
    return bool(order.payments) and order.state not in NOT_SETTLED


def settle_order(order: ParsedOrder) -> OrderMoney:
    """Share out what lies between the lines of the order and what was, or is to be, paid for it."""
    lines_total = sum((line.amount for line in order.lines), NOTHING)
    postage = _loose_postage(order)
    due = order.received_amount if is_settled(order) else _amount_due(order, lines_total=lines_total, postage=postage)
    postage = min(postage, due)
    between = lines_total + postage - due
    if not between and not any(line.discount_amount or line.platform_discount_amount for line in order.lines):
        shares = tuple(LineShare(NOTHING, NOTHING, line.amount) for line in order.lines)
        return OrderMoney(due, postage, NOTHING, NOTHING, NOTHING, shares)
    stated = [_stated_discount(line) for line in order.lines]
    rest = between - sum(stated, NOTHING)
    spread = _spread(
        max(rest, NOTHING), [_bearable(line, said) for line, said in zip(order.lines, stated, strict=True)]
    )
    discounts = [said + more for said, more in zip(stated, spread, strict=True)]
    platform = _platform_parts(order, discounts)
    return OrderMoney(
        due=due,
        postage=postage,
        surplus=max(-rest, NOTHING),
        loose_discount=max(rest, NOTHING) - sum(spread, NOTHING),
        platform_discount=order.platform_discount_amount or sum(platform, NOTHING),
        shares=tuple(
            LineShare(discount, part, line.amount - discount)
            for line, discount, part in zip(order.lines, discounts, platform, strict=True)
        ),
    )


def _loose_postage(order: ParsedOrder) -> Decimal:
    """The order's postage less the lines that stand for it."""
    charged = sum((line.amount for line in order.lines if line.kind is LineKind.SHIPPING), NOTHING)
    return max((order.postage_amount or NOTHING) - charged, NOTHING)


def _amount_due(order: ParsedOrder, *, lines_total: Decimal, postage: Decimal) -> Decimal:
    if order.total_amount is not None:
        return max(order.total_amount - (order.platform_discount_amount or NOTHING), NOTHING)
    if not order.lines and order.goods_amount is not None:
        return order.goods_amount + postage
    discounts = sum((_stated_discount(line) for line in order.lines), NOTHING)
    of_order = (order.shop_discount_amount or NOTHING) + (order.platform_discount_amount or NOTHING)
    return max(lines_total + postage - discounts - of_order, NOTHING)


def _stated_discount(line: ParsedLine) -> Decimal:
    return min(line.discount_amount + line.platform_discount_amount, max(line.amount, NOTHING))


def _bearable(line: ParsedLine, stated: Decimal) -> Decimal:
    return line.amount - stated if line.kind in BEARING_DISCOUNT else NOTHING


def _spread(amount: Decimal, limits: Sequence[Decimal]) -> list[Decimal]:
    """Share an amount out in proportion to the limits, and no further than they reach."""
    reach = min(amount, sum(limits, NOTHING))
    return split_by_weight(reach, limits) if reach else [NOTHING for _ in limits]


def _platform_parts(order: ParsedOrder, discounts: Sequence[Decimal]) -> list[Decimal]:
    """The platform's part of each line's discount: as the file says by line, the rest in proportion."""
    said = [min(line.platform_discount_amount, most) for line, most in zip(order.lines, discounts, strict=True)]
    rest = (order.platform_discount_amount or NOTHING) - sum(said, NOTHING)
    room = [most - part for most, part in zip(discounts, said, strict=True)]
    more = _spread(max(rest, NOTHING), room)
    return [part + extra for part, extra in zip(said, more, strict=True)]
