"""What was due, paid and given back, and whether it adds up.

    goods = lines - discounts on lines - shop discount
    total = goods + postage
    paid  = total - what the platform pays for the buyer

The channel's figures stand as they are. Where they do not add up, the difference is said and nothing is changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from fulfillment.layouts.base import ParsedLine, SourceState
from fulfillment.layouts.count import NOTHING
from fulfillment.layouts.order_reader import OrderReader

NOT_PAID_IN_FULL = (SourceState.UNPAID, SourceState.DEPOSIT_PAID)


@dataclass(frozen=True, slots=True)
class OrderAmounts:
    """The figures of one order as the file gives them; None where it is silent."""

    goods: Decimal | None = None
    shop_discount: Decimal | None = None
    platform_discount: Decimal | None = None
    postage: Decimal | None = None
    total: Decimal | None = None
    paid: Decimal | None = None
    refunded: Decimal = NOTHING
    deposit: Decimal | None = None
    balance: Decimal | None = None

    @property
    def due_from_buyer(self) -> Decimal | None:
        return None if self.total is None else self.total - (self.platform_discount or NOTHING)

    @property
    def paid_is_after_refund(self) -> bool:
        """Some exports show as paid what was left after refunds; the sums tell which kind this is."""
        paid, due = self.paid or NOTHING, self.due_from_buyer
        if not self.refunded or paid == due:
            return False
        return paid + self.refunded == due or self.refunded > paid


def read_amounts(reader: OrderReader, *, lines: Sequence[ParsedLine]) -> OrderAmounts:
    """The amounts that a file gives for the whole order; None for what it leaves out."""
    refund = reader.amount("refund")
    return OrderAmounts(
        goods=reader.amount("goods_amount"),
        shop_discount=reader.amount("shop_discount"),
        platform_discount=reader.amount("platform_discount"),
        postage=reader.amount("postage"),
        total=reader.amount("total"),
        paid=reader.amount("paid"),
        refunded=sum((line.refunded_amount for line in lines), NOTHING) if refund is None else refund,
        deposit=reader.amount("deposit"),
        balance=reader.amount("balance"),
    )


def completed_amounts(amounts: OrderAmounts, *, lines: Sequence[ParsedLine]) -> OrderAmounts:
    """For files that give lines and leave the sums to the reader: goods and total worked out."""
    goods = amounts.goods
    if goods is None:
        goods = net_of_lines(lines) - (amounts.shop_discount or NOTHING)
    total = goods + (amounts.postage or NOTHING) if amounts.total is None else amounts.total
    return replace(amounts, goods=goods, total=total)


def net_of_lines(lines: Sequence[ParsedLine]) -> Decimal:
    """What the lines are worth after their own discounts."""
    return sum((line.amount - line.discount_amount for line in lines), NOTHING)


def check_amounts(
    reader: OrderReader, amounts: OrderAmounts, *, lines: Sequence[ParsedLine], state: SourceState
) -> None:
    """Warn of every sum that is off, on the first row of the order."""
    if lines and amounts.goods is not None:
        found = net_of_lines(lines) - (amounts.shop_discount or NOTHING)
        _compare(reader, "goods_amount", "lines_do_not_add_up", found=found, stated=amounts.goods)
    if amounts.goods is not None and amounts.total is not None:
        found = amounts.goods + (amounts.postage or NOTHING)
        _compare(reader, "total", "total_does_not_add_up", found=found, stated=amounts.total)
    if state not in NOT_PAID_IN_FULL and amounts.paid is not None:
        _check_paid(reader, amounts, state=state)
    _check_parts(reader, amounts, state=state)


def _check_paid(reader: OrderReader, amounts: OrderAmounts, *, state: SourceState) -> None:
    paid, due = amounts.paid or NOTHING, amounts.due_from_buyer
    if amounts.paid_is_after_refund:
        reader.warn("paid", "paid_after_refund", value=amounts.refunded)
        paid += amounts.refunded
    elif amounts.refunded > paid:
        reader.warn("refund", "refund_exceeds_paid", value=amounts.refunded)
    was_never_paid = state is SourceState.CLOSED and not paid
    if due is not None and not was_never_paid:
        _compare(reader, "paid", "paid_does_not_add_up", found=due, stated=paid)


def _check_parts(reader: OrderReader, amounts: OrderAmounts, *, state: SourceState) -> None:
    if amounts.deposit is None or amounts.paid is None or state is SourceState.UNPAID:
        return
    balance = NOTHING if state is SourceState.DEPOSIT_PAID else amounts.balance or NOTHING
    _compare(reader, "paid", "parts_do_not_add_up", found=amounts.deposit + balance, stated=amounts.paid)


def _compare(reader: OrderReader, name: str, code: str, *, found: Decimal, stated: Decimal) -> None:
    if found != stated:
        reader.warn(name, code, found=found, stated=stated, difference=stated - found)
