"""Scheduled prices that are taken back: what holds before them holds on, and nothing that held is ever changed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from catalog.models import Price
from catalog.services import set_price, withdraw_price
from config.kernel.errors import DomainError
from config.kernel.models import AuditEntry
from tests.catalog.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="what PostgreSQL itself refuses")
NOW = timezone.now()
BEGUN, TOMORROW, NEXT_WEEK, NEXT_MONTH = (NOW + timedelta(days=days) for days in (-30, 1, 7, 30))


@pytest.fixture
def listing():
    return make_listing(make_store("tmall"), make_sku())


def price(listing, amount, since, **more):
    return set_price(listing, amount=Decimal(amount), since=since, **more)


def standing(listing):
    rows = Price.objects.standing().filter(listing=listing).order_by("kind", "valid_from")
    return [(int(row.amount), row.valid_from, row.valid_to) for row in rows]


def price_at(listing, moment, kind="list"):
    """The price by a plain look at all rows; None where nothing is for sale."""
    rows = Price.objects.filter(listing=listing, kind=kind, withdrawn_at=None, replaced_at=None)
    found = [row.amount for row in rows if row.valid_from <= moment and (row.valid_to is None or moment < row.valid_to)]
    assert len(found) <= 1
    return int(found[0]) if found else None


def test_what_held_before_a_withdrawn_price_holds_on_as_one_row(listing):
    first = price(listing, 9, BEGUN, reason="new season")
    scheduled = price(listing, 7, TOMORROW)
    again = withdraw_price(scheduled, reason="typed wrong")
    assert standing(listing) == [(9, BEGUN, None)]
    assert (again.replaces, again.reason, again.actor) == (first, "new season", None)
    first.refresh_from_db()
    scheduled.refresh_from_db()
    assert (first.valid_to, first.withdrawn_at) == (TOMORROW, None)
    assert first.replaced_at == scheduled.withdrawn_at
    assert (scheduled.amount, scheduled.valid_from, scheduled.valid_to) == (Decimal(7), TOMORROW, None)


def test_the_trail_knows_what_was_withdrawn_why_and_what_holds_now(listing):
    price(listing, 9, BEGUN)
    withdraw_price(price(listing, 7, TOMORROW), reason="typed wrong")
    entry = AuditEntry.objects.get(action="price.withdrawn")
    assert entry.before == {"kind": "list", "amount": "7.0000", "since": TOMORROW.isoformat()}
    assert (entry.after, entry.reason, entry.store_code) == ({"amount": "9.0000"}, "typed wrong", "tmall")


def test_after_a_withdrawal_the_price_can_change_before_the_withdrawn_moment(listing):
    price(listing, 9, BEGUN)
    withdraw_price(price(listing, 7, NEXT_MONTH))
    price(listing, 8, TOMORROW)
    assert standing(listing) == [(9, BEGUN, TOMORROW), (8, TOMORROW, None)]


def test_prices_are_withdrawn_one_after_the_other_back_to_the_first(listing):
    price(listing, 9, BEGUN)
    price(listing, 8, TOMORROW)
    last = price(listing, 7, NEXT_WEEK)
    eight = withdraw_price(last)
    assert standing(listing) == [(9, BEGUN, TOMORROW), (8, TOMORROW, None)]
    withdraw_price(eight)
    assert standing(listing) == [(9, BEGUN, None)]
    assert Price.objects.filter(listing=listing).count() == 5


def test_a_price_between_two_leaves_its_time_to_the_one_before(listing):
    price(listing, 9, BEGUN)
    between = price(listing, 8, TOMORROW)
    price(listing, 7, NEXT_WEEK)
    # The caller's row is as old as its page: it does not know yet that it ends.
    assert between.valid_to is None
    withdraw_price(between)
    assert standing(listing) == [(9, BEGUN, NEXT_WEEK), (7, NEXT_WEEK, None)]
    moments = [TOMORROW - timedelta(microseconds=1), TOMORROW, NEXT_WEEK - timedelta(microseconds=1), NEXT_WEEK]
    assert [price_at(listing, moment) for moment in moments] == [9, 9, 9, 7]


def test_the_first_of_all_prices_leaves_no_price_until_the_next(listing):
    first = price(listing, 9, TOMORROW)
    price(listing, 8, NEXT_WEEK)
    assert withdraw_price(first) is None
    assert [price_at(listing, moment) for moment in (TOMORROW, NEXT_WEEK)] == [None, 8]


def test_the_only_price_leaves_none(listing):
    assert withdraw_price(price(listing, 9, TOMORROW)) is None
    assert standing(listing) == []
    price(listing, 8, TOMORROW)
    assert standing(listing) == [(8, TOMORROW, None)]


def test_another_kind_and_another_listing_are_left_alone(listing):
    other = make_listing(make_store(), make_sku())
    for where, kind in ((listing, "promotion"), (other, "list")):
        price(where, 5, BEGUN, kind=kind)
        price(where, 4, TOMORROW, kind=kind)
    price(listing, 9, BEGUN)
    withdraw_price(price(listing, 7, TOMORROW))
    assert [price_at(listing, TOMORROW), price_at(listing, TOMORROW, "promotion"), price_at(other, TOMORROW)] == [
        9,
        4,
        4,
    ]


def test_a_price_that_has_begun_is_history(listing):
    begun = price(listing, 9, BEGUN)
    with pytest.raises(DomainError) as refused:
        withdraw_price(begun)
    assert refused.value.code == "price_begun"
    assert standing(listing) == [(9, BEGUN, None)]


def test_what_was_withdrawn_or_replaced_is_not_withdrawn_again(listing):
    price(listing, 9, BEGUN)
    scheduled = price(listing, 8, TOMORROW)
    last = price(listing, 7, NEXT_WEEK)
    withdraw_price(last)
    # The second click, and a page that still shows the row as it stood before.
    for gone in (last, scheduled):
        with pytest.raises(DomainError) as refused:
            withdraw_price(gone)
        assert refused.value.code == "price_withdrawn"
    assert standing(listing) == [(9, BEGUN, TOMORROW), (8, TOMORROW, None)]
    assert AuditEntry.objects.filter(action="price.withdrawn").count() == 1


def test_both_databases_refuse_to_withdraw_what_has_begun_and_to_replace_what_is_open(listing):
    row = price(listing, 9, BEGUN)
    for change in ({"withdrawn_at": NOW}, {"replaced_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Price.objects.filter(pk=row.pk).update(**change)


def test_both_databases_refuse_two_open_rows(listing):
    price(listing, 9, BEGUN)
    values = {"listing": listing, "amount": Decimal(1), "currency": "CNY", "valid_from": NEXT_WEEK}
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(**values)
    Price.objects.create(**values, kind=Price.Kind.MEMBER)


@on_postgresql
@pytest.mark.parametrize("kind", Price.Kind.values)
def test_postgresql_refuses_two_prices_of_each_kind_at_the_same_time(listing, kind):
    price(listing, 9, TOMORROW, kind=kind)
    values = {"listing": listing, "kind": kind, "amount": Decimal(1), "currency": "CNY", "valid_from": BEGUN}
    with pytest.raises(IntegrityError), transaction.atomic():
        Price.objects.create(**values, valid_to=TOMORROW + timedelta(microseconds=1))
    Price.objects.create(**values, valid_to=TOMORROW)
    assert [price_at(listing, moment, kind) for moment in (NOW, TOMORROW)] == [1, 9]


@on_postgresql
@pytest.mark.parametrize("change", [{"amount": 2}, {"valid_to": None}, {"withdrawn_at": None}, {"replaced_at": None}])
def test_postgresql_sets_ends_once_and_changes_nothing_else(listing, change):
    price(listing, 9, BEGUN)
    price(listing, 8, TOMORROW)
    withdraw_price(price(listing, 7, NEXT_WEEK))
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Price.objects.filter(listing=listing).update(**change)


@on_postgresql
@pytest.mark.parametrize(
    "heir", [None, {"amount": Decimal(1)}, {"valid_from": TOMORROW}, {"valid_to": NOW - timedelta(1)}]
)
def test_postgresql_lets_no_price_be_replaced_but_by_itself(listing, heir):
    row = price(listing, 9, BEGUN)
    price(listing, 7, NEXT_WEEK)
    kept = {"listing": listing, "amount": Decimal(9), "currency": "CNY", "valid_from": BEGUN, "valid_to": NEXT_WEEK}
    with pytest.raises(DatabaseError, match="replaced by nothing like it"), transaction.atomic():
        Price.objects.filter(pk=row.pk).update(replaced_at=timezone.now())
        if heir:
            Price.objects.create(**kept | heir, replaces=row)
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert price_at(listing, NOW) == 9
