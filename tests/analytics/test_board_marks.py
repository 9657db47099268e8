"""The live board's total over currencies, and marks of changed definitions."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from analytics import metric_versions
from analytics.metric_versions import DefinitionChange
from analytics.periods import Period
from analytics.queries.board_sales import hours_of, steady_offset
from analytics.queries.figures import CurrencyGroup
from analytics.services.rollups import rebuild_stale_days
from config.kernel.models import ExchangeRate
from membership.models import Purchase
from tests.analytics.factories import Sale, make_customer, make_order, make_reader, make_store

pytestmark = pytest.mark.django_db
BEFORE, DAY = date(2026, 3, 17), date(2026, 3, 18)
NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)  # noon in Shanghai
D = Decimal


@pytest.fixture(autouse=True)
def the_clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def look(client):
    client.force_login(make_reader(permissions=("analytics.view_storeday",), language="en"))

    def board(code, **parameters):
        return client.get(reverse(f"analytics:{code}"), parameters).context["board"]

    return board


def raw(board, panel_id):
    return [[cell.raw for cell in row] for row in board.panel(panel_id).table.rows]


@pytest.fixture
def trade():
    make_order(make_store("one"), Sale(DAY, D(100)), customer=make_customer())
    make_order(make_store("two"), Sale(BEFORE, D(40)), customer=make_customer())
    rebuild_stale_days()


def test_the_live_board_adds_currencies_up_at_the_rates_it_names(look):
    shop, abroad = make_store("one"), make_store("two", currency="EUR")
    anna, today = make_customer(), date(2026, 3, 20)
    ExchangeRate.objects.create(day=today - timedelta(days=1), currency="EUR", rate=D("7.5"))
    make_order(shop, Sale(today, D(60)), customer=anna)
    make_order(abroad, Sale(today, D(10)), customer=anna)
    make_order(abroad, Sale(today - timedelta(days=1), D(4)), customer=anna)
    board = look("today")
    assert [section.heading for section in board.sections] == [
        "All currencies together, in CNY",
        "Of which in CNY",
        "Of which in EUR",
    ]
    assert board.sections[0].rates == "At the newest rates on 2026-03-20, for all three days: 1 EUR = 7.5 CNY."
    total = {card.name: card.value for card in board.sections[0].cards}
    assert total["Today: GMV (paid amount)"] == "¥135.00"
    assert total["Today: Orders paid"] == "2"
    assert total["Today: Buyers"] == "1", "who bought in both currencies is one person"
    assert board.sentences[0].startswith("Today so far ¥135.00; yesterday by this time ¥30.00 (▲ 350.0 %)")
    assert len(board.sentences) == 1
    assert {row[0]: row[1:3] for row in raw(board, "hours-all")}["12:00"] == [D("135.00"), D("30.00")]


def test_the_live_board_names_the_currency_that_it_cannot_add_up(look):
    make_store("one")
    make_store("two", currency="EUR")
    board = look("today")
    assert [section.currency for section in board.sections] == ["CNY", "EUR"]
    assert "no total: there is no exchange rate of the last 7 days for EUR" in board.quality


def test_a_changed_definition_is_marked_on_the_chart_and_told(trade, look, monkeypatch):
    change = DefinitionChange("gmv", 2, BEFORE)
    monkeypatch.setattr(metric_versions, "CHANGES", (change, DefinitionChange("buyers", 3, DAY)))
    panel = look("sales", first="2026-03-15", last="2026-03-18").panel("days-cny")
    assert panel.data["marks"] == [{"at": 2, "name": "GMV (paid amount), definition 2"}]
    assert panel.note == (
        "From 2026-03-17 on GMV (paid amount) is worked out by definition 2: days before and after do not compare."
    )
    assert look("sales", first="2026-03-17", last="2026-03-18").panel("days-cny").data["marks"] == []


@pytest.mark.parametrize(
    ("zone", "first", "last", "hours"),
    [
        ("Asia/Shanghai", date(2025, 1, 1), date(2026, 12, 31), 8),
        ("America/New_York", date(2026, 1, 10), date(2026, 2, 10), -5),
        ("America/New_York", date(2026, 3, 1), date(2026, 3, 20), None),
        ("Europe/Berlin", date(2026, 3, 28), date(2026, 3, 28), None),
        ("Asia/Kolkata", date(2026, 1, 1), date(2026, 1, 1), None),
        ("UTC", date(2026, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_an_offset_counts_only_where_it_is_whole_and_stays(zone, first, last, hours):
    assert steady_offset(zone, [Period(first, last)]) == hours


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Europe/Berlin", "UTC"])
@pytest.mark.parametrize("first", [date(2026, 1, 5), date(2026, 3, 27)])
def test_hours_are_those_of_the_stores_own_clock_whichever_way_they_are_read(zone, first):
    store, period = make_store(time_zone=zone), Period(first, first + timedelta(days=4))
    expected = [0] * 24
    for step in range(40):
        moment = datetime.combine(first, time(0, 20), tzinfo=ZoneInfo(zone)) + timedelta(hours=2.5 * step)
        local = moment.astimezone(UTC).astimezone(ZoneInfo(zone))
        expected[local.hour] += 1
        Purchase.objects.create(
            source_ref=f"p{step}",
            checkout_ref=f"p{step}",
            store=store,
            paid_at=moment,
            paid_on=local.date(),
            currency="CNY",
            amount=1,
            goods_amount=1,
        )
    found = hours_of(CurrencyGroup("CNY", (store,)), now=period, before=None)
    assert [one.orders for one in found["now"]] == expected
