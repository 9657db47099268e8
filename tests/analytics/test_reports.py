"""Reports as snapshots: versions, not changes; the job and the command; what the content says."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analytics.jobs import KIND, report_parameters
from analytics.metrics import WITH_SOURCE
from analytics.models import Report, StoreDay
from analytics.services.reports import build_report
from catalog.models import DailySales
from config.kernel.append_only import AppendOnlyError
from config.kernel.errors import DomainError
from config.kernel.jobs import run_now
from config.kernel.models import JobRun
from marketing.models import CampaignEvent, EventPeriod
from tests.analytics.factories import (
    Sale,
    make_customer,
    make_history,
    make_order,
    make_refund,
    make_sku,
    make_store,
)

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 18)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
D = Decimal


@pytest.fixture(autouse=True)
def files_of_our_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def without_pictures(monkeypatch):
    """Drawing is the slow part, and has its own tests."""
    monkeypatch.setattr("analytics.services.reports.draw_pictures", lambda report: 0)


@pytest.fixture
def store():
    return make_store()


def built(store, kind="daily", day=DAY):
    return build_report(kind, store_code=store.code if store else "", day=day, now=NOW)


def rows_of(report):
    (section,) = report.content["sections"]
    return {row["code"]: row for row in section["metrics"]}


def test_building_again_gives_the_same_report(store):
    make_order(store, Sale(DAY, D(100)), customer=make_customer())
    first = built(store)
    assert built(store) == first
    assert Report.objects.count() == 1
    assert first.version == 1


def test_late_facts_make_a_new_version_and_leave_the_old_one_as_it_was_sent(store):
    make_order(store, Sale(DAY, D(100)), customer=make_customer())
    first = built(store)
    make_order(store, Sale(DAY, D(50)), customer=make_customer())
    second = built(store)
    kept = Report.objects.get(pk=first.pk)
    assert (first.version, second.version) == (1, 2)
    assert kept.content == first.content
    assert rows_of(kept)["gmv"]["value"] == "100.00"
    assert rows_of(second)["gmv"]["value"] == "150.00"


def test_a_report_is_neither_changed_nor_deleted(store):
    report = built(store)
    report.version = 9
    with pytest.raises(AppendOnlyError):
        report.save()
    with pytest.raises(AppendOnlyError):
        report.delete()
    with pytest.raises(AppendOnlyError):
        Report.objects.update(version=9)


def test_stale_days_are_built_before_the_report(store):
    make_order(store, Sale(DAY, D(100)), customer=make_customer())
    assert not StoreDay.objects.exists()
    assert rows_of(built(store))["paid_orders"]["value"] == "1"


def test_a_day_is_compared_with_the_day_before_the_same_weekday_and_last_year(store):
    for back, goods in ((0, 120), (1, 100), (7, 60), (364, 240)):
        make_order(store, Sale(DAY - timedelta(days=back), D(goods)), customer=make_customer())
    row = rows_of(built(store))["gmv"]
    assert (row["previous"], row["week_before"], row["year_before"]) == ("100.00", "60.00", "240.00")
    assert (row["previous_change"], row["week_before_change"], row["year_before_change"]) == (
        "0.200000",
        "1.000000",
        "-0.500000",
    )


def test_a_week_runs_from_monday_and_a_month_is_the_calendars(store):
    assert (built(store, "weekly").first_day, built(store, "weekly").last_day) == (date(2026, 3, 16), date(2026, 3, 22))
    assert (built(store, "monthly").first_day, built(store, "monthly").last_day) == (
        date(2026, 3, 1),
        date(2026, 3, 31),
    )


def test_a_period_without_orders_is_built_with_dashes_and_says_so(store):
    report = built(store)
    rows = rows_of(report)
    assert rows["gmv"]["value"] == "0.00"
    assert [rows[code]["value"] for code in ("aov", "per_buyer", "refund_rate")] == [None, None, None]


def test_an_unknown_store_and_an_unknown_kind_are_refused_in_words(store):
    with pytest.raises(DomainError) as unknown:
        build_report("daily", store_code="nowhere", day=DAY)
    assert (unknown.value.code, unknown.value.status) == ("store_unknown", 404)
    with pytest.raises(DomainError) as kind:
        build_report("hourly", store_code=store.code, day=DAY)
    assert kind.value.code == "report_kind_unknown"
    assert not Report.objects.exists()


def test_the_contributions_add_up_to_what_gmv_moved(store):
    for day, count in ((DAY - timedelta(days=1), 3), (DAY, 5)):
        for number in range(count):
            make_order(store, Sale(day, D(100 + number)), customer=make_customer())
    (section,) = built(store).content["sections"]
    head = section["headline"]
    moved = D(head["gmv"]) - D(head["gmv_before"])
    assert moved == 207
    assert set(head["contributions"]) == {"buyers", "guests", "per_buyer"}
    assert sum(D(part) for part in head["contributions"].values()) == moved
    assert sum(D(part) for part in head["by_store"].values()) == moved


def test_content_is_plain_json_without_not_a_number(store):
    make_history(store, last=DAY, days=60, orders=31, paid=D(310))
    event = CampaignEvent.objects.create(code="double-11", name="双11", english_name="Double 11")
    EventPeriod.objects.create(
        event=event, year=2026, phase="sale", starts_on=DAY - timedelta(days=30), ends_on=DAY - timedelta(days=8)
    )
    content = built(store).content
    assert json.loads(json.dumps(content, allow_nan=False)) == content


def test_an_outlier_is_marked_with_what_was_expected(store):
    make_history(store, last=DAY - timedelta(days=1), days=60, orders=31, paid=D(310))
    make_history(store, last=DAY, days=1, orders=150, paid=D(1500))
    report = built(store)
    (section,) = report.content["sections"]
    marks = {mark["metric"]: mark for mark in section["outliers"]}
    assert set(marks) == {"gmv", "paid_orders"}
    assert marks["paid_orders"]["verdict"] == "alert"
    assert (marks["paid_orders"]["actual"], round(marks["paid_orders"]["expected"])) == (150, 31)
    assert report.anomaly_count == 2


def test_an_event_day_is_not_called_an_outlier(store):
    make_history(store, last=DAY - timedelta(days=1), days=60, orders=31, paid=D(310))
    make_history(store, last=DAY, days=1, orders=150, paid=D(1500))
    event = CampaignEvent.objects.create(code="fair", name="节", english_name="Fair")
    EventPeriod.objects.create(event=event, year=2026, phase="sale", starts_on=DAY, ends_on=DAY)
    report = built(store)
    assert report.anomaly_count == 0
    assert [found["event"] for found in report.content["events"]] == ["fair"]


def daily_sales(store, sku, day, revenue):
    DailySales.objects.create(store=store, sku=sku, day=day, units=1, order_count=1, revenue=D(revenue))


def test_products_that_rose_and_fell_are_told_with_both_amounts(store):
    up, down, same = make_sku("UP"), make_sku("DOWN"), make_sku("SAME")
    for sku, before, now in ((up, 10, 90), (down, 80, 20), (same, 50, 50)):
        daily_sales(store, sku, DAY - timedelta(days=1), before)
        daily_sales(store, sku, DAY, now)
    products = built(store).content["products"]
    assert [(row["sku"], D(row["before"]), D(row["now"]), D(row["change"])) for row in products["up"]] == [
        ("UP", 10, 90, 80)
    ]
    assert [(row["sku"], D(row["change"])) for row in products["down"]] == [("DOWN", -60)]


def test_amounts_of_different_currencies_are_never_added_up_in_the_list_of_products():
    ours, theirs, sku = make_store("cn"), make_store("uk", currency="GBP"), make_sku()
    daily_sales(ours, sku, DAY, 100)
    daily_sales(theirs, sku, DAY, 10)
    products = built(None).content["products"]
    assert {(row["currency"], D(row["now"])) for row in products["up"]} == {("CNY", 100), ("GBP", 10)}


def test_stores_side_by_side_add_up_to_the_total():
    one, two = make_store("one"), make_store("two")
    make_order(one, Sale(DAY, D(100)), customer=make_customer())
    make_refund(make_order(two, Sale(DAY, D(40)), customer=make_customer()), DAY, D(15), units=1)
    report = built(None)
    (section,) = report.content["sections"]
    by_store = {row["store"]: (D(row["gmv"]), D(row["refunds"])) for row in section["by_store"]}
    assert by_store == {"one": (100, 0), "two": (40, 15)}
    assert rows_of(report)["gmv"]["value"] == "140.00"


def test_data_quality_counts_what_is_missing(store):
    make_order(store, Sale(DAY, D(100)), customer=make_customer())
    make_order(store, Sale(DAY, D(60), cost=D(20)))
    content = built(store).content
    assert content["sections"][0]["uncosted"] == "100.00"
    quality = content["quality"]
    assert quality["guest_orders"] == 1
    assert quality["stale_days"] == 0


def test_a_report_of_a_day_that_is_not_over_is_provisional(store):
    today = NOW.date()
    assert built(store, day=today).is_provisional
    assert not built(store, day=today - timedelta(days=10)).is_provisional


def test_the_number_of_queries_does_not_grow_with_orders_and_days(store):
    def queries(day):
        with CaptureQueriesContext(connection) as context:
            built(store, day=day)
        return len(context)

    make_order(store, Sale(DAY, D(10)), customer=make_customer())
    built(store)
    few = queries(DAY)
    for _ in range(40):
        make_order(store, Sale(DAY, D(10)), customer=make_customer())
    built(store)
    assert queries(DAY) == few


def test_the_command_prints_one_line_of_figures(store):
    make_order(store, Sale(DAY, D(100)), customer=make_customer())
    out = StringIO()
    call_command("build_report", "monthly", "--store", store.code, "--date", DAY.isoformat(), stdout=out)
    report = Report.objects.get()
    assert out.getvalue().strip().splitlines()[-1] == f"report={report.pk} metrics={len(WITH_SOURCE)} anomalies=0"
    assert (report.kind, report.first_day, report.store) == ("monthly", date(2026, 3, 1), store)


def test_the_command_fails_with_the_words_of_the_rule():
    make_store()
    with pytest.raises(CommandError, match="nowhere"):
        call_command("build_report", "daily", "--store", "nowhere", "--date", DAY.isoformat(), stdout=StringIO())


def test_a_job_run_twice_keeps_one_report_and_records_what_it_made(store):
    make_order(store, Sale(DAY, D(100)), customer=make_customer())
    parameters = report_parameters("daily", day=DAY, store_code=store.code)
    runs = [run_now(KIND, parameters=parameters, store_code=store.code) for _ in range(2)]
    assert [run.state for run in runs] == [JobRun.State.SUCCEEDED] * 2
    report = Report.objects.get()
    assert runs[0].result == runs[1].result == {"report": report.pk, "metrics": len(WITH_SOURCE), "anomalies": 0}
    assert report.job_run_id == runs[0].pk


def test_a_store_stands_beside_the_period_that_its_contribution_is_taken_from():
    one, two = make_store("one"), make_store("two")
    for store, today, yesterday, week_ago in ((one, 120, 80, 70), (two, 40, 90, 100)):
        for back, goods in ((0, today), (1, yesterday), (7, week_ago)):
            make_order(store, Sale(DAY - timedelta(days=back), D(goods)), customer=make_customer())
    (section,) = built(None).content["sections"]
    assert section["headline"]["against"] == "week_before"
    rows = {row["store"]: (D(row["gmv"]), D(row["before"])) for row in section["by_store"]}
    assert rows == {"one": (120, 70), "two": (40, 100)}
    moved = {code: D(amount) for code, amount in section["headline"]["by_store"].items()}
    assert moved == {code: now - before for code, (now, before) in rows.items()}


def test_the_page_of_a_report_shows_both_amounts_of_a_store(admin_client):
    for store in (make_store("one"), make_store("two")):
        for back, goods in ((0, 120), (1, 80), (7, 70)):
            make_order(store, Sale(DAY - timedelta(days=back), D(goods)), customer=make_customer())
    page = admin_client.get(reverse("analytics:report", args=[built(None).pk])).content.decode()
    cells = re.findall(r'<td class="zg-number">([^<]*)</td>', re.split('<th scope="row">one (?:店|store)', page)[1])[:3]
    assert [re.sub(r"[^0-9.+−-]", "", cell) for cell in cells] == ["120.00", "70.00", "+50.00"]
