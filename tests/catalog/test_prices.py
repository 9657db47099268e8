"""Prices and costs as dated rows."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from catalog.models import Price, SkuCost
from catalog.queries import costs_on
from catalog.services import set_cost, set_price, withdraw_price
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


TOMORROW = timezone.now() + timedelta(days=1)
WEEK_AHEAD = timezone.now() + timedelta(days=7)


def test_a_scheduled_price_is_withdrawn_and_what_held_before_goes_on():
    listing = make_listing(make_store(), make_sku())
    set_price(listing, amount=Decimal(9), since=MOMENT)
    scheduled = set_price(listing, amount=Decimal(7), since=TOMORROW)
    again = withdraw_price(scheduled, reason="typed wrong")
    assert (again.amount, again.valid_from, again.valid_to) == (Decimal("9.0000"), TOMORROW, None)
    scheduled.refresh_from_db()
    assert scheduled.withdrawn_at is not None
    prices = Price.objects.filter(listing=listing)
    for moment in (MOMENT, TOMORROW, WEEK_AHEAD):
        assert [price.amount for price in prices.valid_at(moment)] == [Decimal("9.0000")]
    assert set_price(listing, amount=Decimal(8), since=WEEK_AHEAD).amount == Decimal(8)


def test_the_first_price_withdrawn_leaves_none():
    listing = make_listing(make_store(), make_sku())
    assert withdraw_price(set_price(listing, amount=Decimal(7), since=TOMORROW)) is None
    assert not Price.objects.standing().exists()


def test_a_price_that_has_begun_was_withdrawn_or_is_followed_is_not_withdrawn():
    listing = make_listing(make_store(), make_sku())
    begun = set_price(listing, amount=Decimal(9), since=MOMENT)
    first = set_price(listing, amount=Decimal(8), since=TOMORROW)
    second = set_price(listing, amount=Decimal(7), since=WEEK_AHEAD)
    for price in (begun, first):
        with pytest.raises(DomainError) as refused:
            withdraw_price(price)
        assert refused.value.code == "price_followed"
    withdraw_price(second)
    with pytest.raises(DomainError):
        withdraw_price(second)
    assert Price.objects.filter(withdrawn_at__isnull=False).count() == 1


@pytest.mark.skipif("sqlite" in str(connection.vendor), reason="exclusion constraints are PostgreSQL's")
def test_postgresql_refuses_two_prices_at_the_same_time():
    listing = make_listing(make_store(), make_sku())
    set_price(listing, amount=Decimal(9), since=MOMENT)
    other = {"listing": listing, "amount": Decimal(1), "currency": "CNY", "valid_from": LATER, "valid_to": TOMORROW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(**other)
    Price.objects.create(**other, kind=Price.Kind.MEMBER)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        Price.objects.filter(listing=listing).update(amount=Decimal(2))
