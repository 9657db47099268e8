"""Exchange rates into the base currency: the rate of the day, or the nearest one of the week before."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from django.conf import settings
from django.db import transaction

from config.kernel.audit import record_change
from config.kernel.models import ExchangeRate

LONGEST_AGE = timedelta(days=7)
ONE = Decimal(1)


class RateTable:
    """The rates of some currencies over a range of days, read once."""

    def __init__(self, rates: Iterable[tuple[str, date, Decimal]]) -> None:
        self._days: dict[str, list[date]] = defaultdict(list)
        self._rates: dict[str, list[Decimal]] = defaultdict(list)
        for currency, day, rate in rates:
            self._days[currency].append(day)
            self._rates[currency].append(rate)

    @classmethod
    def load(cls, currencies: Iterable[str], *, first: date, last: date) -> "RateTable":
        """Read the rates that days within [first, last] may need; one query, none for the base currency alone."""
        foreign = set(currencies) - {settings.BASE_CURRENCY}
        if not foreign:
            return cls(())
        rows = ExchangeRate.objects.filter(currency__in=foreign, day__range=(first - LONGEST_AGE, last))
        return cls(rows.order_by("currency", "day").values_list("currency", "day", "rate"))

    def rate(self, currency: str, day: date) -> Decimal | None:
        """Units of the base currency for one unit, or None where no rate of the last 7 days is known."""
        if currency == settings.BASE_CURRENCY:
            return ONE
        days = self._days.get(currency, [])
        place = bisect_right(days, day) - 1
        if place < 0 or day - days[place] > LONGEST_AGE:
            return None
        return self._rates[currency][place]


def rate_on(currency: str, day: date) -> Decimal | None:
    """The rate of one currency on one day."""
    return RateTable.load([currency], first=day, last=day).rate(currency, day)


class GivenRate(Protocol):
    """A rate as it comes in."""

    @property
    def day(self) -> date: ...
    @property
    def currency(self) -> str: ...
    @property
    def rate(self) -> Decimal: ...


@transaction.atomic
def record_rates(rates: Sequence[GivenRate]) -> dict[str, int]:
    """Write rates by day and currency; counts what was created, updated and already so."""
    known = {
        (row.day, row.currency): row
        for row in ExchangeRate.objects.filter(
            currency__in={one.currency for one in rates}, day__in={one.day for one in rates}
        )
    }
    new = [one for one in rates if (one.day, one.currency) not in known]
    changed = []
    for one in rates:
        row = known.get((one.day, one.currency))
        if row is not None and row.rate != one.rate:
            row.rate = one.rate
            changed.append(row)
    ExchangeRate.objects.bulk_create(ExchangeRate(day=one.day, currency=one.currency, rate=one.rate) for one in new)
    ExchangeRate.objects.bulk_update(changed, ["rate"], batch_size=500)
    counts = {"created": len(new), "updated": len(changed), "unchanged": len(rates) - len(new) - len(changed)}
    if new or changed:
        record_change("rates.imported", after=counts)
    return counts
