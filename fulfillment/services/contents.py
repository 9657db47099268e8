"""An order together with what a step needs of it again and again: read once, or handed over by who wrote it."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from fulfillment.models import Order, OrderLine, Reservation
from fulfillment.orders import MOVED
from fulfillment.queries.stock import Goods, goods_of


class Contents:
    """An order that the caller owns, with its lines, their goods and their promises, each read when it is first asked for.

    Good for one transaction. Who changes promises sets `promises` anew; who changes lines makes new contents.
    """

    def __init__(self, order: Order, *, lines: Sequence[OrderLine] | None = None, goods: Goods | None = None) -> None:
        self.order = order
        # Days that were marked as stale in this transaction: one mark of each is enough.
        self.marked_days: set[date] = set()
        if lines is not None:
            self.lines = list(lines)
        if goods is not None:
            self.goods = goods

    @cached_property
    def lines(self) -> list[OrderLine]:
        """All lines, as they are numbered."""
        return list(OrderLine.objects.filter(order=self.order).order_by("number"))

    @property
    def moved(self) -> list[OrderLine]:
        """The lines that are counted, promised and shipped."""
        return [line for line in self.lines if line.kind in MOVED and line.sku_id is not None]

    @cached_property
    def goods(self) -> Goods:
        """Costs and kits of the lines' SKUs."""
        return goods_of({line.sku_id for line in self.lines if line.sku_id})

    @cached_property
    def promises(self) -> list[Reservation]:
        """The promises that the order holds."""
        active = Reservation.objects.filter(order_line__order=self.order, state__in=Reservation.ACTIVE_STATES)
        return list(active.order_by("pk"))
