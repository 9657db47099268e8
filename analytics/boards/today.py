"""The live board: this hour and the day so far, beside yesterday and the same weekday a week ago."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.boards.cells import (
    chart,
    joined,
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
from analytics.boards.shapes import Board, Card, Panel, Section, Series
from analytics.measures import Measures
from analytics.metric_texts import name_of
from analytics.metrics import BY_CODE
from analytics.periods import Period
from analytics.queries.board_sales import HOURS
from analytics.queries.board_today import DAYS_AGO, LiveDays, LiveTotal, RunningDays, live_days
from analytics.reading import format_value
from catalog.models import Store
from config.kernel.store_time import zone_of

SO_FAR = ("gmv", "paid_orders", "buyers", "per_buyer", "per_order", "refunds")
THIS_HOUR = ("gmv", "paid_orders")


def today_board(choice: Choice, links: Links, *, now: datetime) -> Board:
    """The board of the stores chosen as of a moment; three queries, five where there are several currencies."""
    live = live_days(choice.stores, now=now, today=choice.today)
    hour = now.astimezone(zone_of(choice.stores[0].time_zone)).hour
    base = settings.BASE_CURRENCY
    sections = []
    if live.total:
        cards = _cards(base, live.total.days, choice=choice, links=links)
        hours = _hours_panel(base, live.total.days, hour=hour, links=links, part="all")
        heading = _("All currencies together, in %(currency)s") % {"currency": base}
        sections.append(Section(base, cards, [hours], heading=heading, rates=_rates(live.total)))
    for currency, days in live.by_currency.items():
        stores = tuple(store for store in choice.stores if store.currency == currency)
        cards = _cards(currency, days, choice=choice, links=links, stores=stores if len(live.by_currency) > 1 else None)
        heading = _("Of which in %(currency)s") % {"currency": currency} if live.total else ""
        hours = _hours_panel(currency, days, hour=hour, links=links, part=currency.lower())
        sections.append(Section(currency, cards, [hours], heading=heading))
    told = {base: live.total.days} if live.total else live.by_currency
    return Board(
        sentences=[_sentence(currency, days) for currency, days in told.items()],
        sections=sections,
        quality=[
            _("today is provisional: payments still come in"),
            _("read from the purchases as they are noted"),
            *_missing_rates(live),
        ],
    )


def _rates(total: LiveTotal) -> str:
    rates = joined(
        [f"1 {currency} = {rate.normalize():f} {settings.BASE_CURRENCY}" for currency, rate in total.rates.items()]
    )
    return _("At the newest rates on %(day)s, for all three days: %(rates)s.") % {"day": total.day, "rates": rates}


def _missing_rates(live: LiveDays) -> list[str]:
    if not live.without_rate:
        return []
    return [_("no total: there is no exchange rate of the last 7 days for %s") % joined(live.without_rate)]


def _names() -> dict[int, str]:
    return {0: _("today"), 1: _("yesterday"), 7: _("a week ago")}


def _sentence(currency: str, days: RunningDays) -> str:
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


def _cards(
    currency: str,
    days: RunningDays,
    *,
    choice: Choice,
    links: Links,
    stores: tuple[Store, ...] | None = None,
) -> list[Card]:
    """`stores`: those of the currency, where others have another; the lists behind are narrowed to them."""
    today = Period(choice.today, choice.today)
    cards = [
        _card(code, [days[ago].this_hour for ago in DAYS_AGO], currency, name=_("This hour: %s"), link="")
        for code in THIS_HOUR
    ]
    orders = links.orders(today, stores=stores)
    behind = {"gmv": orders, "paid_orders": orders, "refunds": links.refunds(today, stores=stores)}
    return cards + [
        _card(code, [days[ago].so_far for ago in DAYS_AGO], currency, name=_("Today: %s"), link=behind.get(code, ""))
        for code in SO_FAR
    ]


def _card(code: str, measures: list[Measures], currency: str, *, name: str, link: str) -> Card:
    """Against yesterday and against the weekday a week ago."""
    now, yesterday, week = measures
    card = metric_card(code, now, yesterday, currency=currency, link=link, when=_("yesterday"))
    metric = BY_CODE[code]
    earlier = metric_change(
        metric, metric.value(now), metric.value(week), currency=currency, when=pgettext("comparison", "a week ago")
    )
    return replace(card, name=name % name_of(metric), further=earlier)


def _hours_panel(currency: str, days: RunningDays, *, hour: int, links: Links, part: str) -> Panel:
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
        f"hours-{part}",
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
        summary=_("Today so far by hour, beside yesterday and the same weekday a week ago."),
        is_wide=True,
    )


def compared_days(choice: Choice) -> dict[str, str]:
    """Which days stand beside today."""
    return {name: (choice.today - timedelta(days=ago)).isoformat() for ago, name in _names().items()}
