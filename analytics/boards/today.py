"""The live board: this hour and the day so far, beside yesterday and the same weekday a week ago."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from analytics.boards.cells import (
    chart,
    metric_card,
    metric_change,
    money_cell,
    number,
    panel,
    text,
    text_cell,
)
from analytics.boards.choice import Choice
from analytics.boards.links import Links
from analytics.boards.shapes import Board, Card, Change, Panel, Section, Series
from analytics.measures import Measures
from analytics.metric_texts import name_of
from analytics.metrics import BY_CODE
from analytics.periods import Period
from analytics.queries.board_sales import HOURS
from analytics.queries.board_today import DAYS_AGO, RunningDay, running_days
from analytics.reading import format_value
from config.kernel.store_time import zone_of

SO_FAR = ("gmv", "paid_orders", "buyers", "per_buyer", "per_order", "refunds")
THIS_HOUR = ("gmv", "paid_orders")


def today_board(choice: Choice, links: Links, *, now: datetime) -> Board:
    """The board of the stores chosen as of a moment; three queries."""
    found = running_days(choice.stores, now=now)
    hour = now.astimezone(zone_of(choice.stores[0].time_zone)).hour
    sections = [
        Section(
            currency, _cards(currency, days, choice=choice, links=links), [_hours_panel(currency, days, hour, links)]
        )
        for currency, days in found.items()
    ]
    return Board(
        sentences=[_sentence(currency, days) for currency, days in found.items()],
        sections=sections,
        quality=[_("today is provisional: payments still come in"), _("read from the purchases as they are noted")],
    )


def _names() -> dict[int, str]:
    return {0: _("today"), 1: _("yesterday"), 7: _("a week ago")}


def _sentence(currency: str, days: dict[int, RunningDay]) -> str:
    metric = BY_CODE["gmv"]
    now, *earlier = (metric.value(days[ago].so_far) for ago in DAYS_AGO)
    changes = [metric_change(metric, now, before, currency=currency) for before in earlier]
    words = {
        "now": format_value(metric, now, currency=currency),
        "yesterday": changes[0].before,
        "change": changes[0].text,
        "week": changes[1].before,
        "week_change": changes[1].text,
    }
    return (
        _(
            "Today so far %(now)s; yesterday by this time %(yesterday)s (%(change)s), "
            "the same weekday a week ago %(week)s (%(week_change)s)."
        )
        % words
    )


def _cards(currency: str, days: dict[int, RunningDay], *, choice: Choice, links: Links) -> list[Card]:
    today = Period(choice.today, choice.today)
    cards = [
        _card(code, [days[ago].this_hour for ago in DAYS_AGO], currency, name=_("This hour: %s"), link="")
        for code in THIS_HOUR
    ]
    behind = {"gmv": links.orders(today), "paid_orders": links.orders(today), "refunds": links.refunds(today)}
    return cards + [
        _card(code, [days[ago].so_far for ago in DAYS_AGO], currency, name=_("Today: %s"), link=behind.get(code, ""))
        for code in SO_FAR
    ]


def _card(code: str, measures: list[Measures], currency: str, *, name: str, link: str) -> Card:
    """Against yesterday; the weekday a week ago stands in the note."""
    now, yesterday, week = measures
    card = metric_card(code, now, yesterday, currency=currency, link=link, when=_("yesterday"))
    metric = BY_CODE[code]
    against: Change = metric_change(metric, metric.value(now), metric.value(week), currency=currency)
    note = _("%(change)s a week ago: %(before)s") % {"before": against.before, "change": against.text}
    shown = name % name_of(metric)
    return Card(card.code, shown, card.value, card.exact, card.formula, card.link, card.change, note)


def _hours_panel(currency: str, days: dict[int, RunningDay], hour: int, links: Links) -> Panel:
    names = _names()
    today: list[Decimal | None] = [value if place <= hour else None for place, value in enumerate(days[0].by_hour)]
    series = [
        Series(names[0], today),
        Series(names[1], days[1].by_hour, role="compare"),
        Series(names[7], days[7].by_hour, role="third"),
    ]
    rows = [
        [
            text_cell(f"{place:02d}:00"),
            money_cell(today[place], currency=currency),
            money_cell(days[1].by_hour[place], currency=currency),
            money_cell(days[7].by_hour[place], currency=currency),
        ]
        for place in HOURS
    ]
    return panel(
        links,
        f"hours-{currency.lower()}",
        title=_("Paid amount by hour"),
        caption=_("Paid amount by hour on the stores' own clocks"),
        columns=[text(_("Hour")), *(number(names[ago]) for ago in DAYS_AGO)],
        rows=rows,
        data=chart(
            "line",
            labels=[f"{place:02d}" for place in HOURS],
            series=series,
            unit="money",
            currency=currency,
            provisional_from=hour,
        ),
        summary=_("Today by hour until %s, beside yesterday and the same weekday a week ago.") % f"{hour:02d}:59",
        is_wide=True,
    )


def compared_days(choice: Choice) -> dict[str, str]:
    """Which days stand beside today."""
    return {name: (choice.today - timedelta(days=ago)).isoformat() for ago, name in _names().items()}
