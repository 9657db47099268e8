"""What happened in the demo store: buyers, orders, refunds and stock-outs over fourteen months. Pure.

Demand has a weekday shape, a slow growth, seasons by category, 618 and Double 11 with their warm-up and after-dip, Spring
Festival when carriers stop, one-off bulk orders, and days on which a SKU was out of stock and sold nothing.
"""

import math
import random
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from zoneinfo import ZoneInfo

from config.demo.goods import DemoSku

BEIJING = ZoneInfo("Asia/Shanghai")
CENT = Decimal("0.01")
WEEKDAYS = (0.92, 0.90, 0.93, 0.96, 1.02, 1.17, 1.20)
# Shares of the day's orders by hour: quiet nights, a lunch peak, the evening's peak.
HOURS = (8, 4, 2, 1, 1, 2, 6, 14, 26, 38, 46, 44, 48, 46, 40, 40, 42, 42, 44, 54, 70, 78, 60, 28)
SPRING_FESTIVALS = {2025: date(2025, 1, 29), 2026: date(2026, 2, 17), 2027: date(2027, 2, 6), 2028: date(2028, 1, 26)}
PEAK_MONTH = {
    "nuts": 1,
    "dried-fruit": 9,
    "biscuits": 9,
    "savoury": 7,
    "drinks": 12,
    "masks": 12,
    "cleansing": 7,
    "care": 11,
}
PROVINCES = (
    "浙江省",
    "江苏省",
    "广东省",
    "上海",
    "北京",
    "四川省",
    "湖北省",
    "山东省",
    "福建省",
    "河南省",
    "辽宁省",
    "陕西省",
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"


@dataclass(frozen=True)
class DemoStore:
    """A store of the demo: its share of the orders and whether its channel masks personal data."""

    code: str
    share: float
    masks_buyers: bool


@dataclass(frozen=True)
class DemoBuyer:
    """A buyer of one store; `keenness` is how often they come back."""

    store: str
    buyer_id: str
    name: str
    phone: str
    province: str
    keenness: float


@dataclass(frozen=True)
class DemoLine:
    """One line of an order."""

    sku: DemoSku
    quantity: int
    price: Decimal


@dataclass(frozen=True)
class DemoOrder:
    """One order with its amounts; unpaid ones have no `paid_at`."""

    number: str
    buyer: DemoBuyer
    placed_at: datetime
    paid_at: datetime | None
    lines: tuple[DemoLine, ...]
    discount: Decimal
    platform_discount: Decimal
    postage: Decimal
    refund: Decimal
    note: str

    @property
    def goods(self) -> Decimal:
        """The sum of the lines before discounts."""
        return sum((line.price * line.quantity for line in self.lines), Decimal(0))

    @property
    def payable(self) -> Decimal:
        """What the buyer pays."""
        return self.goods - self.discount - self.platform_discount + self.postage


def event_factor(day: date) -> float:
    """How far events lift or lower a day."""
    month_day = (day.month, day.day)
    for (month, first, last), factor in EVENT_DAYS:
        if month_day[0] == month and first <= month_day[1] <= last:
            return factor
    festival = SPRING_FESTIVALS.get(day.year)
    if festival is not None and -24 <= (day - festival).days <= 6:
        return 1.6 if (day - festival).days < -5 else 0.35
    return 1.0


EVENT_DAYS = (
    ((6, 1, 3), 1.8),
    ((6, 16, 18), 3.2),
    ((6, 19, 25), 0.75),
    ((10, 31, 31), 1.6),
    ((11, 1, 3), 1.9),
    ((11, 10, 11), 4.2),
    ((11, 12, 18), 0.7),
    ((12, 12, 12), 1.7),
    ((9, 9, 9), 1.4),
    ((3, 8, 8), 1.6),
)


def season_factor(category: str, day: date) -> float:
    """The season of a category: a gentle wave around its peak month."""
    peak = PEAK_MONTH.get(category)
    if peak is None:
        return 1.0
    return 1 + 0.35 * math.cos(2 * math.pi * (day.timetuple().tm_yday / 365 - (peak - 0.5) / 12))


def stock_outs(
    skus: Sequence[DemoSku], source: random.Random, *, first: date, last: date
) -> dict[str, tuple[date, date]]:
    """The days on which some SKUs were out of stock: SKU code -> first and last such day."""
    days = (last - first).days
    gone: dict[str, tuple[date, date]] = {}
    for sku in source.sample(list(skus), k=len(skus) // 8):
        begin = first + timedelta(days=source.randrange(30, max(days - 20, 31)))
        gone[sku.code] = (begin, min(begin + timedelta(days=source.randrange(3, 15)), last))
    return gone


def make_buyers(stores: Sequence[DemoStore], source: random.Random, *, count: int) -> dict[str, list[DemoBuyer]]:
    """The buyers of each store, the same share as the store's orders."""
    buyers: dict[str, list[DemoBuyer]] = {}
    for store in stores:
        rows = []
        for place in range(max(int(count * store.share), 1)):
            surname = source.choice(SURNAMES)
            phone = f"138{source.randrange(10**8):08d}"
            rows.append(
                DemoBuyer(
                    store=store.code,
                    buyer_id=f"{store.code[:2]}_{place:05d}",
                    name=f"{surname}**" if store.masks_buyers else f"{surname}{source.choice('伟芳娜敏静丽强磊军洋')}",
                    phone=f"{phone[:3]}****{phone[-4:]}" if store.masks_buyers else phone,
                    province=source.choice(PROVINCES),
                    keenness=source.paretovariate(1.3),
                )
            )
        buyers[store.code] = rows
    return buyers


class OrderBook:
    """Makes the orders of a store day by day from one source of chance."""

    def __init__(
        self,
        skus: Sequence[DemoSku],
        buyers: Sequence[DemoBuyer],
        source: random.Random,
        *,
        prefix: str,
        gone: dict[str, tuple[date, date]],
    ) -> None:
        self.skus = skus
        self.buyers = buyers
        self.source = source
        self.prefix = prefix
        self.gone = gone
        self._keenness = list(accumulate(buyer.keenness for buyer in buyers))
        self._hours = list(accumulate(HOURS))
        self._number = 0

    def day(self, day: date, *, count: int) -> Iterator[DemoOrder]:
        """`count` orders of a store day, in time order."""
        cumulative = list(accumulate(self._weight(sku, day) for sku in self.skus))
        moments = sorted(self._moment(day) for _order in range(count))
        for moment in moments:
            yield self._order(moment, cumulative)

    def _weight(self, sku: DemoSku, day: date) -> float:
        first, last = self.gone.get(sku.code, (date.max, date.max))
        return 0.0 if first <= day <= last else sku.weight * season_factor(sku.category, day)

    def _moment(self, day: date) -> datetime:
        hour = bisect(self._hours, self.source.random() * self._hours[-1])
        local = datetime.combine(day, time(min(hour, 23), self.source.randrange(60), self.source.randrange(60)))
        return local.replace(tzinfo=BEIJING).astimezone(UTC)

    def _order(self, placed_at: datetime, cumulative: Sequence[float]) -> DemoOrder:
        source = self.source
        self._number += 1
        buyer = self.buyers[bisect(self._keenness, source.random() * self._keenness[-1])]
        chosen: dict[str, DemoLine] = {}
        for _line in range(source.choices((1, 2, 3, 4), weights=(52, 28, 13, 7))[0]):
            sku = self.skus[min(bisect(cumulative, source.random() * cumulative[-1]), len(self.skus) - 1)]
            bulk = source.random() < 0.002
            chosen[sku.code] = DemoLine(
                sku, source.randrange(20, 60) if bulk else source.choices((1, 2, 3), (80, 15, 5))[0], sku.price
            )
        lines = tuple(chosen.values())
        goods = sum((line.price * line.quantity for line in lines), Decimal(0))
        is_paid = source.random() > 0.04
        discount = Decimal(30) if goods >= 199 else Decimal(10) if goods >= 99 else Decimal(0)
        platform = (goods * Decimal("0.02")).quantize(CENT) if source.random() < 0.25 else Decimal(0)
        postage = Decimal(0) if goods >= 59 else Decimal(6)
        payable = goods - discount - platform + postage
        refund = self._refund(lines, payable) if is_paid else Decimal(0)
        return DemoOrder(
            number=f"{self.prefix}{placed_at:%Y%m%d}{self._number:06d}",
            buyer=buyer,
            placed_at=placed_at,
            paid_at=placed_at + timedelta(seconds=source.randrange(20, 900)) if is_paid else None,
            lines=lines,
            discount=discount,
            platform_discount=platform,
            postage=postage,
            refund=refund,
            note=source.choice(("", "", "", "", "", "请尽快发货", "送人的，麻烦包装好一点", "不要放快递柜")),
        )

    def _refund(self, lines: Sequence[DemoLine], payable: Decimal) -> Decimal:
        chance = self.source.random()
        if chance < 0.025:
            return payable
        if chance < 0.045 and len(lines) > 1:
            return min((lines[0].price * lines[0].quantity * Decimal("0.9")).quantize(CENT), payable)
        return Decimal(0)


def order_counts(first: date, last: date, *, total: int, source: random.Random) -> dict[date, int]:
    """How many orders each day has: growth, weekday, events and chance; adds up to about `total`."""
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    weights = [
        (0.75 + 0.5 * place / len(days)) * WEEKDAYS[day.weekday()] * event_factor(day) * source.uniform(0.85, 1.15)
        for place, day in enumerate(days)
    ]
    scale = total / sum(weights)
    return {day: max(round(weight * scale), 1) for day, weight in zip(days, weights, strict=True)}
