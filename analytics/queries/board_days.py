"""The store days of a range and of what it is compared with, read once: every figure that adds up comes out of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Max, Q

from analytics.measures import ADDITIVE_NAMES, MONEY_NAMES, Measures
from analytics.models import StoreDay
from analytics.periods import Period
from analytics.queries.figures import AT_SALE_RATE, CurrencyGroup
from catalog.models import Store
from config.kernel.money import round_money


@dataclass(frozen=True)
class BoardDay:
    """A built store day in the store's currency, with the rates that bring it to the base currency."""

    store_id: int
    day: date
    rate: Decimal | None
    refund_rate: Decimal | None
    # Distinct within this store and day only.
    buyers: int
    measures: Measures

    @property
    def has_money(self) -> bool:
        """Whether a rate matters."""
        return any(getattr(self.measures, name) for name in MONEY_NAMES)

    def in_base(self) -> Measures:
        """The measures in the base currency; what goes back, goes back at the rate of its sale."""
        values: dict[str, Any] = {name: getattr(self.measures, name) for name in ADDITIVE_NAMES}
        for name in MONEY_NAMES:
            rate = (self.refund_rate or self.rate) if name in AT_SALE_RATE else self.rate
            values[name] = values[name] * (rate or 0)
        return Measures(**values)


@dataclass(frozen=True)
class BoardDays:
    """All built days of some stores in some periods."""

    stores: tuple[Store, ...]
    days: tuple[BoardDay, ...]

    def groups(self) -> list[CurrencyGroup]:
        """One group where there is a single currency or every rate is known; else each currency by itself."""
        currencies = sorted({store.currency for store in self.stores})
        if len(currencies) <= 1:
            return [CurrencyGroup(currencies[0] if currencies else settings.BASE_CURRENCY, self.stores)]
        if not self.days_without_rate():
            return [CurrencyGroup(settings.BASE_CURRENCY, self.stores, is_converted=True)]
        return [
            CurrencyGroup(currency, tuple(store for store in self.stores if store.currency == currency))
            for currency in currencies
        ]

    def days_without_rate(self) -> set[date]:
        """Days with money in another currency that cannot be brought to the base currency."""
        foreign = {store.pk for store in self.stores if store.currency != settings.BASE_CURRENCY}
        return {row.day for row in self.days if row.store_id in foreign and row.rate is None and row.has_money}

    def _within(self, group: CurrencyGroup, period: Period | None) -> Iterator[BoardDay]:
        wanted = {store.pk for store in group.stores}
        for row in self.days:
            if period and period.first <= row.day <= period.last and row.store_id in wanted:
                yield row

    def buyers_on(self, day: date) -> list[int]:
        """The buyers of each store on a day."""
        return [row.buyers for row in self.days if row.day == day]

    def is_empty(self, period: Period | None) -> bool:
        """Whether nothing at all was built for the period, which is then no yardstick."""
        return not any(period and period.first <= row.day <= period.last for row in self.days)

    def total(self, group: CurrencyGroup, period: Period | None) -> Measures:
        """The measures of a whole period in the group's currency."""
        return _added_up(self._within(group, period), is_converted=group.is_converted)

    def by_day(self, group: CurrencyGroup, period: Period | None) -> dict[date, Measures]:
        """The measures of each day that has a row, oldest first."""
        parts: dict[date, list[BoardDay]] = {}
        for row in self._within(group, period):
            parts.setdefault(row.day, []).append(row)
        return {day: _added_up(parts[day], is_converted=group.is_converted) for day in sorted(parts)}

    def by_store(self, group: CurrencyGroup, period: Period | None) -> dict[int, Measures]:
        """The measures of each store that has a row, by its id."""
        parts: dict[int, list[BoardDay]] = {}
        for row in self._within(group, period):
            parts.setdefault(row.store_id, []).append(row)
        return {pk: _added_up(rows, is_converted=group.is_converted) for pk, rows in sorted(parts.items())}


def _added_up(rows: Iterable[BoardDay], *, is_converted: bool) -> Measures:
    total = Measures.total(row.in_base() if is_converted else row.measures for row in rows)
    values: dict[str, Any] = {name: getattr(total, name) for name in ADDITIVE_NAMES}
    for name in MONEY_NAMES:
        values[name] = round_money(values[name])
    return Measures(**values)


def load_days(stores: Sequence[Store], periods: Iterable[Period | None]) -> BoardDays:
    """Every built day of the stores in the periods; one query."""
    within = Q(pk__in=[])
    for period in periods:
        if period is not None:
            within |= Q(day__range=(period.first, period.last))
    found = StoreDay.objects.filter(within, store__in=[store.pk for store in stores]).order_by("day", "store")
    names = ("store_id", "day", "exchange_rate", "refund_exchange_rate", "buyers")
    rows = tuple(
        BoardDay(store_id, day, rate, refund_rate, buyers, Measures(**dict(zip(ADDITIVE_NAMES, values, strict=True))))
        for store_id, day, rate, refund_rate, buyers, *values in found.values_list(*names, *ADDITIVE_NAMES)
    )
    return BoardDays(tuple(stores), rows)


def last_paid_day(stores: Sequence[Store]) -> date | None:
    """The newest day with paid orders; one query."""
    days = StoreDay.objects.filter(store__in=[store.pk for store in stores], paid_orders__gt=0)
    found: date | None = days.aggregate(last=Max("day"))["last"]
    return found
