"""The sales board: GMV, orders, buyers, 客单价, 笔单价 and refunds, by day, store, channel, product and hour."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import reading
from analytics.boards.cells import (
    change_of,
    chart,
    count_cell,
    day_cell,
    days_of,
    metric_card,
    metric_cell,
    money_cell,
    number,
    panel,
    text,
    text_cell,
)
from analytics.boards.choice import Choice
from analytics.boards.days import (
    NOTHING,
    Sides,
    compared_series,
    compared_words,
    day_values,
    event_bands,
    event_sentence,
    names_of,
    provisional_from,
    quality_of,
    sides,
    stores_now_and_before,
    version_marks,
    version_note,
    with_people,
)
from analytics.boards.figures import figures_panel
from analytics.boards.links import Links
from analytics.boards.nothing import has_trade, nothing_here
from analytics.boards.products import mover_panel, mover_sentence, product_panel
from analytics.boards.shapes import Board, Card, Cell, Panel, Section, Series
from analytics.headline import headline
from analytics.measures import Measures
from analytics.queries.board_days import BoardDays, load_days
from analytics.queries.board_people import BuyersOfRange, buyers_of_parts
from analytics.queries.board_sales import Hour, SoldProduct, hours_of, sold_products
from analytics.queries.figures import CurrencyGroup
from analytics.queries.quality import events_in
from analytics.ranges import Against
from catalog.models import Store
from config.kernel.money import format_money

Events = Sequence[Mapping[str, str]]


def sales_board(choice: Choice, links: Links) -> Board:
    """The board of a choice; six queries and one more for each currency that stands by itself."""
    stores = choice.stores
    days = load_days(stores, [choice.period, choice.compared])
    if not has_trade(days, choice):
        return nothing_here(choice, links)
    people = buyers_of_parts(stores, now=choice.period, before=choice.compared)
    events = events_in(stores, first=choice.period.first, last=choice.period.last)
    products = sold_products(stores, now=choice.period, before=choice.compared)
    groups = days.groups()
    return Board(
        sentences=_sentences(choice, days, groups, people=people, products=products, events=events),
        sections=[
            Section(
                group.currency,
                _cards(group, days, choice, people=people, links=links),
                _panels(group, days, choice, people=people, products=products, events=events, links=links),
                is_converted=group.is_converted,
            )
            for group in groups
        ],
        quality=quality_of(choice, days),
    )


def _part(group: CurrencyGroup) -> str:
    return "all" if group.is_converted else f"currency:{group.currency}"


def _group_sides(group: CurrencyGroup, days: BoardDays, choice: Choice, people: BuyersOfRange) -> Sides:
    found = sides(days, group, choice)
    before = None if found.before is None else with_people(found.before, people.before, _part(group))
    return Sides(with_people(found.now, people.now, _part(group)), before)


def _sentences(
    choice: Choice,
    days: BoardDays,
    groups: Sequence[CurrencyGroup],
    *,
    people: BuyersOfRange,
    products: Sequence[SoldProduct],
    events: Events,
) -> list[str]:
    sentences: list[str] = []
    content = {
        "stores": [
            {"code": store.code, "name": store.name, "english_name": store.english_name} for store in choice.stores
        ]
    }
    for group in groups:
        now, before = stores_now_and_before(days, group, choice)
        codes = {store.pk: store.code for store in group.stores}
        told = headline(
            {codes[pk]: with_people(one, people.now, f"store:{pk}") for pk, one in now.items()},
            {codes[pk]: with_people(one, people.before, f"store:{pk}") for pk, one in before.items()},
            against="year_before" if choice.against is Against.YEAR else "previous",
        )
        section = {"currency": group.currency, "headline": told}
        why = reading.why(content, section) if choice.compared else []
        sentences += [reading.what_moved(section), *why]
    return [*sentences, *mover_sentence(products, choice), *event_sentence(events)]


def _cards(group: CurrencyGroup, days: BoardDays, choice: Choice, *, people: BuyersOfRange, links: Links) -> list[Card]:
    both = _group_sides(group, days, choice, people)
    orders = links.orders(choice.period, stores=_linked(group, choice))
    refunds = links.refunds(choice.period, stores=_linked(group, choice))
    behind = {
        "gmv": orders,
        "paid_orders": orders,
        "buyers": links.purchases(choice.period),
        "per_buyer": "",
        "per_order": "",
        "refunds": refunds,
        "refund_rate": "",
        "gross_margin": "",
    }
    return [
        metric_card(code, both.now, both.before, currency=group.currency, link=link) for code, link in behind.items()
    ]


def _linked(group: CurrencyGroup, choice: Choice) -> tuple[Store, ...] | None:
    """The stores that a link filters by; all of the choice need no list."""
    return None if len(group.stores) == len(choice.stores) else group.stores


def _panels(
    group: CurrencyGroup,
    days: BoardDays,
    choice: Choice,
    *,
    people: BuyersOfRange,
    products: Sequence[SoldProduct],
    events: Events,
    links: Links,
) -> list[Panel]:
    own = [one for one in products if group.is_converted or one.currency == group.currency]
    panels = [_days_panel(group, days, choice, events=events, links=links)]
    if len(group.stores) > 1:
        panels.append(_stores_panel(group, days, choice, people=people, links=links))
    if len({store.channel_id for store in group.stores}) > 1:
        panels.append(_channels_panel(group, days, choice, people=people, links=links))
    panels.append(product_panel(group, own, links=links))
    if choice.compared:
        panels.append(mover_panel(group, own, links=links))
    panels.append(_hours_panel(group, choice, links=links))
    return [*panels, figures_panel(group, _group_sides(group, days, choice, people), links=links)]


def _id(name: str, group: CurrencyGroup) -> str:
    return f"{name}-{group.currency.lower()}"


def _days_panel(group: CurrencyGroup, days: BoardDays, choice: Choice, *, events: Events, links: Links) -> Panel:
    now, before = days.by_day(group, choice.period), days.by_day(group, choice.compared)
    series = [
        Series(_("GMV"), day_values(now, choice.period, "gmv", today=choice.today)),
        *compared_series(before, choice, "gmv"),
    ]
    columns = [text(_("Day")), number(_("GMV")), number(_("Orders")), number(_("Refunds")), number(_("Net GMV"))]
    data = chart(
        "line" if choice.period.days > 2 else "bar",
        labels=days_of(choice.period),
        series=series,
        unit="money",
        currency=group.currency,
        label_kind="day",
        bands=event_bands(events, choice.period),
        marks=version_marks(("gmv",), choice.period),
        provisional_from=provisional_from(choice),
    )
    return panel(
        links,
        _id("days", group),
        title=_("GMV by day"),
        columns=[*columns, *([number(_("GMV, %s") % compared_words(choice))] if before else [])],
        rows=_day_rows(group, choice, now, before, links=links),
        data=data,
        summary=_days_summary(group, now, choice),
        note=version_note(("gmv", "paid_orders", "refunds", "net_gmv"), choice),
        is_wide=True,
    )


def _day_rows(
    group: CurrencyGroup,
    choice: Choice,
    now: Mapping[date, Measures],
    before: Mapping[date, Measures],
    *,
    links: Links,
) -> list[list[Cell]]:
    shift = choice.period.first - choice.compared.first if choice.compared else timedelta(0)
    stores, currency = _linked(group, choice), group.currency
    rows = []
    for day in days_of(choice.period):
        measures = now.get(day, NOTHING)
        one = replace(choice.period, first=day, last=day)
        cells = [day_cell(day, link=links.orders(one, stores=stores))]
        cells += [
            metric_cell(code, measures, currency=currency) for code in ("gmv", "paid_orders", "refunds", "net_gmv")
        ]
        if before:
            cells.append(metric_cell("gmv", before.get(day - shift, NOTHING), currency=currency))
        rows.append(cells)
    return rows


def _days_summary(group: CurrencyGroup, now: Mapping[date, Measures], choice: Choice) -> str:
    if not now:
        return _("No orders were paid in this range.")
    best = max(now, key=lambda day: now[day].paid_amount)
    return _("GMV of %(count)s days; the best was %(day)s with %(amount)s.") % {
        "count": choice.period.days,
        "day": best,
        "amount": format_money(now[best].paid_amount, currency=group.currency),
    }


def _stores_panel(
    group: CurrencyGroup, days: BoardDays, choice: Choice, *, people: BuyersOfRange, links: Links
) -> Panel:
    now, before = stores_now_and_before(days, group, choice)
    parts = {
        store.code: (
            with_people(now.get(store.pk, NOTHING), people.now, f"store:{store.pk}"),
            with_people(before.get(store.pk, NOTHING), people.before, f"store:{store.pk}"),
        )
        for store in group.stores
    }
    names = names_of(group.stores)
    shown = {store.code: names[store.pk] for store in group.stores}
    narrowed = {store.code: links.narrowed(store=store.code) for store in group.stores}
    return _parts_panel(
        _id("stores", group),
        _("By store"),
        _("Store"),
        parts,
        group=group,
        links=links,
        names=shown,
        narrowed=narrowed,
        choice=choice,
    )


def _channels_panel(
    group: CurrencyGroup, days: BoardDays, choice: Choice, *, people: BuyersOfRange, links: Links
) -> Panel:
    now, before = stores_now_and_before(days, group, choice)
    channels = {store.channel.code: store.channel for store in group.stores}
    parts = {}
    for code, channel in channels.items():
        of_channel = [store.pk for store in group.stores if store.channel_id == channel.pk]
        parts[code] = tuple(
            with_people(Measures.total(side.get(pk, NOTHING) for pk in of_channel), counted, f"channel:{channel.pk}")
            for side, counted in ((now, people.now), (before, people.before))
        )
    return _parts_panel(
        _id("channels", group),
        _("By channel"),
        _("Channel"),
        parts,
        group=group,
        links=links,
        names={code: str(channel) for code, channel in channels.items()},
        narrowed={code: links.narrowed(channel=code, store="") for code in channels},
        choice=choice,
    )


def _parts_panel(
    panel_id: str,
    title: str,
    heading: str,
    parts: Mapping[str, tuple[Measures, ...]],
    *,
    group: CurrencyGroup,
    links: Links,
    names: Mapping[str, str],
    narrowed: Mapping[str, str],
    choice: Choice,
) -> Panel:
    """Stores or channels side by side, the largest first."""
    order = sorted(parts, key=lambda code: (-parts[code][0].paid_amount, code))
    currency, compared = group.currency, choice.compared
    rows = [
        [
            text_cell(names[code], link=narrowed[code]),
            *_part_cells(parts[code], currency=currency, is_compared=compared is not None),
        ]
        for code in order
    ]
    headings = [_("GMV"), *([_("Before"), pgettext("figure", "Change")] if compared else [])]
    headings += [_("Orders"), _("Buyers"), _("Per buyer"), _("Per order"), _("Refunds")]
    both = [[parts[code][side].paid_amount for code in order] for side in (0, 1)]
    series = [Series(_("GMV"), both[0])]
    if compared:
        series.append(Series(compared_words(choice), both[1], role="compare"))
    data = chart("hbar", labels=[names[code] for code in order], series=series, unit="money", currency=currency)
    columns = [text(heading), *map(number, headings)]
    return panel(
        links,
        panel_id,
        title=title,
        columns=columns,
        rows=rows,
        data=data,
        summary=_leads(names[order[0]], both[0][0], currency),
    )


def _part_cells(sides_of_part: tuple[Measures, ...], *, currency: str, is_compared: bool) -> list[Cell]:
    now, before = sides_of_part
    cells = [metric_cell("gmv", now, currency=currency)]
    if is_compared:
        cells += [metric_cell("gmv", before, currency=currency), change_of("gmv", now, before)]
    others = ("paid_orders", "buyers", "per_buyer", "per_order", "refunds")
    return [*cells, *(metric_cell(code, now, currency=currency) for code in others)]


def _leads(name: str, amount: Decimal, currency: str) -> str:
    return _("%(name)s leads with %(amount)s.") % {"name": name, "amount": format_money(amount, currency=currency)}


def _hours_panel(group: CurrencyGroup, choice: Choice, *, links: Links) -> Panel:
    hours = hours_of(group, now=choice.period, before=choice.compared)
    now, before = hours["now"], hours.get("before", [])
    series = [Series(_("Orders paid"), [one.orders for one in now])]
    if before:
        series.append(Series(compared_words(choice), [one.orders for one in before], role="compare"))
    rows = [
        [
            text_cell(f"{hour:02d}:00"),
            count_cell(one.orders),
            money_cell(one.amount, currency=group.currency),
            *([count_cell(before[hour].orders)] if before else []),
        ]
        for hour, one in enumerate(now)
    ]
    columns = [text(_("Hour")), number(_("Orders")), number(_("Paid amount"))]
    return panel(
        links,
        _id("hours", group),
        title=_("By hour of the day"),
        columns=[*columns, *([number(_("Orders, %s") % compared_words(choice))] if before else [])],
        rows=rows,
        data=chart("bar", labels=[f"{hour:02d}" for hour in range(24)], series=series),
        summary=_busiest(now),
        note=_("By the moment of payment, on each store's own clock."),
        is_wide=True,
    )


def _busiest(hours: Sequence[Hour]) -> str:
    place = max(range(len(hours)), key=lambda hour: hours[hour].orders)
    if not hours[place].orders:
        return _("No orders were paid in this range.")
    words = {"from": f"{place:02d}:00", "to": f"{place + 1:02d}:00"}
    return _("Most orders are paid between %(from)s and %(to)s.") % words
