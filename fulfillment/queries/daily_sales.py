"""What a SKU sold in a store on a day, as the ledger says: the one definition of daily sales."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum

from config.kernel.money import CENT
from fulfillment.models import OrderLine, SalesEntry

SALES_FACT = "daily_sales"
GOODS, GIFT = OrderLine.Kind.GOODS, OrderLine.Kind.GIFT
SALES = (SalesEntry.Kind.SALE, SalesEntry.Kind.EDIT, SalesEntry.Kind.EXCHANGE_OUT)
REVERSALS = (SalesEntry.Kind.REFUND, SalesEntry.Kind.CANCEL_AFTER_PAY, SalesEntry.Kind.EXCHANGE_IN)
NET = F("gross_amount") - F("discount_amount")


class DailyFigures(NamedTuple):
    """Units and money in the store's currency; refunds are positive, the cost is None where one of the rows has none."""

    order_count: int
    units: int
    gift_units: int
    revenue: Decimal
    cost: Decimal | None
    refund_units: int
    refund_amount: Decimal


def figures_by_sku(*, store_code: str | None = None, day: date | None = None) -> Iterator[tuple[Any, DailyFigures]]:
    """((store id, day, SKU id), figures) in the order of the key, of one store or day or of all; one query."""
    entries = SalesEntry.objects.filter(sku__isnull=False)
    if store_code is not None:
        entries = entries.filter(store__code=store_code)
    if day is not None:
        entries = entries.filter(store_date=day)
    for row in _sums(entries).order_by("store_id", "store_date", "sku_id").iterator():
        yield (row["store_id"], row["store_date"], row["sku_id"]), _figures(row)


def _sums(entries: QuerySet[SalesEntry]) -> Any:
    sold, gift = Q(kind__in=SALES, line_kind=GOODS), Q(kind__in=SALES, line_kind=GIFT)
    back = Q(kind__in=REVERSALS, line_kind=GOODS)
    # What an undone import booked and reversed adds up to nothing; left out, it is not counted as orders either.
    return (
        entries.exclude(import_batch__state="undone")
        .values("store_id", "store_date", "sku_id")
        .annotate(
            orders=Count("order_id", filter=sold, distinct=True),
            units=Sum("quantity", filter=sold),
            gift_units=Sum("quantity", filter=gift),
            revenue=Sum(NET, filter=sold | gift),
            cost=Sum("cost_amount", filter=sold | gift),
            uncosted=Count("id", filter=(sold | gift) & Q(cost_amount__isnull=True)),
            back_units=Sum("quantity", filter=back),
            back_amount=Sum(NET, filter=back),
        )
    )


def _figures(row: Mapping[str, Any]) -> DailyFigures:
    return DailyFigures(
        order_count=row["orders"],
        units=row["units"] or 0,
        gift_units=row["gift_units"] or 0,
        revenue=_money(row["revenue"]),
        cost=None if row["uncosted"] else _money(row["cost"]),
        refund_units=-(row["back_units"] or 0),
        refund_amount=-_money(row["back_amount"]),
    )


def _money(amount: Decimal | None) -> Decimal:
    """A sum to the cent: SQLite adds decimals up as floating point numbers."""
    return (amount or Decimal(0)).quantize(CENT)
