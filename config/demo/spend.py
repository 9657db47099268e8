"""What the demo's traffic cost and brought: search, feed, content and social, per store and day.

Paid traffic brings a part of what a store sold that day, so conversions and their amount are shares of its orders.
"""

import random
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Sum

from config.demo.ground import Ground
from marketing.models import ChannelSpend, TrafficSource
from membership.models import Purchase

SOURCES = (
    # code, name, English name, family, price of a click, orders per click, share of the store's orders
    ("search-ads", "搜索推广", "Search ads", TrafficSource.Family.SEARCH, 1.4, 0.055, 0.22),
    ("feed-ads", "信息流", "Feed ads", TrafficSource.Family.ADS, 0.9, 0.035, 0.14),
    ("notes", "种草笔记", "Seeding notes", TrafficSource.Family.CONTENT, 0.6, 0.045, 0.08),
    ("groups", "私域社群", "Private groups", TrafficSource.Family.SOCIAL, 0.3, 0.09, 0.06),
)
DAYS = 120
CENT = Decimal("0.01")


def fill_spend(ground: Ground, source: random.Random, *, last: date) -> int:
    """Four sources for each store over 120 days; returns how many rows there are."""
    rows = []
    sold = _sold(last)
    for code, name, english, family, click_price, conversion, share in SOURCES:
        row = TrafficSource.objects.create(code=code, name=name, english_name=english, family=family)
        for store in ground.stores.values():
            for place in range(DAYS):
                day = last - timedelta(days=place)
                orders, paid = sold.get((store.pk, day), (0, Decimal(0)))
                conversions = round(orders * share * source.uniform(0.7, 1.3))
                clicks = int(max(conversions, 1) / (conversion * source.uniform(0.7, 1.3)))
                impressions = int(clicks / source.uniform(0.02, 0.05))
                revenue = (paid / orders * conversions).quantize(CENT) if orders else Decimal(0)
                rows.append(
                    ChannelSpend(
                        store=store,
                        source=row,
                        day=day,
                        currency=store.currency,
                        impressions=impressions,
                        clicks=clicks,
                        cost=Decimal(str(round(clicks * click_price * source.uniform(0.8, 1.2), 2))),
                        conversions=conversions,
                        revenue=revenue,
                        new_customers=conversions // 3,
                    )
                )
    ChannelSpend.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _sold(last: date) -> dict[tuple[int, date], tuple[int, Decimal]]:
    """How many purchases each store had on each day, and what they amounted to."""
    bought = Purchase.objects.filter(paid_on__gt=last - timedelta(days=DAYS)).order_by().values_list("store", "paid_on")
    return {(store, day): (count, paid) for store, day, count, paid in bought.annotate(Count("pk"), Sum("amount"))}
