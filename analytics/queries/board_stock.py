"""Stock for its board: snapshots of both periods, what has run out, what does not sell, what is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from analytics.periods import Period
from analytics.queries.figures import MONEY
from analytics.queries.stock import FREE, snapshots_of
from catalog.models import DailySales, Listing, Sku, Store
from config.kernel.money import round_money
from fulfillment.models import Bucket, PurchaseOrder, PurchaseOrderLine, StockBalance, StoreSupply

SHOWN = 20
DEAD_DAYS = 90
LIVELY_DAYS = 28


@dataclass(frozen=True)
class StockDay:
    """The stock at the end of a day at cost in the base currency; no value where costs are not known or nothing was counted."""

    day: date
    value: Decimal | None
    pieces: int


@dataclass(frozen=True)
class SkuDays:
    """SKU-days of a period: listed with a snapshot, and of these without sellable stock."""

    all: int
    out: int


def stock_by_day(stores: Sequence[Store], periods: Sequence[Period]) -> list[StockDay]:
    """The closing stock of every day of the periods that has a snapshot, oldest first; one query."""
    rows = snapshots_of(stores, _any_day(periods)).values("day").annotate(money=Sum("value"), pieces=Sum("on_hand"))
    return [
        StockDay(row["day"], round_money(row["money"]) if row["money"] else None, row["pieces"])
        for row in rows.order_by("day")
    ]


def stock_now(stores: Sequence[Store], *, today: date) -> StockDay:
    """The stock of this moment; one query."""
    warehouses = list_warehouses([store.pk for store in stores])
    balances = StockBalance.objects.filter(bucket=Bucket.AVAILABLE, warehouse__in=warehouses)
    found = balances.aggregate(money=Sum("value"), pieces=Sum("on_hand"))
    return StockDay(today, round_money(found["money"]) if found["money"] else None, found["pieces"] or 0)


def sku_days_of(stores: Sequence[Store], periods: Sequence[Period]) -> list[SkuDays]:
    """The SKU-days of each period, of the SKUs listed in the stores; one query."""
    listed = Listing.objects.filter(
        store__in=[store.pk for store in stores], sku=OuterRef("sku"), state=Listing.State.LIVE
    )
    days = snapshots_of(stores, _any_day(periods)).filter(Exists(listed))
    free: Any = days.values("day", "sku").annotate(free=Sum(FREE)).order_by()
    counts = {}
    for place, period in enumerate(periods):
        within = Q(day__range=(period.first, period.last))
        counts[f"all_{place}"] = Count("sku", filter=within)
        counts[f"out_{place}"] = Count("sku", filter=within & Q(free__lte=0))
    found = free.aggregate(**counts)
    return [SkuDays(found[f"all_{place}"], found[f"out_{place}"]) for place in range(len(periods))]


def _any_day(periods: Sequence[Period]) -> Q:
    within = Q(pk__in=[])
    for period in periods:
        within |= Q(day__range=(period.first, period.last))
    return within


@dataclass(frozen=True)
class StockedSku:
    """A SKU with its stock of this moment and what it sold lately."""

    sku_id: int
    code: str
    name: str
    english_name: str
    free: int
    on_hand: int
    value: Decimal
    sold: int
    incoming: int


@dataclass(frozen=True)
class StockedSkus:
    """The first SKUs of a list, and how many and how much there are in all."""

    rows: tuple[StockedSku, ...]
    count: int
    value: Decimal


def sold_out_and_dead_skus(stores: Sequence[Store], *, today: date) -> tuple[StockedSkus, StockedSkus]:
    """Two lists in one query.

    Listed SKUs without a sellable piece now, those that sold most in the last 28 days first; and other SKUs in stock of
    which these stores sold nothing for 90 days, the dearest first.
    """
    pks = [store.pk for store in stores]
    listed = Listing.objects.filter(store__in=pks, sku=OuterRef("pk"), state=Listing.State.LIVE)
    is_out = Q(free__lte=0)
    skus = _stocked(pks, today=today).annotate(
        is_sold_out=Case(When(is_out, then=True), default=False, output_field=BooleanField()),
        weight=Case(When(is_out, then=F("sold")), default=F("value"), output_field=MONEY),
    )
    wanted = skus.filter((is_out & Exists(listed)) | Q(free__gt=0, sold_lately=0))
    in_list: dict[str, Any] = {"partition_by": [F("is_sold_out")]}
    ranked = wanted.annotate(
        all_count=Window(Count("pk"), **in_list),
        all_value=Window(Sum("value"), **in_list),
        place=Window(RowNumber(), order_by=[F("weight").desc(), F("on_hand").desc(), F("code").asc()], **in_list),
    )
    found = list(ranked.filter(place__lte=SHOWN).order_by("place"))
    return _list([row for row in found if row["is_sold_out"]]), _list([row for row in found if not row["is_sold_out"]])


def _stocked(stores: list[int], *, today: date) -> Any:
    """SKUs that the stores' warehouses know, with balances, sales of two spans and open purchase orders."""
    warehouses = list_warehouses(stores)
    balances = StockBalance.objects.filter(
        sku=OuterRef("pk"), bucket=Bucket.AVAILABLE, warehouse__in=warehouses
    ).order_by()
    sums = balances.values("sku")
    sales = DailySales.objects.filter(sku=OuterRef("pk"), store__in=stores).order_by()
    coming = open_lines(warehouses).filter(sku=OuterRef("pk")).order_by().values("sku")

    def sold_since(days: int) -> Coalesce:
        recent = sales.filter(day__gte=today - timedelta(days=days)).values("sku")
        return Coalesce(Subquery(recent.annotate(n=Sum("units")).values("n")), 0)

    return (
        Sku.objects.filter(Exists(balances))
        .annotate(
            on_hand=Subquery(sums.annotate(n=Sum("on_hand")).values("n")),
            free=Subquery(sums.annotate(n=Sum(FREE)).values("n")),
            value=Subquery(sums.annotate(n=Sum("value")).values("n")),
            sold=sold_since(LIVELY_DAYS),
            sold_lately=sold_since(DEAD_DAYS),
            incoming=Coalesce(Subquery(coming.annotate(n=Sum(F("quantity") - F("received_quantity"))).values("n")), 0),
        )
        .values("pk", "code", "product__name", "product__english_name", "free", "on_hand", "value", "sold", "incoming")
    )


