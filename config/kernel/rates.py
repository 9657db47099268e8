"""Exchange rates into the base currency: the rate of the day, or the nearest one of the week before."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

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
        """Read the rates that days within [first, last] may need; one query."""
        rows = ExchangeRate.objects.filter(currency__in=set(currencies), day__range=(first - LONGEST_AGE, last))
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
