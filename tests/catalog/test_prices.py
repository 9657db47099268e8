"""Prices and costs as dated rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from catalog.models import Price, Sku, SkuCost
from catalog.queries import costs_on
from catalog.services import begin_costs, set_cost, set_price
from catalog.tasks import begin_due_costs
from config.kernel.errors import DomainError, InvalidInput
from tests.catalog.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 6, 1, 4, tzinfo=UTC)
LATER = MOMENT + timedelta(days=3)


def rows(listing):
    return list(
        Price.objects.filter(listing=listing)
        .order_by("kind", "valid_from")
        .values_list("kind", "amount", "valid_from", "valid_to")
    )


def test_a_new_price_ends_the_one_before_it():
    listing = make_listing(make_store(currency="GBP"), make_sku())
    set_price(listing, amount=Decimal("9.90"), since=MOMENT)
    price = set_price(listing, amount=Decimal("8.5"), since=LATER, reason="summer")
    assert rows(listing) == [
        ("list", Decimal("9.9000"), MOMENT, LATER),
        ("list", Decimal("8.5000"), LATER, None),
    ]
    assert (price.currency, price.reason) == ("GBP", "summer")


def test_kinds_of_price_do_not_end_each_other():
    listing = make_listing(make_store(), make_sku())
    set_price(listing, amount=Decimal(9), since=MOMENT)
    set_price(listing, amount=Decimal(7), since=LATER, kind=Price.Kind.PROMOTION)
    assert [row[3] for row in rows(listing)] == [None, None]


@pytest.mark.parametrize("since", [MOMENT, MOMENT - timedelta(seconds=1)])
def test_a_price_that_begins_later_is_never_wiped_silently(since):
    listing = make_listing(make_store(), make_sku())
    set_price(listing, amount=Decimal(9), since=MOMENT)
    with pytest.raises(DomainError) as refused:
        set_price(listing, amount=Decimal(7), since=since)
    assert refused.value.code == "price_scheduled"
    assert rows(listing) == [("list", Decimal("9.0000"), MOMENT, None)]


def test_negative_prices_and_costs_are_refused():
    with pytest.raises(InvalidInput):
        set_price(make_listing(make_store(), make_sku()), amount=Decimal(-1), since=MOMENT)
    with pytest.raises(InvalidInput):
        set_cost(make_sku(), amount=Decimal(-1), since=date(2026, 6, 1))
    assert not Price.objects.exists()
    assert not SkuCost.objects.exists()


def test_the_sku_shows_the_newest_cost_and_each_day_has_its_own():
    sku, other = make_sku(), make_sku()
    set_cost(sku, amount=Decimal("4.00"), since=date(2026, 1, 1))
    set_cost(sku, amount=Decimal("5.00"), since=date(2026, 6, 1))
    set_cost(sku, amount=Decimal("3.00"), since=date(2025, 1, 1))
    sku.refresh_from_db()
    assert sku.unit_cost == Decimal("5.0000")
    assert costs_on([sku.pk, other.pk], day=date(2026, 5, 31)) == {sku.pk: Decimal("4.0000")}
    assert costs_on([sku.pk], day=date(2026, 6, 1)) == {sku.pk: Decimal("5.0000")}
    assert costs_on([sku.pk], day=date(2024, 12, 31)) == {}


def test_of_two_costs_of_one_day_the_later_entry_counts():
    sku = make_sku()
    set_cost(sku, amount=Decimal("4.00"), since=date(2026, 1, 1))
    set_cost(sku, amount=Decimal("4.40"), since=date(2026, 1, 1), reason="corrected")
    assert costs_on([sku.pk], day=date(2026, 1, 1)) == {sku.pk: Decimal("4.4000")}
    assert SkuCost.objects.count() == 2


def test_a_later_cost_is_shown_when_its_day_has_come_and_not_before():
    sku, other = make_sku(), make_sku(unit_cost=Decimal(2))
    with time_machine.travel(datetime(2026, 6, 1, 4, tzinfo=UTC), tick=False):
        set_cost(sku, amount=Decimal(4), since=date(2026, 6, 1))
        set_cost(sku, amount=Decimal(5), since=date(2026, 6, 2))
    for hour, minute, shown in ((15, 59, Decimal(4)), (16, 1, Decimal(5))):
        # 16:00 in London is midnight in Beijing, where the house counts its days.
        with time_machine.travel(datetime(2026, 6, 1, hour, minute, tzinfo=UTC), tick=False):
            begin_due_costs()
        sku.refresh_from_db()
        assert sku.unit_cost == shown
    other.refresh_from_db()
    assert other.unit_cost == Decimal(2), "a SKU without dated costs keeps what it shows"


def test_costs_begin_once_in_a_few_statements_however_many(django_assert_max_num_queries):
    with time_machine.travel(datetime(2026, 6, 1, 4, tzinfo=UTC), tick=False):
        for number in range(30):
            set_cost(make_sku(), amount=Decimal(number), since=date(2026, 6, 2))
    with django_assert_max_num_queries(5):
        assert begin_costs(today=date(2026, 6, 2)) == 30
    assert begin_costs(today=date(2026, 6, 2)) == 0
    assert list(Sku.objects.order_by("pk").values_list("unit_cost", flat=True)) == list(range(30))
    assert SkuCost.objects.count() == 30