def _list(found: list[dict[str, Any]]) -> StockedSkus:
    rows = tuple(
        StockedSku(
            sku_id=row["pk"],
            code=row["code"],
            name=row["product__name"],
            english_name=row["product__english_name"],
            free=row["free"],
            on_hand=row["on_hand"],
            value=round_money(Decimal(row["value"])),
            sold=row["sold"],
            incoming=row["incoming"],
        )
        for row in found
    )
    return StockedSkus(
        rows,
        count=found[0]["all_count"] if found else 0,
        value=round_money(Decimal(found[0]["all_value"])) if found else Decimal(0),
    )


def list_warehouses(stores: Sequence[int]) -> QuerySet[StoreSupply, Any]:
    """The warehouses that supply the stores, as a subquery."""
    return StoreSupply.objects.filter(store__in=stores).order_by().values("warehouse")


def open_lines(warehouses: Any) -> QuerySet[PurchaseOrderLine]:
    """Lines of purchase orders with something still to come."""
    return PurchaseOrderLine.objects.filter(
        order__warehouse__in=warehouses,
        order__state__in=PurchaseOrder.OPEN_STATES,
        quantity__gt=F("received_quantity"),
    )


@dataclass(frozen=True)
class Incoming:
    """A purchase order with pieces still to come."""

    order_id: int
    number: str
    supplier: str
    english_supplier: str
    state: str
    expected_on: date | None
    pieces: int
    amount: Decimal
    currency: str


def incoming_orders(stores: Sequence[Store]) -> list[Incoming]:
    """Open purchase orders of the warehouses that supply the stores, the earliest first; one query."""
    lines = open_lines(list_warehouses([store.pk for store in stores]))
    rest = F("quantity") - F("received_quantity")
    rows: Any = lines.values(
        "order_id",
        "order__number",
        "order__supplier__name",
        "order__supplier__english_name",
        "order__state",
        "order__expected_on",
        "order__currency",
    ).annotate(pieces=Sum(rest), amount=Sum(rest * F("unit_cost"), output_field=MONEY))
    return [
        Incoming(
            order_id=row["order_id"],
            number=row["order__number"],
            supplier=row["order__supplier__name"],
            english_supplier=row["order__supplier__english_name"],
            state=row["order__state"],
            expected_on=row["order__expected_on"],
            pieces=row["pieces"],
            amount=round_money(Decimal(row["amount"])),
            currency=row["order__currency"],
        )
        for row in rows.order_by(F("order__expected_on").asc(nulls_last=True), "order__number")
    ]
