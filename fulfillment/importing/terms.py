"""What a whole import needs to know of its store."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from catalog.models import Store
from config.kernel.money import round_money
from config.kernel.rates import RateTable
from config.kernel.store_time import store_day, zone_of

COST_STEP = Decimal("0.0001")
NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class StoreTerms:
    """A store with its clock, its commission, and the exchange rates of the days at hand."""

    store: Store
    zone: ZoneInfo
    commission_rate: Decimal
    rates: RateTable

    def day(self, moment: datetime) -> date:
        """The store day of a moment."""
        return store_day(moment, self.zone)

    def commission(self, amount: Decimal) -> Decimal:
        """The channel's share of a paid amount."""
        if not self.commission_rate:
            return NOTHING
        return round_money(amount * self.commission_rate, currency=self.store.currency)

    def base(self, amount: Decimal, *, rate: Decimal | None) -> Decimal | None:
        """An amount in the base currency, None without a rate."""
        return None if rate is None else round_money(amount * rate, currency=settings.BASE_CURRENCY)

    def own_cost(self, unit_cost: Decimal | None, *, rate: Decimal | None) -> Decimal | None:
        """A cost of one piece, kept in the base currency, in the order's currency."""
        if unit_cost is None or rate is None:
            return None
        return (unit_cost / rate).quantize(COST_STEP)


def store_terms(store: Store, *, currencies: Iterable[str], days: Iterable[date]) -> StoreTerms:
    """The terms for orders of these days; one query at most, none when all is in the base currency."""
    foreign = set(currencies) - {settings.BASE_CURRENCY}
    span = sorted(days)
    rates = RateTable.load(foreign, first=span[0], last=span[-1]) if foreign and span else RateTable(())
    own = store.commission_rate
    return StoreTerms(
        store=store,
        zone=zone_of(store.time_zone),
        commission_rate=store.channel.commission_rate if own is None else own,
        rates=rates,
    )
