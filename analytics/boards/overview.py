"""The index of the boards: one card each, with a headline figure and a small line of its days."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.boards.cells import days_of, metric_change, short_value
from analytics.boards.choice import Choice
from analytics.boards.shapes import Change
from analytics.measures import Measures
from analytics.metrics import BY_CODE
from analytics.queries.board_days import BoardDays, load_days
from analytics.queries.board_service import backlog_of
from analytics.queries.board_stock import stock_now
from analytics.queries.purchases import all_purchases
from analytics.reading import DASH
from config.kernel.money import format_money

WIDTH, HEIGHT = 120, 32


@dataclass(frozen=True)
class BoardCard:
    """A board on the index."""

    code: str
    title: str
    icon: str
    link: str
    figure: str = DASH
    about: str = ""
    change: Change | None = None
    # Places of the line's points in a box of 120 x 32; empty without values.
    points: str = ""
    line_label: str = ""
    extra: Sequence[str] = field(default_factory=tuple)


def overview(choice: Choice, *, now: datetime) -> list[BoardCard]:
    """The cards of the boards over the range; four queries."""
    days = load_days(choice.stores, [choice.period, choice.compared])
    people = _people(choice)
    stock = stock_now(choice.stores, today=choice.today)
    waiting = sum(one.total for one in backlog_of(choice.stores, now=now) if one.state in ("new", "open"))
    span = _("last %s days") % choice.period.days
    tickets = [float(one) for one in _by_day(days, choice, "tickets_opened")]
    return [
        _today_card(people["today"]),
        _sales_card(days, choice, span),
        _members_card(days, people, choice, span),
        BoardCard(
            "stock",
            _("Stock board"),
            "warehouse",
            reverse("analytics:stock"),
            figure=short_value(BY_CODE["stock_value"], stock.value, currency=settings.BASE_CURRENCY),
            about=_("stock at cost now, %s pieces") % f"{stock.pieces:,}",
        ),
        BoardCard(
            "service",
            _("Service board"),
            "support_agent",
            reverse("analytics:service"),
            figure=f"{waiting:,}",
            about=_("tickets wait for us now"),
            points=line_points(tickets),
            line_label=_("tickets opened by day"),
        ),
    ]


def _people(choice: Choice) -> dict[str, int]:
    """Distinct known buyers now and before, and the orders paid today; one query."""
    spans: dict[str, Any] = {"now": Q(paid_on__range=(choice.period.first, choice.period.last))}
    compared = choice.compared or choice.period
    spans["before"] = Q(paid_on__range=(compared.first, compared.last))
    today = Q(paid_on=choice.today)
    bought = all_purchases().filter(
        spans["now"] | spans["before"] | today, store__in=[store.pk for store in choice.stores]
    )
    people = {name: Count("customer", distinct=True, filter=span) for name, span in spans.items()}
    found: dict[str, int] = bought.aggregate(**people, today=Count("pk", filter=today))
    return found


def _today_card(orders: int) -> BoardCard:
    return BoardCard(
        "today",
        _("Today, live"),
        "bolt",
        reverse("analytics:today"),
        figure=f"{orders:,}",
        about=_("orders paid today"),
    )


def _sales_card(days: BoardDays, choice: Choice, span: str) -> BoardCard:
    metric = BY_CODE["gmv"]
    groups = days.groups()
    values = [metric.value(days.total(group, choice.period)) for group in groups]
    before = metric.value(days.total(groups[0], choice.compared))
    is_one = len(groups) == 1
    is_compared = is_one and choice.compared is not None
    return BoardCard(
        "sales",
        _("Sales board"),
        "payments",
        reverse("analytics:sales"),
        figure=short_value(metric, values[0], currency=groups[0].currency),
        about=_("GMV, %s") % span,
        change=metric_change(metric, values[0], before, currency=groups[0].currency) if is_compared else None,
        points=line_points([float(one) for one in _by_day(days, choice, "paid_amount")]) if is_one else "",
        line_label=_("GMV by day"),
        extra=[
            format_money(value, currency=group.currency) for group, value in zip(groups[1:], values[1:], strict=True)
        ],
    )


def _members_card(days: BoardDays, people: dict[str, int], choice: Choice, span: str) -> BoardCard:
    metric = BY_CODE["buyers"]
    return BoardCard(
        "members",
        _("Members board"),
        "group",
        reverse("analytics:members"),
        figure=f"{people['now']:,}",
        about=_("known buyers, %s") % span,
        change=metric_change(metric, Decimal(people["now"]), Decimal(people["before"]), currency="")
        if choice.compared
        else None,
        points=line_points([float(one) for one in _by_day(days, choice, "buyers")]),
        line_label=_("buyers by day"),
    )


def _by_day(days: BoardDays, choice: Choice, name: str) -> list[Any]:
    """A measure of each day of the range, over all stores."""
    group = days.groups()[0]
    by_day = days.by_day(group, choice.period)
    if name == "buyers":
        # Of single stores: the line shows the shape, the figure beside it counts each person once.
        return [sum(days.buyers_on(day)) for day in days_of(choice.period)]
    return [getattr(by_day.get(day, Measures()), name) for day in days_of(choice.period)]


def line_points(values: Sequence[float]) -> str:
    """The points of a small line from zero, for a polyline in a box of 120 x 32."""
    if len(values) < 2 or not max(values):
        return ""
    step, top = WIDTH / (len(values) - 1), max(values)
    return " ".join(
        f"{place * step:.1f},{HEIGHT - 1 - max(value, 0) / top * (HEIGHT - 3):.1f}"
        for place, value in enumerate(values)
    )
