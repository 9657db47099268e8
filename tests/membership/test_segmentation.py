"""Segmentation as a run: which facts count, exact rows, totals, movements, pruning, the command."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from constance.test import override_config

from config.kernel.errors import DomainError
from config.kernel.jobs import run_now
from config.kernel.models import JobRun
from membership.jobs import KIND, segmentation_parameters
from membership.models import (
    Customer,
    RfmPolicy,
    RfmRun,
    RfmScore,
    RfmSegmentTotal,
    RfmTransition,
)
from membership.queries import RfmMoney, RfmWindow, rfm_facts
from membership.services import BuyerCard, identify_customers, record_purchases, record_refunds
from membership.services import segmentation as service
from tests.membership import rfm_oracle
from tests.membership.factories import make_customer, make_store, noon, purchase, refund

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
NAMED = RfmSegmentTotal.Map.NAMED


def before(days):
    return DAY - timedelta(days=days)


def run(as_of=DAY, *, store_code="", mode=""):
    parameters = segmentation_parameters(as_of=as_of, store_code=store_code, mode=mode)
    return run_now(KIND, parameters=parameters, store_code=store_code)


def current(store=None):
    return RfmRun.objects.get(store=store, is_current=True)


def inputs(store=None, *, days=365):
    found = rfm_facts(RfmWindow(store=store, as_of=DAY, days=days), money=RfmMoney("CNY", is_in_base=True))
    return found.tolist()


def test_the_window_holds_its_first_and_last_day_and_nothing_after():
    store = make_store()
    people = [make_customer() for _ in range(4)]
    days = (DAY, before(364), before(365), DAY + timedelta(days=1))
    record_purchases([purchase(str(place), people[place], store, day, "10.00") for place, day in enumerate(days)])
    assert inputs() == [(people[0].pk, 0, 1, 1000), (people[1].pk, 364, 1, 1000)]


def test_parts_of_one_checkout_are_one_purchase():
    store, customer = make_store(), make_customer()
    record_purchases(
        [
            purchase("a", customer, store, before(5), "10.00", checkout="one"),
            purchase("b", customer, store, before(5), "20.01", checkout="one"),
            purchase("c", customer, store, before(9), "5.00"),
        ]
    )
    assert inputs() == [(customer.pk, 5, 2, 3501)]


def test_refunds_lower_the_money_and_a_purchase_wholly_taken_back_does_not_count():
    store, customer, gone = make_store(), make_customer(), make_customer()
    record_purchases(
        [
            purchase("part", customer, store, before(9), "30.00", units=3),
            purchase("whole", customer, store, before(2), "50.00", units=2),
            purchase("gone", gone, store, before(2), "50.00", units=1),
        ]
    )
    record_refunds(
        [
            refund("r1", customer, store, before(1), "10.00", of="part", units=1),
            refund("r2", customer, store, before(1), "20.00", of="whole", units=1),
            refund("r3", customer, store, DAY, "30.00", of="whole", units=1),
            refund("r4", gone, store, DAY, "50.00", of="gone", units=1),
        ]
    )
    # The customer's last purchase that counts is nine days ago; who gave everything back is not scored.
    assert inputs() == [(customer.pk, 9, 1, 2000)]


def test_an_unlinked_refund_lowers_the_money_alone_and_may_make_it_negative():
    store, customer, other = make_store(), make_customer(), make_customer()
    record_purchases([purchase("a", customer, store, before(3), "10.00")])
    record_refunds(
        [
            refund("r1", customer, store, before(1), "15.50"),
            refund("r2", customer, store, before(366), "99.00"),
            refund("r3", other, store, before(1), "5.00"),
        ]
    )
    assert inputs() == [(customer.pk, 3, 1, -550)]


def test_what_is_refunded_after_the_day_does_not_exist_yet():
    store, customer = make_store(), make_customer()
    record_purchases([purchase("a", customer, store, before(3), "10.00")])
    record_refunds([refund("r1", customer, store, DAY + timedelta(days=1), "10.00", of="a", units=1)])
    assert inputs() == [(customer.pk, 3, 1, 1000)]


def test_without_pieces_a_purchase_is_wholly_refunded_when_its_money_is():
    store, customer = make_store(), make_customer()
    # 0.7 + 0.1 in floating point is less than 0.8.
    record_purchases([purchase("a", customer, store, before(3), "0.80", units=0)])
    record_refunds([refund(f"r{amount}", customer, store, DAY, amount, of="a") for amount in ("0.70", "0.10")])
    assert inputs() == []


def test_many_small_amounts_add_up_to_the_cent():
    store, customer = make_store(), make_customer()
    record_purchases([purchase(str(n), customer, store, DAY, f"{n}.{n % 100:02}") for n in range(1, 300)])
    exact = sum(Decimal(f"{n}.{n % 100:02}") for n in range(1, 300))
    assert inputs() == [(customer.pk, 0, 299, int(exact * 100))]


def test_guests_and_other_stores_are_left_out():
    store, other, customer = make_store(), make_store(), make_customer()
    record_purchases(
        [
            purchase("a", customer, store, DAY, "10.00"),
            purchase("b", customer, other, DAY, "7.00"),
            purchase("c", None, store, DAY, "99.00"),
        ]
    )
    assert inputs(store) == [(customer.pk, 0, 1, 1000)]
    assert inputs() == [(customer.pk, 0, 2, 1700)]


def test_missing_rates_are_refused_with_their_days_unless_there_is_one_currency():
    store, customer = make_store(currency="GBP"), make_customer()
    record_purchases([purchase("a", customer, store, before(2), "10.00", currency="GBP", base=None)])
    run()
    assert (current().currency, RfmScore.objects.get().monetary) == ("GBP", Decimal("10.00"))
    record_purchases([purchase("b", customer, store, DAY, "10.00")])
    with pytest.raises(DomainError) as refused:
        run()
    assert refused.value.code == "rates_missing"
    assert str(before(2)) in str(refused.value.message)


def test_a_refund_without_rate_is_not_taken_for_nothing():
    store, customer = make_store(), make_customer()
    record_purchases([purchase("a", customer, store, before(2), "10.00", units=2)])
    record_refunds([refund("r", customer, store, DAY, "1.00", of="a", units=1, currency="GBP", base=None)])
    with pytest.raises(DomainError, match=str(DAY)):
        run()


def test_an_unknown_store_and_a_day_that_is_not_over_are_refused():
    with pytest.raises(DomainError, match="2026-11-22") as early:
        run(as_of=date(2026, 11, 23))
    assert early.value.code == "day_not_over"
    with pytest.raises(DomainError) as unknown:
        run(store_code="nowhere")
    assert unknown.value.code == "store_unknown"
    assert not RfmRun.objects.exists()


def sixty_customers(store):
    """Sixty customers; number n bought 1 + n % 6 times, last n * 5 days ago."""
    people = [make_customer() for _ in range(60)]
    facts = [
        purchase(f"{n}/{time}", person, store, before(n * 5), f"{(n * 37) % 400 + time}.99")
        for n, person in enumerate(people)
        for time in range(1 + n % 6)
    ]
    record_purchases(facts)
    return people


def expected(people, **rules):
    facts = []
    for n, _person in enumerate(people):
        cents = sum(((n * 37) % 400 + time) * 100 + 99 for time in range(1 + n % 6))
        facts.append((n * 5, 1 + n % 6, cents))
    return facts, rfm_oracle.segment(facts, **rules)


@pytest.mark.parametrize("mode", ["rank", "thresholds"])
@pytest.mark.parametrize("part", [7, 20_000])
def test_every_score_is_what_the_oracle_says_in_one_part_or_many(mode, part, monkeypatch):
    monkeypatch.setattr(service, "PART_CUSTOMERS", part)
    people = sixty_customers(make_store())
    job = run(mode=mode)
    facts, scores = expected(people, mode=mode)
    assert job.result == {"customers": 60, "segments": len({score[3] for score in scores})}
    assert job.parts.count() == (1 if part > 60 else 9)
    rows = RfmScore.objects.filter(run__job_run=job).order_by("customer_id")
    assert [(row.recency_days, row.frequency, int(row.monetary * 100)) for row in rows] == facts
    found = [
        (
            row.recency_score,
            row.frequency_score,
            row.monetary_score,
            row.segment,
            row.value_segment,
            row.is_dormant,
        )
        for row in rows
    ]
    assert found == scores
    assert (current().mode, current().as_of, current().window_days) == (mode, DAY, 365)


def test_totals_add_up_on_both_maps():
    people = sixty_customers(make_store())
    run()
    facts, scores = expected(people)
    for map_code, place in ((NAMED, 3), (RfmSegmentTotal.Map.VALUE, 4)):
        wanted = {}
        for (_days, _count, cents), score in zip(facts, scores, strict=True):
            n, dormant, spent = wanted.get(score[place], (0, 0, 0))
            wanted[score[place]] = (n + 1, dormant + score[5], spent + cents)
        totals = RfmSegmentTotal.objects.filter(run=current(), map=map_code)
        assert {
            total.segment: (total.customer_count, total.dormant_count, int(total.monetary * 100)) for total in totals
        } == wanted


def test_the_same_run_worked_on_again_changes_nothing():
    people = sixty_customers(make_store())
    job = run()
    shown = RfmRun.objects.values().get()
    rows = list(RfmScore.objects.order_by("pk").values_list())
    totals = RfmSegmentTotal.objects.count()
    part = job.parts.get()
    assert service.plan_segmentation(job) == [part.parameters]
    assert service.score_part(part.parameters) == {"customers": len(people)}
    assert service.finish_segmentation(job) == job.result
    assert list(RfmScore.objects.order_by("pk").values_list()) == rows
    assert RfmSegmentTotal.objects.count() == totals
    assert RfmRun.objects.values().get() == shown


def test_customers_without_a_purchase_in_the_window_are_prospects():
    store, other = make_store(), make_store()
    [buyer, old, none, later] = identify_customers(store, [BuyerCard(f"b{n}") for n in range(4)])
    identify_customers(other, [BuyerCard("x")])
    by_id = Customer.objects.in_bulk([buyer, old, later])
    record_purchases(
        [
            purchase("a", by_id[buyer], store, DAY, "1.00"),
            purchase("b", by_id[old], store, before(400), "1.00"),
            purchase("c", by_id[later], store, DAY + timedelta(days=1), "1.00"),
        ]
    )
    run(store_code=store.code)
    assert none
    # The old one and the one who never bought; who first bought after the day does not exist yet.
    assert (current(store).customer_count, current(store).prospect_count) == (1, 2)
    record_purchases([purchase("d", by_id[buyer], other, DAY + timedelta(days=2), "1.00")])
    run()
    # Of all stores together the other store's customer too; who bought before and after the day is one of those known.
    assert (current().customer_count, current().prospect_count) == (1, 3)


def test_movements_are_counted_from_the_former_current_run_with_those_who_came_and_went():
    store = make_store()
    stays, leaves, comes = make_customer(), make_customer(), make_customer()
    day = DAY - timedelta(days=40)
    record_purchases(
        [
            purchase("a", stays, store, day, "10.00"),
            purchase("b", leaves, store, day - timedelta(days=340), "10.00"),
            purchase("c", comes, store, DAY, "10.00"),
        ]
    )
    run(as_of=day)
    first = current()
    assert not first.transitions.exists()
    run()
    second = current()
    assert second.compared_with == first
    assert not RfmRun.objects.get(pk=first.pk).is_current
    moves = RfmTransition.objects.filter(run=second, map=NAMED)
    assert sorted(moves.values_list("from_segment", "to_segment", "customer_count")) == [
        ("", "new", 1),
        ("lost", "", 1),
        ("new", "promising", 1),
    ]


def test_runs_of_stores_and_of_all_stores_stand_side_by_side():
    one, other, customer = make_store(), make_store(), make_customer()
    record_purchases([purchase("a", customer, one, DAY, "1.00"), purchase("b", customer, other, DAY, "2.00")])
    run(store_code=one.code)
    run(store_code=other.code)
    run()
    assert [current(scope).scores.get().monetary for scope in (one, other, None)] == [1, 2, 3]
    assert RfmRun.objects.filter(is_current=True).count() == 3


def test_scores_are_kept_for_two_runs_and_month_ends_and_totals_for_all():
    store, customer = make_store(), make_customer()
    days = [date(2026, 5, 30), date(2026, 5, 31), *(date(2026, 6, day) for day in (1, 2, 3, 4))]
    record_purchases([purchase("a", customer, store, date(2026, 5, 1), "1.00")])
    for day in days:
        run(as_of=day)
    kept = RfmRun.objects.filter(has_scores=True).order_by("as_of").values_list("as_of", flat=True)
    assert list(kept) == [date(2026, 5, 31), date(2026, 6, 3), date(2026, 6, 4)]
    assert RfmScore.objects.count() == 3
    assert RfmSegmentTotal.objects.filter(map=NAMED).count() == 6


def test_a_run_that_another_worker_builds_is_not_pruned_and_a_failed_one_is():
    store, customer = make_store(), make_customer()
    record_purchases([purchase("a", customer, store, date(2026, 5, 1), "1.00")])

    def half_built(as_of, state, *, finished_at=None):
        job = JobRun.objects.create(kind=KIND, trigger="command", state=state, finished_at=finished_at, parameters={})
        row = RfmRun.objects.create(as_of=as_of, mode="rank", window_days=365, job_run=job)
        RfmScore.objects.create(
            run=row,
            customer=customer,
            recency_days=1,
            frequency=1,
            monetary=1,
            recency_score=1,
            frequency_score=1,
            monetary_score=1,
            segment="lost",
            value_segment="key_value",
        )
        return row

    building = half_built(date(2026, 6, 1), JobRun.State.RUNNING)
    failed = half_built(date(2026, 6, 29), JobRun.State.FAILED, finished_at=noon(DAY))
    for day in (27, 28, 30):
        run(as_of=date(2026, 6, day))
    assert building.scores.count() == 1
    assert failed.scores.count() == 0
    kept = RfmRun.objects.filter(has_scores=True, job_run__state=JobRun.State.SUCCEEDED).values_list("as_of", flat=True)
    assert sorted(kept) == [date(2026, 6, 28), date(2026, 6, 30)]


def test_a_stores_own_policy_goes_before_the_one_for_all():
    store, customer = make_store(), make_customer()
    record_purchases([purchase("a", customer, store, before(50), "10.00")])
    RfmPolicy.objects.create(mode="thresholds", window_days=100)
    RfmPolicy.objects.create(store=store, mode="thresholds", window_days=60, recency_days=[10, 20, 40, 80])
    run(store_code=store.code)
    run()
    assert (current(store).window_days, current(store).scores.get().recency_score) == (60, 2)
    assert (current().window_days, current().scores.get().recency_score) == (100, 4)


@override_config(RFM_MINIMUM_BUYERS=10)
def test_few_buyers_get_thresholds_and_the_run_says_why():
    store = make_store()
    record_purchases([purchase(str(n), make_customer(), store, before(n), "10.00") for n in range(9)])
    run()
    assert (current().mode, current().warnings) == ("thresholds", [{"code": "too_few_for_ranks", "customers": 9}])
    record_purchases([purchase("10", make_customer(), store, DAY, "10.00")])
    run()
    assert current().mode == "rank"


def test_inputs_take_as_many_queries_for_many_customers_as_for_few(django_assert_num_queries):
    store = make_store()
    record_purchases([purchase("a", make_customer(), store, DAY, "1.00")])
    with django_assert_num_queries(3):
        inputs()
    sixty_customers(store)
    with django_assert_num_queries(3):
        assert len(inputs()) == 61
