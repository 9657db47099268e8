"""A segmentation looks at the facts that were there when it was planned, in one money, whatever comes in meanwhile."""

from datetime import date
from decimal import Decimal

import pytest

from config.kernel.errors import DomainError
from config.kernel.jobs import run_now
from config.kernel.models import JobRun
from membership import jobs
from membership.jobs import KIND, segmentation_parameters
from membership.models import Customer, RfmRun, RfmScore
from membership.services import record_purchases, record_refunds
from membership.services import segmentation as service
from tests.membership.factories import make_customer, make_store, purchase, refund

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
PAID = {"base": Decimal("80.00"), "currency": "USD"}


def run():
    return run_now(KIND, parameters=segmentation_parameters(as_of=DAY, mode="thresholds"))


@pytest.fixture
def store():
    store = make_store()
    record_purchases([purchase("known", make_customer(), store, DAY, "10.00", units=2, **PAID)])
    return store


@pytest.fixture
def meanwhile(monkeypatch):
    """Do something after the plan and before each part, which a worker does that has not planned."""

    def arrange(happens):
        def work(parameters):
            happens()
            service._planned.clear()
            return service.score_part(parameters)

        monkeypatch.setattr(jobs, "score_part", work)

    return arrange


def unbounded():
    """Let the run see whatever there is: what a transaction that was open at planning may bring."""
    RfmRun.objects.update(newest_purchase=None, newest_refund=None)


@pytest.mark.parametrize("base", [None, Decimal("70.00")])
def test_a_purchase_that_comes_in_while_customers_are_scored_belongs_to_the_next_run(store, meanwhile, base):
    buyer = Customer.objects.get()
    late = [
        purchase("late", buyer, store, DAY, "10.00", base=base, currency="USD"),
        purchase("newcomer", make_customer(), store, DAY, "10.00", base=base, currency="USD"),
    ]
    meanwhile(lambda: record_purchases(late))
    job = run()
    assert job.result == {"customers": 1, "segments": 1}
    score = RfmScore.objects.get()
    assert (score.customer, score.frequency, score.monetary) == (buyer, 1, Decimal("80.00"))
    assert (RfmRun.objects.get().currency, RfmRun.objects.get().is_in_base) == ("CNY", True)


def test_a_refund_that_comes_in_meanwhile_belongs_to_the_next_run(store, meanwhile):
    buyer = Customer.objects.get()
    late = [refund("r", buyer, store, DAY, "5.00", of="known", units=1, base=None, currency="USD")]
    meanwhile(lambda: record_refunds(late))
    run()
    assert RfmScore.objects.get().monetary == Decimal("80.00")


def test_control_without_the_bound_a_part_never_mixes_currencies(store, meanwhile):
    buyer = Customer.objects.get()

    def happens():
        unbounded()
        record_purchases([purchase("late", buyer, store, DAY, "10.00", base=None, currency="EUR")])

    meanwhile(happens)
    with pytest.raises(DomainError, match=str(DAY)) as refused:
        run()
    assert refused.value.code == "rates_missing"
    assert not RfmScore.objects.exists()
    assert not RfmRun.objects.filter(is_current=True).exists()


def test_control_without_the_bound_other_facts_than_planned_are_refused(store, meanwhile):
    buyer = Customer.objects.get()

    def happens():
        unbounded()
        record_purchases([purchase("late", buyer, store, DAY, "10.00")])

    meanwhile(happens)
    with pytest.raises(DomainError) as refused:
        run()
    assert refused.value.code == "facts_changed"
    assert not RfmScore.objects.exists()


def test_the_single_currency_of_the_data_is_kept_to_as_well(meanwhile):
    store, buyer = make_store(), make_customer()
    record_purchases([purchase("a", buyer, store, DAY, "10.00", base=None, currency="GBP")])

    def happens():
        unbounded()
        record_purchases([purchase("b", buyer, store, DAY, "7.00")])

    meanwhile(happens)
    with pytest.raises(DomainError, match=str(DAY)) as refused:
        run()
    assert refused.value.code == "rates_missing"


def test_a_second_plan_of_the_run_keeps_to_the_first_ones_facts(store):
    job = JobRun.objects.create(kind=KIND, trigger="command", parameters=segmentation_parameters(as_of=DAY))
    parts = service.plan_segmentation(job)
    record_purchases([purchase("late", make_customer(), store, DAY, "10.00")])
    assert service.plan_segmentation(job) == parts
    assert RfmRun.objects.get().customer_count == 1


def test_of_two_plans_at_once_the_first_ones_facts_count(store, monkeypatch):
    job = JobRun.objects.create(kind=KIND, trigger="command", parameters=segmentation_parameters(as_of=DAY))
    insert, planned = service.insert_new, []

    def another_was_faster(rows, **values):
        if not planned:
            planned.append(None)
            planned[0] = service.plan_segmentation(job)
            record_purchases([purchase("late", make_customer(), store, DAY, "10.00")])
        return insert(rows, **values)

    monkeypatch.setattr(service, "insert_new", another_was_faster)
    assert service.plan_segmentation(job) == planned[0]
    assert RfmRun.objects.get().customer_count == 1


def test_who_planned_and_another_worker_write_the_same_scores(store, monkeypatch):
    monkeypatch.setattr(service, "PART_CUSTOMERS", 2)
    for number in range(5):
        record_purchases([purchase(f"p{number}", make_customer(), store, DAY, f"{number}.10")])
    written = []
    for remembers in (True, False):
        job = JobRun.objects.create(kind=KIND, trigger="command", parameters=segmentation_parameters(as_of=DAY))
        parts = service.plan_segmentation(job)
        if not remembers:
            service._planned.clear()
        for part in parts:
            service.score_part(part)
        rows = RfmScore.objects.filter(run__job_run=job).order_by("customer_id")
        written.append(list(rows.values_list("customer_id", "recency_days", "frequency", "monetary", "segment")))
    assert len(written[0]) == 6
    assert written[0] == written[1]
