"""Limits that several suggestions share: the budget, and a supplier's minimum."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class BuyLine:
    """A suggested purchase. `margin` is per unit, `shortage_risk` the chance (0-1) of running out
    without it.

    `days_to_next_order` says when the SKU would be ordered anyway, `max_extra` how many units more
    may be taken along now.
    """

    key: str
    quantity: int
    unit_cost: Decimal
    margin: Decimal = Decimal(0)
    shortage_risk: float = 0.0
    moq: int = 1
    pack: int = 1
    days_to_next_order: float = 0.0
    max_extra: int = 0


@dataclass(frozen=True, slots=True)
class BuyShare:
    """What a line gets, and why it is not what it asked for."""

    key: str
    quantity: int
    reason: Literal["whole", "cut_to_budget", "no_budget", "topped_up"]


def share_open_to_buy(lines: Sequence[BuyLine], *, budget: Decimal) -> tuple[BuyShare, ...]:
    """Spend `budget` where margin x shortage risk per unit of money is highest, whole packs only.

    The shares come back in the order of `lines`. A line that its minimum lot does not fit gets
    none, with the reason, and leaves the money to the next. Raises ValueError for a negative
    budget.
    """
    if budget < 0:
        raise ValueError("budget must not be negative")
    left, shares = budget, dict[str, BuyShare]()
    for line in sorted(lines, key=_urgency):
        quantity = _affordable(line, left)
        left -= quantity * line.unit_cost
        shares[line.key] = BuyShare(line.key, quantity, _why(line, quantity))
    return tuple(shares[line.key] for line in lines)


def fill_supplier_minimum(lines: Sequence[BuyLine], *, minimum_value: Decimal) -> tuple[BuyShare, ...]:
    """Raise an order to a supplier's minimum value with the SKUs that are due next (joint
    replenishment).

    Packs are added one by one, nearest order date first, each line by at most `max_extra` units.
    The order stays as it was when even that does not reach the minimum: the caller then decides to
    wait or to pay.
    """
    wanted = {line.key: line.quantity for line in lines}
    value = sum((line.quantity * line.unit_cost for line in lines), Decimal(0))
    for line in sorted(lines, key=lambda line: (line.days_to_next_order, line.key)):
        while value < minimum_value and wanted[line.key] + line.pack <= line.quantity + line.max_extra:
            wanted[line.key] += line.pack
            value += line.pack * line.unit_cost
    if value < minimum_value:
        wanted = {line.key: line.quantity for line in lines}
    return tuple(
        BuyShare(
            line.key,
            wanted[line.key],
            "whole" if wanted[line.key] == line.quantity else "topped_up",
        )
        for line in lines
    )


def _urgency(line: BuyLine) -> tuple[float, str]:
    if line.unit_cost <= 0:
        return (float("-inf"), line.key)
    return (-float(line.margin) * line.shortage_risk / float(line.unit_cost), line.key)


def _affordable(line: BuyLine, left: Decimal) -> int:
    if line.quantity * line.unit_cost <= left:
        return line.quantity
    packs = int(left / line.unit_cost) // line.pack
    quantity = packs * line.pack
    return quantity if quantity >= line.moq else 0


def _why(line: BuyLine, quantity: int) -> Literal["whole", "cut_to_budget", "no_budget"]:
    if quantity == line.quantity:
        return "whole"
    return "cut_to_budget" if quantity else "no_budget"
