"""The stock board: value, turnover, what ran out, what does not sell, what is on its way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.boards.cells import (
    chart,
    count_cell,
    day_cell,
    days_of,
    joined,
    metric_card,
    money_cell,
    number,
    panel,
    short_value,
    text,
    text_cell,
)
from analytics.boards.choice import Choice
from analytics.boards.days import provisional_from, quality_of
from analytics.boards.links import Links
from analytics.boards.shapes import Board, Card, Cell, Panel, Section, Series
from analytics.measures import Measures
from analytics.metrics import BY_CODE
from analytics.periods import Period
from analytics.queries.board_days import BoardDays, load_days
from analytics.queries.board_stock import (
    DEAD_DAYS,
    Incoming,
    SkuDays,
    StockDay,
    StockedSkus,
    incoming_orders,
    sku_days_of,
    sold_out_and_dead_skus,
    stock_by_day,
    stock_now,
)
from analytics.queries.stock import YEAR
from catalog.models.stores import in_language
from config.kernel.money import format_money
from fulfillment.models import PurchaseOrder

CARDS = ("stock_value", "stock_turnover", "days_of_stock", "stock_out_rate_days")


@dataclass(frozen=True)
class Lists:
    """What the board lists as of this moment."""

    now: StockDay
    sold_out: StockedSkus
    dead: StockedSkus
    incoming: Sequence[Incoming]


def stock_board(choice: Choice, links: Links) -> Board:
    """The board of a choice; six queries."""
    if choice.stores and all(store.code in choice.reach.unsupplied for store in choice.stores):
        return Board(nothing=_("No warehouse supplies these stores yet."))
    periods = [one for one in (choice.period, choice.compared) if one]
    days = load_days(choice.stores, periods)
    closing = stock_by_day(choice.stores, periods)
    measures = [
        _measures(days, closing, period, sku_days)
        for period, sku_days in zip(periods, sku_days_of(choice.stores, periods), strict=True)
    ]
    before = measures[1] if len(measures) > 1 and measures[1].stocked_sku_days else None
    sold_out, dead = sold_out_and_dead_skus(choice.stores, today=choice.today)
    lists = Lists(
        now=stock_now(choice.stores, today=choice.today),
        sold_out=sold_out,
        dead=dead,
        incoming=incoming_orders(choice.stores),
    )
    base = settings.BASE_CURRENCY
    cards = [metric_card(code, measures[0], before, currency=base, note=_note(code, measures[0])) for code in CARDS]
    panels = [
        _value_panel(choice, closing, links),
        _sold_out_panel(lists.sold_out, links),
        _dead_panel(lists.dead, links),
        _incoming_panel(lists.incoming, choice, links),
    ]
    return Board(
        sentences=_sentences(lists, choice),
        sections=[Section(base, _without_twin([*_list_cards(lists), *cards], choice), panels)],
        quality=_quality(choice, days, closing),
    )


def _without_twin(cards: list[Card], choice: Choice) -> list[Card]:
    """Where the range ends with what is there now, both amounts are the same: told once, with its change and its pieces."""
    now = next(card for card in cards if card.code == "stock_now")
    closing = next(card for card in cards if card.code == "stock_value")
    if choice.period.last < choice.today - timedelta(days=1) or closing.exact != now.exact:
        return cards
    return [replace(closing, note=now.note), *(card for card in cards if card not in (now, closing))]


def _note(code: str, now: Measures) -> str:
    """How much a rate of days rests on."""
    if code != "stock_out_rate_days":
        return ""
    return _("%(out)s of %(all)s SKU-days with a snapshot") % {
        "out": f"{now.stock_out_sku_days or 0:,}",
        "all": f"{now.stocked_sku_days or 0:,}",
    }


def _measures(days: BoardDays, closing: Sequence[StockDay], period: Period, sku_days: SkuDays) -> Measures:
    """The stock measures of a period, as reports have them: cost of sales in the base currency beside the stock at cost."""
    within = [one for one in closing if period.first <= one.day <= period.last]
    values = [one.value for one in within if one.value is not None]
    is_valued = bool(within) and len(values) == len(within)
    cost = _base_cost(days, period)
    return replace(
        Measures(),
        stock_value=values[-1] if is_valued else None,
        mean_stock_value=sum(values, Decimal(0)) / len(values) if is_valued else None,
        base_cost_per_day=cost / period.days if cost else None,
        yearly_base_cost=cost / period.days * YEAR if cost else None,
        stocked_sku_days=sku_days.all,
        stock_out_sku_days=sku_days.out,
    )


def _base_cost(days: BoardDays, period: Period) -> Decimal | None:
    if days.days_without_rate():
        return None
    rows = [row for row in days.days if period.first <= row.day <= period.last]
    return sum((row.measures.cost_amount * (row.rate or 1) for row in rows), Decimal(0)) if rows else None


def _list_cards(lists: Lists) -> list[Card]:
    pieces = sum(one.pieces for one in lists.incoming)
    base = settings.BASE_CURRENCY
    value = short_value(BY_CODE["stock_value"], lists.now.value, currency=base)
    return [
        Card(
            "stock_now",
            _("Stock at cost now"),
            value,
            format_money(lists.now.value, currency=base),
            note=ngettext("%s piece", "%s pieces", lists.now.pieces) % f"{lists.now.pieces:,}",
        ),
        _plain_card("sold_out", _("Sold-out SKUs now"), lists.sold_out.count, link="#sold-out"),
        _plain_card(
            "dead",
            _("Dead SKUs now"),
            lists.dead.count,
            link="#dead",
            note=_("%s at cost") % format_money(lists.dead.value, currency=base),
            formula=_("SKUs in stock of which these stores sold nothing for %s days.") % DEAD_DAYS,
        ),
        _plain_card(
            "incoming",
            _("Pieces on their way"),
            pieces,
            link="#incoming",
            note=ngettext("on %s purchase order", "on %s purchase orders", len(lists.incoming)) % len(lists.incoming),
        ),
    ]


def _plain_card(code: str, name: str, count: int, *, link: str, note: str = "", formula: str = "") -> Card:
    return Card(code, name, f"{count:,}", f"{count:,}", formula=formula, link=link if count else "", note=note)


def _sentences(lists: Lists, choice: Choice) -> list[str]:
    told = []
    if lists.sold_out.count:
        names = joined([in_language(one.name, one.english_name) for one in lists.sold_out.rows[:3]])
        waiting = sum(not one.incoming for one in lists.sold_out.rows)
        words = {"count": lists.sold_out.count, "names": names}
        told.append(
            ngettext(
                "%(count)s listed SKU is sold out: %(names)s.",
                "%(count)s listed SKUs are sold out, first those that sell most: %(names)s.",
                lists.sold_out.count,
            )
            % words
        )
        if waiting:
            told.append(
                _("Nothing is on order for any of them.")
                if waiting == lists.sold_out.count
                else ngettext("Nothing is on order for %s of them.", "Nothing is on order for %s of them.", waiting)
                % waiting
            )
    late = [one for one in lists.incoming if one.expected_on and one.expected_on < choice.today]
    if late:
        told.append(ngettext("%s purchase order is late.", "%s purchase orders are late.", len(late)) % len(late))
    return told or [_("Nothing listed is sold out, and no purchase order is late.")]


def _quality(choice: Choice, days: BoardDays, closing: Sequence[StockDay]) -> list[str]:
    lines = [line for line in quality_of(choice, days) if line != _("nothing is missing")]
    seen = {one.day for one in closing}
    missing = sum(day not in seen and day < choice.today for day in days_of(choice.period))
    if missing:
        lines.append(ngettext("%s day without a stock snapshot", "%s days without a stock snapshot", missing) % missing)
    if any(store.code in choice.reach.assumed for store in choice.stores):
        lines.append(_("the stock is assumed, it was never counted"))
    return lines or [_("nothing is missing")]


def _value_panel(choice: Choice, closing: Sequence[StockDay], links: Links) -> Panel:
    by_day = {one.day: one for one in closing}
    base = settings.BASE_CURRENCY
    days = days_of(choice.period)
    known = [by_day[day] for day in days if day in by_day]
    series = [Series(_("Stock at cost"), [by_day[day].value if day in by_day else None for day in days])]
    if choice.compared and any(day in by_day for day in days_of(choice.compared)):
        earlier = days_of(choice.compared)
        values = [by_day[day].value if day in by_day else None for day in earlier]
        series.append(
            Series(_("the period compared with"), values, role="compare", labels=[day.isoformat() for day in earlier])
        )
    rows = [[day_cell(one.day), money_cell(one.value, currency=base), count_cell(one.pieces)] for one in known]
    summary = _("No stock was noted in this range.")
    if known and known[-1].value is not None:
        summary = _("%(value)s at the end of %(day)s, %(pieces)s pieces.") % {
            "value": format_money(known[-1].value, currency=base),
            "day": known[-1].day,
            "pieces": f"{known[-1].pieces:,}",
        }
    return panel(
        links,
        "value",
        title=_("Stock at cost by day"),
        columns=[text(_("Day")), number(_("Stock at cost")), number(_("Pieces"))],
        rows=rows,
        data=chart(
            "line",
            labels=days,
            series=series,
            unit="money",
            currency=base,
            label_kind="day",
            provisional_from=provisional_from(choice),
        ),
        summary=summary,
        note=_("From the snapshot at the end of each day."),
        is_wide=True,
    )


def _sku_rows(skus: StockedSkus, links: Links, *, with_value: bool) -> list[list[Cell]]:
    return [
        [
            text_cell(f"{in_language(one.name, one.english_name)} · {one.code}", link=links.sku(one.sku_id)),
            count_cell(one.on_hand if with_value else one.sold),
            money_cell(one.value, currency=settings.BASE_CURRENCY) if with_value else count_cell(one.incoming),
        ]
        for one in skus.rows
    ]


def _sold_out_panel(skus: StockedSkus, links: Links) -> Panel:
    return panel(
        links,
        "sold-out",
        title=_("Sold out now"),
        caption=_("Listed SKUs without a sellable piece, those that sold most first"),
        columns=[text(_("SKU")), number(_("Sold in 28 days")), number(_("On order"))],
        rows=_sku_rows(skus, links, with_value=False),
        note=_shown(skus),
    )


def _dead_panel(skus: StockedSkus, links: Links) -> Panel:
    return panel(
        links,
        "dead",
        title=_("Dead stock now"),
        caption=_("SKUs in stock that sold nothing for %s days, the dearest first") % DEAD_DAYS,
        columns=[text(_("SKU")), number(_("On hand")), number(_("Stock at cost"))],
        rows=_sku_rows(skus, links, with_value=True),
        note=_shown(skus),
    )


def _shown(skus: StockedSkus) -> str:
    if skus.count <= len(skus.rows):
        return ""
    return _("The first %(shown)s of %(count)s.") % {"shown": len(skus.rows), "count": f"{skus.count:,}"}


def _incoming_panel(orders: Sequence[Incoming], choice: Choice, links: Links) -> Panel:
    states = dict(PurchaseOrder.State.choices)
    rows = []
    for one in orders:
        expected = one.expected_on.isoformat() if one.expected_on else "—"
        is_late = one.expected_on is not None and one.expected_on < choice.today
        rows.append(
            [
                text_cell(one.number, link=links.purchase_order(one.order_id)),
                text_cell(in_language(one.supplier, one.english_supplier)),
                text_cell(str(states.get(one.state, one.state))),
                Cell(_("%s, late") % expected if is_late else expected, one.expected_on),
                count_cell(one.pieces),
                money_cell(one.amount, currency=one.currency),
            ]
        )
    return panel(
        links,
        "incoming",
        title=_("On its way"),
        caption=_("Open purchase orders, the earliest first"),
        columns=[
            text(_("Purchase order")),
            text(_("Supplier")),
            text(_("State")),
            text(_("Expected")),
            number(_("Pieces to come")),
            number(_("Amount")),
        ],
        rows=rows,
        is_wide=True,
    )
