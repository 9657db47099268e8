"""The earlier lines that a chunk's cancellations may take back."""

from collections.abc import Iterable

from django.db.models import Q

from catalog.models import Store
from fulfillment.importing.goods import StoreGoods
from fulfillment.importing.refunds import goods_key, open_line
from fulfillment.layouts.base import Layout, ParsedCancellation
from fulfillment.models import Order, OrderLine
from fulfillment.take_back import Goods, OpenLines

ORDER_COLUMNS = ("number", "placed_at", "store_id", "customer_id", "paid_amount", "refunded_amount", "exchange_rate")
LINE_COLUMNS = ("number", "kind", "sku_id", "code", "quantity", "unit_price", "net_amount", "unit_cost")
TAKEN_COLUMNS = ("refunded_quantity", "refunded_amount")


def load_open_lines(
    store: Store, wanted: Iterable[tuple[ParsedCancellation, int]], *, goods: StoreGoods, layout: Layout
) -> OpenLines:
    """Lines in the tables that could match, in the order of sale; `wanted` pairs each cancellation with its customer.

    One query. Lines of the same chunk are added as they are met.
    """
    keys = set()
    for cancellation, customer_id in wanted:
        for line in cancellation.lines:
            meant = goods.of(line.sku_code) if layout.names_sku(line) else None
            keys.add(goods_key(customer_id, line, meant))
    lines = OpenLines()
    lines.watch(keys)
    if not keys:
        return lines
    orders: dict[int, Order] = {}
    for row in _candidates(store, keys):
        order = orders.setdefault(row.order_id, row.order)
        row.order = order
        lines.add(Goods(order.customer_id or 0, row.kind, row.sku_id or row.code), open_line(row, order))
    return lines


def _candidates(store: Store, keys: set[Goods]) -> Iterable[OrderLine]:
    customers = {key.customer_id for key in keys}
    skus = {key.what for key in keys if isinstance(key.what, int)}
    codes = {key.what for key in keys if not isinstance(key.what, int)}
    rows = OrderLine.objects.filter(
        Q(sku_id__in=skus) | Q(sku_id__isnull=True, code__in=codes),
        order__store=store,
        order__customer_id__in=customers,
        order__paid_at__isnull=False,
    ).exclude(order__state=Order.State.CANCELLED)
    columns = (*LINE_COLUMNS, *TAKEN_COLUMNS, "order_id", *(f"order__{name}" for name in ORDER_COLUMNS))
    return rows.select_related("order").only(*columns).order_by("order__placed_at", "order_id", "number").iterator()
