"""Store days: whole days from the ledgers, equal to an independent reading, as often as one likes."""

import random
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.measures import Measures
from analytics.metrics import BY_CODE
from analytics.models import StoreDay
from analytics.periods import Period
from analytics.queries.days import fresh_days
from analytics.queries.figures import additive_measures, currency_groups, with_buyers, with_repurchase
from analytics.services.rollups import rebuild_days, rebuild_stale_days
from config.kernel.models import ExchangeRate, StaleDay
from config.kernel.stale import mark_stale
from fulfillment.models import Order, SalesEntry
from membership.models import Purchase
from tests.analytics.factories import Sale, make_customer, make_entry, make_order, make_refund, make_store
from tests.analytics.ledger_oracle import COUNTS, MONEY, expected_days

pytestmark = pytest.mark.django_db
FIRST, SECOND, THIRD = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
D = Decimal


@pytest.fixture
def worked_table():
    """1 March: O1 goods 200 - discount 20 + postage 10, paid; O2 placed 100, never paid. 3 March: 90 of goods back."""
    store = make_store()
    paid = make_order(store, Sale(FIRST, D(200), discount=D(20), shipping=D(10), units=2), customer=make_customer())
    make_order(store, Sale(FIRST, D(100), is_paid=False))
    make_refund(paid, THIRD, D(90), units=1)
    rebuild_stale_days()
    return store


def measured(store, first, last):
    period = Period(first, last)
    (group,) = currency_groups([store], [period])
    return with_buyers(additive_measures(group, period), [store], period)


def figures(store, first, last):
    measures = measured(store, first, last)
    codes = ("gmv", "gross_sales", "net_sales", "net_gmv", "placed_gmv", "paid_orders", "aov", "per_buyer", "per_order")
    return {code: BY_CODE[code].value(measures) for code in codes}


def test_the_day_of_the_sale_in_the_worked_table(worked_table):
    assert figures(worked_table, FIRST, FIRST) == {
        "gmv": 190,
        "gross_sales": 200,
        "net_sales": 180,
        "net_gmv": 190,
        "placed_gmv": 290,
        "paid_orders": 1,
        "aov": 180,
        "per_buyer": 190,
        "per_order": 190,
    }


def test_the_day_of_the_refund_in_the_worked_table(worked_table):
    found = figures(worked_table, THIRD, THIRD)
    assert (found["net_sales"], found["net_gmv"], found["gmv"]) == (-90, -90, 0)
    assert (found["aov"], found["per_buyer"], found["per_order"]) == (None, None, None)


def test_the_range_of_the_worked_table_divides_sums(worked_table):
    found = figures(worked_table, FIRST, THIRD)
    assert (found["net_sales"], found["aov"], found["net_gmv"]) == (90, 180, 100)


def test_an_order_that_nobody_paid_adds_nothing_to_money(worked_table):
    day = StoreDay.objects.get(store=worked_table, day=FIRST)
    assert (day.placed_orders, day.placed_amount, day.paid_orders, day.paid_amount) == (2, 290, 1, 190)
    assert not StoreDay.objects.filter(store=worked_table, day=SECOND, paid_amount__gt=0).exists()


def a_generated_ledger(store, *, seed, days=20):
    rng = random.Random(seed)
    customers = [make_customer() for _ in range(12)]
    for _ in range(60):
        goods = D(rng.randrange(1_00, 500_00)) / 100
        sale = Sale(
            FIRST + timedelta(days=rng.randrange(days)),
            goods,
            discount=(goods * D(rng.choice(["0", "0.1"]))).quantize(D("0.01")),
            shipping=D(rng.choice([0, 10])),
            units=rng.randrange(1, 4),
            cost=rng.choice([None, (goods / 2).quantize(D("0.01"))]),
            is_paid=rng.random() > 0.1,
        )
        order = make_order(store, sale, customer=rng.choice([None, *customers]))
        if sale.is_paid and rng.random() < 0.4:
            later = sale.day + timedelta(days=rng.randrange(3))
            kind = rng.choice(["refund", "cancel_after_pay"])
            make_refund(order, later, (goods / 3).quantize(D("0.01")), units=1, kind=kind)
    order = Order.objects.exclude(paid_on=None).first()
    for kind, values in (
        ("shipping_refund", {"line_kind": "shipping", "shipping_amount": D(-5)}),
        ("exchange_in", {"quantity": -1, "gross_amount": D(-30)}),
        ("exchange_out", {"quantity": 1, "gross_amount": D(30)}),
        ("edit", {"gross_amount": D("1.50")}),
        ("adjustment", {"line_kind": "fee", "gross_amount": D("-7.25")}),
    ):
        make_entry(order, FIRST + timedelta(days=4), kind=kind, **values)
        make_entry(order, FIRST + timedelta(days=4), kind="sale", line_kind="discount", discount_amount=D("2.00"))


