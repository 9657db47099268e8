"""What the sales board adds to store days: products and hours of the day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Sum, TextField, Value, When, Window
from django.db.models.functions import Cast, ExtractHour, Mod, RowNumber, Substr

from analytics.periods import Period
from analytics.queries.figures import CurrencyGroup
from analytics.queries.purchases import all_purchases
from catalog.models import DailySales, Store
from config.kernel.money import round_money
from config.kernel.store_time import zone_of

SHOWN = 10
HOURS = range(24)


@dataclass(frozen=True)
class SoldProduct:
    """A SKU with its net sales (after discounts, before refunds) and units in both periods, in the store's currency."""

    sku_id: int
    code: str
    name: str
    english_name: str
    currency: str
    now: Decimal
    before: Decimal
    units: int
    # Its place among those that sold most, rose most and fell most, from 1.
    top: int
    risen: int
    fallen: int

    @property
    def change(self) -> Decimal:
        """How much more or less than before."""
        return self.now - self.before


def sold_products(stores: Sequence[Store], *, now: Period, before: Period | None) -> list[SoldProduct]:
    """The SKUs that sold, rose or fell most, apart by currency; one query."""
    span = Q(day__range=(now.first, now.last))
    earlier = Q(day__range=(before.first, before.last)) if before else Q(pk__in=[])
    sales = DailySales.objects.filter(span | earlier, store__in=[store.pk for store in stores])
    sums: Any = sales.values(
        "sku_id",
        "sku__code",
        "sku__product__name",
        "sku__product__english_name",
        "sku__option_values",
        "store__currency",
    ).annotate(
        now=Sum("revenue", filter=span, default=Decimal(0)),
        before=Sum("revenue", filter=earlier, default=Decimal(0)),
        units_now=Sum("units", filter=span, default=0),
    )
    change = F("now") - F("before")
    orders = {"top": F("now").desc(), "risen": change.desc(), "fallen": change.asc()}
    places = {
        name: Window(RowNumber(), partition_by=[F("store__currency")], order_by=[order, F("sku__code").asc()])
        for name, order in orders.items()
    }
    ranked = sums.annotate(**places).filter(Q(top__lte=SHOWN) | Q(risen__lte=SHOWN) | Q(fallen__lte=SHOWN))
    return [_product(row) for row in ranked.order_by("store__currency", "top")]


def _product(row: dict[str, Any]) -> SoldProduct:
    return SoldProduct(
        sku_id=row["sku_id"],
        code=row["sku__code"],
        name=row["sku__product__name"],
        english_name=row["sku__product__english_name"],
        currency=row["store__currency"],
        now=round_money(Decimal(row["now"])),
        before=round_money(Decimal(row["before"])),
        units=row["units_now"],
        top=row["top"],
        risen=row["risen"],
        fallen=row["fallen"],
    )


@dataclass(frozen=True)
class Hour:
    """Orders paid and the amounts paid within an hour of the stores' own clocks."""

    orders: int = 0
    amount: Decimal = Decimal(0)


def local_hour(stores: Sequence[Store], field: str, *, within: Sequence[Period] = ()) -> Case:
    """The hour of a moment on the clock of the row's store; `within` are the store days that the rows lie in.

    Where a zone keeps one offset of whole hours over these days, the hour is read off the stored moment: SQLite else calls
    a Python function for every row, which took half of a board's time over a year of a busy shop.
    """
    zones = sorted({store.time_zone for store in stores})
    by_zone = [
        When(store__in=[store.pk for store in stores if store.time_zone == zone], then=_hour(zone, field, within))
        for zone in zones
    ]
    return Case(*by_zone, default=Value(None), output_field=IntegerField())


def _hour(zone: str, field: str, within: Sequence[Period]) -> Any:
    offset = steady_offset(zone, within)
    if offset is None:
        return ExtractHour(field, tzinfo=zone_of(zone))
    # Moments are text in UTC, "2026-11-11 04:30:00", on SQLite, and are cast to that on PostgreSQL.
    utc_hour = Cast(Substr(Cast(field, TextField()), 12, 2), IntegerField())
    return Mod(utc_hour + Value(offset % 24), Value(24))


def steady_offset(zone: str, within: Sequence[Period]) -> int | None:
    """The hours that a zone is ahead of UTC on all of these days; None where they are not whole or change."""
    moments = [
        datetime.combine(day, time(hour), tzinfo=zone_of(zone))
        for period in within
        for day in days_between(period.first - timedelta(days=1), period.last + timedelta(days=1))
        for hour in (0, 12)
    ]
    offsets = {moment.utcoffset() for moment in moments}
    if len(offsets) != 1:
        return None
    hours, rest = divmod(offsets.pop() or timedelta(0), timedelta(hours=1))
    return None if rest else hours


def days_between(first: date, last: date) -> Iterator[date]:
    """Every day of [first, last]."""
    return (first + timedelta(days=place) for place in range((last - first).days + 1))


def hours_of(group: CurrencyGroup, *, now: Period, before: Period | None) -> dict[str, list[Hour]]:
    """The 24 hours of the day over each of both periods, by the moment of payment; one query.

    Amounts are in the group's currency; a purchase without a base amount is missing in a converted group.
    """
    spans = {"now": Q(paid_on__range=(now.first, now.last))}
    if before is not None:
        spans["before"] = Q(paid_on__range=(before.first, before.last))
    within = spans["now"] | spans.get("before", Q(pk__in=[]))
    bought = all_purchases().filter(within, store__in=[store.pk for store in group.stores])
    money = "base_amount" if group.is_converted else "amount"
    sums: dict[str, Any] = {}
    for name, span in spans.items():
        sums[f"orders_{name}"] = Count("pk", filter=span)
        sums[f"amount_{name}"] = Sum(money, filter=span, default=Decimal(0))
    rows: Any = (
        bought.annotate(hour=local_hour(group.stores, "paid_at", within=[one for one in (now, before) if one]))
        .values("hour")
        .annotate(**sums)
        .order_by("hour")
    )
    found = {row["hour"]: row for row in rows}
    return {
        name: [
            Hour(found[hour][f"orders_{name}"], round_money(Decimal(found[hour][f"amount_{name}"])))
            if hour in found
            else Hour()
            for hour in HOURS
        ]
        for name in spans
    }
