"""Fills an empty database with the demo store: the past through the importer, the last days through the services."""

import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils.translation import gettext as _

from analytics.models import Report, ReportSubscription
from catalog.models import Store
from config.demo.desk import fill_desk
from config.demo.goods import DemoSku, demo_skus
from config.demo.ground import STORES, Ground, lay_ground
from config.demo.history_file import write_history
from config.demo.last_days import live_through
from config.demo.shelves import fill_shelves, note_empty_shelves, note_full_shelves
from config.demo.spend import fill_spend
from config.demo.staff import make_staff
from config.demo.trade import BEIJING, DemoOrder, OrderBook, make_buyers, order_counts, stock_outs
from config.kernel.errors import DomainError
from config.kernel.models import User
from fulfillment.models import Order
from fulfillment.services.daily import rebuild_stale_days
from membership.models import Customer

MONTH_DAYS = 425
LIVE_DAYS = 3
ORDERS = 12_000
BUYERS = 5_000
TICKETS = 160
SUBSCRIBERS = ("director", "operations_manager", "analyst")


@dataclass(frozen=True)
class DemoPlan:
    """Everything that chance decided before anything is written: the same for a seed and a day."""

    skus: tuple[DemoSku, ...]
    gone: dict[str, tuple[date, date]]
    orders: dict[str, list[DemoOrder]]
    first: date
    last: date


def plan_demo(seed: int, *, today: date, orders: int = ORDERS) -> DemoPlan:
    """Make up the shop's goods, buyers and orders over the fourteen months that end on `today`."""
    source = random.Random(seed)
    skus = tuple(demo_skus(source))
    first = today - timedelta(days=MONTH_DAYS)
    gone = stock_outs(skus, source, first=first, last=today - timedelta(days=LIVE_DAYS))
    stores = [store for store, _names, _channel in STORES]
    buyers = make_buyers(stores, source, count=max(orders * BUYERS // ORDERS, 3))
    made: dict[str, list[DemoOrder]] = {}
    for place, store in enumerate(stores, start=1):
        counts = order_counts(first, today, total=int(orders * store.share), source=source)
        book = OrderBook(skus, buyers[store.code], source, prefix=str(place), gone=gone)
        made[store.code] = [order for day, count in counts.items() for order in book.day(day, count=count)]
    return DemoPlan(skus=skus, gone=gone, orders=made, first=first, last=today)


def seed_demo(*, seed: int, now: datetime, say: Callable[[str], None], orders: int = ORDERS) -> dict[str, Any]:
    """Fill the database; refuses one that holds a store already. Returns figures."""
    if Store.objects.exists():
        raise DomainError("not_empty", _("There are stores already: the demo fills an empty database only."))
    plan = plan_demo(seed, today=now.astimezone(BEIJING).date(), orders=orders)
    source = random.Random(seed + 1)
    call_command("install_reference", verbosity=0, stdout=_Silence())
    make_staff()
    ground = lay_ground(plan.skus, source, opened_on=plan.first)
    say("reference data laid")
    live_from = plan.last - timedelta(days=LIVE_DAYS - 1)
    _import_past(plan, live_from=live_from, say=say)
    note_empty_shelves(ground, plan.gone)
    fill_shelves(ground, plan.skus, source, now=now - timedelta(days=LIVE_DAYS))
    say("stock counted in")
    _live_last_days(plan, ground, source, live_from=live_from, now=now)
    rebuild_stale_days()
    note_full_shelves(ground, last=plan.last - timedelta(days=1))
    say("last days lived through")
    fill_spend(ground, source, last=plan.last - timedelta(days=1))
    tickets = fill_desk(source, now=now, count=TICKETS)
    _subscribe()
    return {
        "skus": len(ground.skus),
        "orders": Order.objects.count(),
        "customers": Customer.objects.count(),
        "tickets": tickets,
        "staff": User.objects.filter(is_demo=True).count(),
    }


class _Silence:
    def write(self, text: str) -> None:
        """Say nothing."""

    def flush(self) -> None:
        """Nothing to flush."""


def _import_past(plan: DemoPlan, *, live_from: date, say: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for code, orders in plan.orders.items():
            path = Path(folder) / f"{code}.csv"
            past = (order for order in orders if order.placed_at.astimezone(BEIJING).date() < live_from)
            count = write_history(path, past)
            call_command("import_orders", str(path), layout="generic", store=code, stdout=_Silence(), stderr=_Silence())
            say(f"{code}: {count} orders of the past imported")


def _live_last_days(plan: DemoPlan, ground: Ground, source: random.Random, *, live_from: date, now: datetime) -> None:
    recent = [
        order
        for orders in plan.orders.values()
        for order in orders
        if order.placed_at.astimezone(BEIJING).date() >= live_from
    ]
    live_through(sorted(recent, key=lambda order: (order.placed_at, order.number)), ground, source, now=now)


def _subscribe() -> None:
    ReportSubscription.objects.bulk_create(
        ReportSubscription(user=user, kind=kind)
        for user in User.objects.filter(username__in=SUBSCRIBERS)
        for kind in Report.Kind.values
    )
