"""What the demo's traffic cost: search, feed, content and social, per store and day."""

import random
from datetime import date, timedelta
from decimal import Decimal

from config.demo.ground import Ground
from config.demo.trade import event_factor
from marketing.models import ChannelSpend, TrafficSource

SOURCES = (
    ("search-ads", "搜索直通车", "Search ads", TrafficSource.Family.SEARCH, 1.4, 0.055),
    ("feed-ads", "信息流", "Feed ads", TrafficSource.Family.ADS, 0.9, 0.035),
    ("notes", "种草笔记", "Seeding notes", TrafficSource.Family.CONTENT, 0.6, 0.045),
    ("groups", "私域社群", "Private groups", TrafficSource.Family.SOCIAL, 0.3, 0.09),
)
DAYS = 120


def fill_spend(ground: Ground, source: random.Random, *, last: date) -> int:
    """Four sources for each store over 120 days; returns how many rows there are."""
    rows = []
    for code, name, english, family, click_price, conversion in SOURCES:
        row = TrafficSource.objects.create(code=code, name=name, english_name=english, family=family)
        for store in ground.stores.values():
            for place in range(DAYS):
                day = last - timedelta(days=place)
                impressions = int(source.uniform(3000, 6000) * event_factor(day))
                clicks = int(impressions * source.uniform(0.02, 0.05))
                conversions = int(clicks * conversion * source.uniform(0.7, 1.3))
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
                        revenue=Decimal(str(round(conversions * source.uniform(60, 130), 2))),
                        new_customers=conversions // 3,
                    )
                )
    ChannelSpend.objects.bulk_create(rows, batch_size=500)
    return len(rows)
