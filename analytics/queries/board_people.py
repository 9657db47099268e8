"""People of a range, each counted once: of everything, of a store, of a channel, of a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from analytics.periods import Period
from analytics.queries.figures import OLD_BUYER_DAYS
from analytics.queries.purchases import known_purchases
from catalog.models import Store

People = dict[str, int]


@dataclass(frozen=True)
class BuyersOfRange:
    """Distinct known buyers of a range by the name of the part: `all`, `store:3`, `channel:2`, `currency:CNY`."""

    now: People
    before: People


def buyers_of_parts(stores: Sequence[Store], *, now: Period, before: Period | None) -> BuyersOfRange:
    """The distinct buyers of the whole and of every part, now and before; one query."""
    spans = {"now": Q(paid_on__range=(now.first, now.last))}
    if before is not None:
        spans["before"] = Q(paid_on__range=(before.first, before.last))
    parts = _parts(stores)
    # A channel with one store, or a shop with one currency, is counted once and told under each name.
    sets = list(dict.fromkeys(parts.values()))
    counts = {
        f"{span}_{place}": Count("customer", distinct=True, filter=condition & Q(store__in=sorted(one)))
        for span, condition in spans.items()
        for place, one in enumerate(sets)
    }
    bought = known_purchases().filter(_any(spans.values()), store__in=[store.pk for store in stores])
    found = bought.aggregate(**counts)
    now_people, earlier = (
        {name: found.get(f"{span}_{sets.index(one)}", 0) for name, one in parts.items()} for span in ("now", "before")
    )
    return BuyersOfRange(now_people, earlier)


def _parts(stores: Sequence[Store]) -> dict[str, frozenset[int]]:
    """The stores of each part by its name."""
    parts: dict[str, frozenset[int]] = {"all": frozenset(store.pk for store in stores)}
    for store in stores:
        parts[f"store:{store.pk}"] = frozenset({store.pk})
        parts[f"channel:{store.channel_id}"] = frozenset(one.pk for one in stores if one.channel_id == store.channel_id)
        parts[f"currency:{store.currency}"] = frozenset(one.pk for one in stores if one.currency == store.currency)
    return parts


def _any(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for condition in conditions:
        found |= condition
    return found


@dataclass(frozen=True)
class Members:
    """Known buyers of a range: all, those who had never bought before, those who had within the year before."""

    buyers: int
    new_buyers: int
    old_buyers: int


def members_of(stores: Sequence[Store], periods: Sequence[Period]) -> list[Members]:
    """The members of each period; one query for all of them."""
    pks = [store.pk for store in stores]
    purchases = known_purchases().filter(store__in=pks)
    bought = purchases.filter(_any([Q(paid_on__range=(one.first, one.last)) for one in periods]))
    counts = {}
    for place, period in enumerate(periods):
        within = Q(paid_on__range=(period.first, period.last))
        earlier = purchases.filter(customer=OuterRef("customer"), paid_on__lt=period.first).order_by()
        recent = earlier.filter(paid_on__gte=period.first - timedelta(days=OLD_BUYER_DAYS))
        bought = bought.annotate(**{f"known_{place}": Exists(earlier), f"recent_{place}": Exists(recent)})
        for name, which in (
            ("all", Q()),
            ("new", Q(**{f"known_{place}": False})),
            ("old", Q(**{f"recent_{place}": True})),
        ):
            counts[f"{name}_{place}"] = Count("customer", distinct=True, filter=within & which)
    found = bought.aggregate(**counts)
    return [
        Members(found[f"all_{place}"], found[f"new_{place}"], found[f"old_{place}"]) for place in range(len(periods))
    ]


def members_by_day(stores: Sequence[Store], period: Period) -> dict[date, Members]:
    """Of each day with a purchase: distinct buyers, and those who had never bought before that day; one query."""
    purchases = known_purchases().filter(store__in=[store.pk for store in stores])
    earlier = purchases.filter(customer=OuterRef("customer"), paid_on__lt=OuterRef("paid_on")).order_by()
    days = (
        purchases.filter(paid_on__range=(period.first, period.last))
        .annotate(is_known=Exists(earlier))
        .values("paid_on")
        .annotate(
            people=Count("customer", distinct=True),
            new=Count("customer", distinct=True, filter=Q(is_known=False)),
        )
        .order_by("paid_on")
    )
    return {row["paid_on"]: Members(row["people"], row["new"], row["people"] - row["new"]) for row in days}