def expected(store):
    return expected_days(
        list(SalesEntry.objects.filter(store=store).values()),
        list(Order.objects.filter(store=store).values()),
        list(Purchase.objects.filter(store=store).values()),
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_measure_of_every_day_equals_an_independent_reading_of_a_generated_ledger(seed):
    store, other = make_store("one"), make_store("two")
    a_generated_ledger(store, seed=seed)
    make_order(other, Sale(FIRST, D(999)), customer=make_customer())
    rebuild_stale_days()
    oracle = expected(store)
    for row in StoreDay.objects.filter(store=store):
        found = {name: getattr(row, name) for name in (*MONEY, *COUNTS)}
        assert found == oracle.pop(row.day)
    assert oracle == {}


def test_the_ledger_identities_hold_on_every_day():
    store = make_store()
    a_generated_ledger(store, seed=9)
    rebuild_stale_days()
    paid_in = sum(row.paid_amount for row in StoreDay.objects.all())
    sales = SalesEntry.objects.filter(kind__in=["sale", "edit"])
    assert paid_in == sum(e.gross_amount - e.discount_amount + e.shipping_amount + e.tax_amount for e in sales)
    for row in StoreDay.objects.exclude(paid_orders=0):
        assert row.buyers + row.guest_orders <= row.paid_orders


def rows_without_stamps():
    return list(StoreDay.objects.order_by("store", "day").values(*(*MONEY, *COUNTS, "day", "store", "exchange_rate")))


def test_a_rebuild_twice_is_a_rebuild_once_except_for_its_generation(worked_table):
    before = rows_without_stamps()
    generations = dict(StoreDay.objects.values_list("day", "generation"))
    rebuild_days(worked_table, [FIRST, THIRD])
    assert rows_without_stamps() == before
    assert dict(StoreDay.objects.values_list("day", "generation")) == {day: n + 1 for day, n in generations.items()}


@pytest.mark.parametrize("fact", ["store_day", "sales"])
def test_a_mark_of_either_fact_has_its_day_built_and_is_cleared(fact):
    store = make_store()
    mark_stale(fact, store_code=store.code, day=FIRST)
    assert rebuild_stale_days() == 1
    assert not StaleDay.objects.exists()


def test_marks_of_other_facts_are_left_to_their_owners(worked_table):
    mark_stale("demand", store_code=worked_table.code, day=FIRST)
    rebuild_stale_days()
    assert list(StaleDay.objects.values_list("fact", flat=True)) == ["demand"]


def test_late_facts_change_the_old_day_and_no_other(worked_table):
    untouched = StoreDay.objects.filter(day=THIRD).values().get()
    make_order(worked_table, Sale(FIRST, D(50)), customer=make_customer())
    assert StoreDay.objects.get(day=FIRST).paid_amount == 190
    assert rebuild_stale_days() == 1
    assert StoreDay.objects.get(day=FIRST).paid_amount == 240
    assert StoreDay.objects.filter(day=THIRD).values().get() == untouched


def test_one_store_can_be_rebuilt_alone(worked_table):
    other = make_store("other")
    make_order(other, Sale(FIRST, D(10)))
    make_order(worked_table, Sale(FIRST, D(10)))
    assert rebuild_stale_days("other") == 1
    assert list(StaleDay.objects.values_list("store_code", flat=True)) == [worked_table.code]


def test_an_import_taken_back_counts_nowhere():
    """The undo reverses the ledger, refunds the purchase on its own day and takes the order's hash away."""
    store = make_store()
    order = make_order(store, Sale(FIRST, D(80)), customer=make_customer())
    make_refund(order, FIRST, D(80), units=1, kind="refund")
    Order.objects.filter(pk=order.pk).update(
        state="cancelled", cancelled_at=order.paid_at, payload_hash="", external_number="x~1"
    )
    rebuild_stale_days()
    day = StoreDay.objects.get(day=FIRST)
    assert (day.placed_orders, day.placed_amount, day.paid_orders) == (0, 0, 0)


def test_the_number_of_queries_does_not_grow_with_the_days(worked_table):
    def queries(days):
        with CaptureQueriesContext(
            connection,
        ) as context:
            rebuild_days(worked_table, [FIRST + timedelta(days=n) for n in range(days)])
        return len(context)

    # More rows make more batches of the one INSERT, nothing else.
    assert queries(3) <= queries(14) <= queries(3) + 1


def test_amounts_of_two_currencies_are_added_up_in_the_base_currency_where_every_rate_is_known():
    ours, theirs = make_store("cn"), make_store("uk", currency="GBP", time_zone="Europe/London")
    ExchangeRate.objects.create(day=FIRST, currency="GBP", rate=D("9.5"))
    make_order(ours, Sale(FIRST, D(100)), customer=make_customer())
    make_order(theirs, Sale(FIRST, D(10)), customer=make_customer())
    rebuild_stale_days()
    (group,) = currency_groups([ours, theirs], [Period(FIRST, FIRST)])
    assert (group.currency, group.is_converted) == ("CNY", True)
    assert additive_measures(group, Period(FIRST, FIRST)).paid_amount == D("195.00")


def test_a_refund_is_converted_at_the_rate_of_its_sale():
    ours, theirs = make_store("cn"), make_store("uk", currency="GBP", time_zone="Europe/London")
    for day, rate in ((FIRST, "10"), (THIRD, "8")):
        ExchangeRate.objects.create(day=day, currency="GBP", rate=D(rate))
    old, recent = (make_order(theirs, Sale(day, D(30)), customer=make_customer()) for day in (FIRST, THIRD))
    make_refund(old, THIRD, D(6), rate=D(10))
    make_refund(recent, THIRD, D(2))
    rebuild_stale_days()
    period = Period(THIRD, THIRD)
    (group,) = currency_groups([ours, theirs], [period])
    measures = additive_measures(group, period)
    assert StoreDay.objects.get(store=theirs, day=THIRD).refund_exchange_rate == D("9.5")
    assert (measures.paid_amount, measures.refund_amount, measures.reversal_amount) == (240, 76, 76)


def test_days_without_a_rate_keep_the_currencies_side_by_side():
    ours, theirs = make_store("cn"), make_store("uk", currency="GBP", time_zone="Europe/London")
    make_order(ours, Sale(FIRST, D(100)), customer=make_customer())
    make_order(theirs, Sale(FIRST, D(10)), customer=make_customer())
    rebuild_stale_days()
    groups = currency_groups([ours, theirs], [Period(FIRST, FIRST)])
    totals = {group.currency: additive_measures(group, Period(FIRST, FIRST)).paid_amount for group in groups}
    assert totals == {"CNY": 100, "GBP": 10}
    assert not any(group.is_converted for group in groups)


def test_a_day_on_which_a_foreign_store_sold_nothing_needs_no_rate():
    ours, theirs = make_store("cn"), make_store("uk", currency="GBP")
    make_order(ours, Sale(FIRST, D(100)), customer=make_customer())
    rebuild_stale_days()
    rebuild_days(theirs, [FIRST, SECOND])
    (group,) = currency_groups([ours, theirs], [Period(FIRST, SECOND)])
    assert group.is_converted


def test_buyers_of_a_range_are_people_not_the_sum_of_the_days():
    store, customer = make_store(), make_customer()
    for day in (FIRST, SECOND, THIRD):
        make_order(store, Sale(day, D(30)), customer=customer)
    make_order(store, Sale(THIRD, D(30)), customer=make_customer())
    rebuild_stale_days()
    measures, later = measured(store, FIRST, THIRD), measured(store, THIRD, THIRD)
    assert (measures.buyers, measures.new_buyers, measures.old_buyers) == (2, 2, 0)
    assert (later.buyers, later.new_buyers, later.old_buyers) == (2, 1, 1)


def test_a_fully_reversed_purchase_is_no_occasion_of_repurchase():
    store, customer = make_store(), make_customer()
    make_order(store, Sale(FIRST, D(30)), customer=customer)
    make_refund(make_order(store, Sale(SECOND, D(30)), customer=customer), THIRD, D(30))
    rebuild_stale_days()
    after = with_repurchase(Measures(), [store], until=THIRD)
    assert (after.buyers_30, after.repeat_buyers_30) == (1, 0)
    before = with_repurchase(Measures(), [store], until=SECOND)
    assert (before.buyers_30, before.repeat_buyers_30) == (1, 1)


@pytest.mark.parametrize(("gap", "expected"), [(0, (1, 1, 1)), (29, (1, 1, 1)), (30, (0, 1, 1)), (90, (0, 0, 1))])
def test_a_repurchase_window_ends_with_the_range_and_holds_its_first_day(gap, expected):
    store, customer = make_store(), make_customer()
    for back in (gap, 0):
        make_order(store, Sale(THIRD - timedelta(days=back), D(30)), customer=customer)
    found = with_repurchase(Measures(), [store], until=THIRD)
    assert (found.repeat_buyers_30, found.repeat_buyers_90, found.repeat_buyers_365) == expected


def test_parts_of_one_checkout_are_one_occasion():
    store, customer = make_store(), make_customer()
    for _ in range(2):
        make_order(store, Sale(THIRD, D(30)), customer=customer, checkout="basket")
    assert with_repurchase(Measures(), [store], until=THIRD).repeat_buyers_30 == 0


def test_an_order_paid_the_next_morning_changes_the_pay_rate_of_the_day_before():
    store = make_store()
    order = make_order(store, Sale(FIRST, D(30), is_paid=False))
    rebuild_stale_days()
    assert StoreDay.objects.get(day=FIRST).paid_in_time_orders == 0
    Order.objects.filter(pk=order.pk).update(
        paid_at=order.placed_at + timedelta(hours=20), paid_on=SECOND, payment_state="paid"
    )
    mark_stale("store_day", store_code=store.code, day=SECOND)
    rebuild_stale_days()
    assert StoreDay.objects.get(day=FIRST).paid_in_time_orders == 1


def rollup(*arguments):
    out, err = StringIO(), StringIO()
    try:
        call_command("rollup", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue().strip(), err.getvalue().strip(), str(error)
    return out.getvalue().strip(), err.getvalue().strip(), None


def test_the_command_builds_what_is_stale_and_verifies_a_range():
    store = make_store()
    make_order(store, Sale(FIRST, D(80)), customer=make_customer())
    assert rollup()[0] == "days=1 differences=0"
    assert rollup("--from", "2026-03-01", "--to", "2026-03-02", "--verify")[0] == "days=2 differences=0"


def test_sums_of_many_broken_amounts_are_exact_to_the_cent_and_verify_against_themselves():
    store = make_store()
    order = make_order(store, Sale(FIRST, D(0), is_paid=False))
    SalesEntry.objects.bulk_create(
        SalesEntry(
            source_ref=f"many:{number}",
            store=store,
            order=order,
            kind="sale",
            line_kind="goods",
            store_date=FIRST,
            occurred_at=order.placed_at,
            quantity=1,
            gross_amount=D(number % 97) + D("0.01") * (number % 89),
            currency="CNY",
        )
        for number in range(3_000)
    )
    exact = sum(D(number % 97) + D("0.01") * (number % 89) for number in range(3_000))
    assert fresh_days(store, [FIRST])[0].gross_amount == exact
    rollup()
    assert StoreDay.objects.get(day=FIRST).gross_amount == exact
    assert rollup("--from", "2026-03-01", "--to", "2026-03-01", "--verify")[0] == "days=1 differences=0"


def test_verifying_names_the_day_and_the_measure_that_do_not_fit_and_changes_nothing(worked_table):
    StoreDay.objects.filter(day=FIRST).update(paid_amount=D("190.01"))
    out, err, error = rollup("--from", "2026-03-01", "--to", "2026-03-03", "--verify")
    assert out == "days=3 differences=1"
    assert err == "tmall 2026-03-01: paid_amount"
    assert error is not None
    assert StoreDay.objects.get(day=FIRST).paid_amount == D("190.01")
    rollup("--from", "2026-03-01", "--to", "2026-03-03")
    assert StoreDay.objects.get(day=FIRST).paid_amount == 190
