"""The stores that a board's reader may choose from: the one place that totals, charts, exports and the picker pass."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from analytics.models import StoreDay
from analytics.queries.quality import STALE_FACTS
from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import StaleDay, User
from fulfillment.models import StoreSupply

VIEW_DAYS = "analytics.view_storeday"


@dataclass(frozen=True)
class Reach:
    """The active stores that a person sees on boards; `is_whole` when these are all there are."""

    stores: tuple[Store, ...]
    is_whole: bool
    # Days that wait to be built, by store code.
    stale: dict[str, int]
    # Codes of stores without a warehouse, and of those whose stock was never counted.
    unsupplied: frozenset[str]
    assumed: frozenset[str]
    # The day of the first order of each store that has any, by code.
    begins: dict[str, date]


def reach_of(user: User) -> Reach:
    """The stores in reach with what weakens their figures; one query beside those of the scopes."""
    visible = visible_stores(user, permission=VIEW_DAYS)
    marks = StaleDay.objects.filter(fact__in=STALE_FACTS, store_code=OuterRef("code")).order_by()
    days = marks.values("store_code").annotate(n=Count("day", distinct=True)).values("n")
    ordered = StoreDay.objects.filter(store=OuterRef("pk"), placed_orders__gt=0).order_by("day")
    supplies = StoreSupply.objects.filter(store=OuterRef("pk"))
    stores = (Store.objects.all() if visible is None else visible).filter(is_active=True).select_related("channel")
    found = stores.annotate(
        stale_count=Coalesce(Subquery(days, output_field=IntegerField()), 0),
        begins_on=Subquery(ordered.values("day")[:1]),
        is_supplied=Exists(supplies),
        is_assumed=Exists(supplies.filter(warehouse__is_assumed=True)),
    )
    rows = list(found.order_by("pk"))
    return Reach(
        stores=tuple(rows),
        is_whole=visible is None,
        stale={store.code: store.stale_count for store in rows if store.stale_count},
        unsupplied=frozenset(store.code for store in rows if not store.is_supplied),
        assumed=frozenset(store.code for store in rows if store.is_assumed),
        begins={store.code: store.begins_on for store in rows if store.begins_on},
    )
