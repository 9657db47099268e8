"""Figures of a year out of store days, and days built anew: median times after `fill_orders`."""

import statistics
import time
from datetime import date, timedelta

from analytics.models import StoreDay
from analytics.periods import Period
from analytics.queries.figures import additive_measures, currency_groups, with_buyers
from analytics.services.rollups import rebuild_days, rebuild_stale_days
from catalog.models import Store
from config.kernel.stale import mark_many_stale
from tests.bench.work import tell

LAST = date(2026, 6, 30)
YEAR = Period(LAST - timedelta(days=364), LAST)


def milliseconds(work, *, times):
    """The median of some calls after one that warms up."""
    taken = []
    for number in range(times + 1):
        started = time.perf_counter()
        work(number)
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken[1:])


def main():
    """Build the year, then ask."""
    stores = list(Store.objects.order_by("pk"))
    days = [LAST - timedelta(days=place) for place in range(365)]
    started = time.perf_counter()
    for store in stores:
        rebuild_days(store, days)
    built = time.perf_counter() - started
    assert StoreDay.objects.filter(placed_orders__gt=0).count() == len(stores) * len(days)
    (group,) = currency_groups(stores, [YEAR])
    measures = additive_measures(group, YEAR)

    def rebuild(number):
        mark_many_stale("sales", store_code=stores[0].code, days=[days[30 + number]])
        assert rebuild_stale_days(stores[0].code) == 1

    tell(
        kpi=milliseconds(lambda _number: additive_measures(group, YEAR), times=20),
        stale=milliseconds(rebuild, times=20),
        buyers=milliseconds(lambda _number: with_buyers(measures, stores, YEAR), times=1),
        built=built,
        orders=measures.placed_orders,
    )


if __name__ == "__main__":
    main()
