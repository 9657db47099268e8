"""The segmentation by night and by command, and the strategies."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from config.kernel.jobs import run_now, start_run
from config.kernel.models import JobRun
from membership.jobs import KIND, segment_customers, segmentation_parameters
from membership.models import (
    Customer,
    RfmRun,
    RfmSegmentTotal,
    SegmentStrategy,
)
from membership.queries import RfmMoney, RfmWindow, rfm_facts
from membership.services import BuyerCard, identify_customers, install_strategies, record_purchases
from tests.membership import rfm_oracle
from tests.membership.factories import make_customer, make_store, purchase

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


def test_the_nightly_run_is_started_once_for_its_day():
    make_store(time_zone="Asia/Shanghai")
    with time_machine.travel("2026-06-30T18:00:00Z", tick=False):  # 02:00 on the first of July in Shanghai
        segment_customers()
        segment_customers()
    job = JobRun.objects.get(kind=KIND)
    assert (job.parameters["as_of"], job.dedupe_key) == ("2026-06-30", "segment_customers:2026-06-30")
    assert start_run(KIND, parameters={}, trigger="schedule", dedupe_key=job.dedupe_key).pk == job.pk


def test_the_command_prints_its_figures_and_writes_a_row_for_each_customer(tmp_path):
    store = make_store()
    [bought] = identify_customers(store, [BuyerCard("=b1")])
    nameless = make_customer()
    record_purchases(
        [
            purchase("a", Customer.objects.get(pk=bought), store, DAY, "10.50"),
            purchase("b", nameless, store, before(300), "301.00"),
        ]
    )
    out, path = StringIO(), tmp_path / "segments.csv"
    call_command("segment_customers", as_of=DAY, mode="thresholds", store=store.code, output=path, stdout=out)
    assert out.getvalue().splitlines()[-1] == "customers=2 segments=2"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [tuple(row.values()) for row in rows] == [
        ("'=b1", "0", "1", "10.50", "5", "1", "1", "new", "plain_value"),
        (nameless.number, "300", "1", "301.00", "1", "1", "3", "lost", "key_keep"),
    ]


def test_the_command_says_what_is_wrong():
    with pytest.raises(CommandError, match="nowhere"):
        call_command("segment_customers", as_of=DAY, store="nowhere", stdout=StringIO())


def test_strategies_are_laid_in_once_for_all_nineteen_segments_in_both_languages():
    assert install_strategies() == 19
    SegmentStrategy.objects.filter(segment="lost").update(title="我们自己的做法")
    assert install_strategies() == 19
    assert SegmentStrategy.objects.count() == 19
    assert SegmentStrategy.objects.get(segment="lost").title == "我们自己的做法"
    rows = SegmentStrategy.objects.all()
    assert {row.segment for row in rows if row.map == "named"} == set(rfm_oracle.NAMES.values())
    assert {row.segment for row in rows if row.map == "value"} == set(rfm_oracle.VALUE_NAMES.values())
    assert all(row.title and row.english_title and row.action and row.english_action and row.owner_role for row in rows)
