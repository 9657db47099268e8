"""An analyst has reports sent by mail, builds one, reads it, and takes its table along."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from analytics.models import Report, ReportSubscription
from analytics.services.rollups import rebuild_stale_days
from config.kernel.jobs import work_on_run
from config.kernel.models import JobRun, OutboxMessage, User
from tests.analytics.factories import Sale, make_customer, make_order, make_store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def day():
    return timezone.localdate() - timedelta(days=1)


@pytest.fixture
def trade(day):
    """One store sold 100 and 60 yesterday, to two buyers."""
    store = make_store("one")
    for amount in (100, 60):
        make_order(store, Sale(day, Decimal(amount)), customer=make_customer())
    rebuild_stale_days()
    return store


def test_an_analyst_schedules_and_reads_a_report(signed_in, live_server, trade, day):
    page, house = signed_in("analyst"), live_server.url
    User.objects.filter(username="analyst").update(email="analyst@shop.example")

    # Every day by mail.
    page.goto(f"{house}/boards/reports/")
    page.click("a[href='/boards/reports/mine/']")
    page.select_option("select[name=kind]", "daily")
    page.click("form:has(select[name=kind]) button[type=submit]")
    page.wait_for_selector("button[name=end]")
    subscription = ReportSubscription.objects.get()
    assert (subscription.user.username, subscription.kind, subscription.store) == ("analyst", "daily", None)

    # Built at once for yesterday, by the job that runs every night.
    page.goto(f"{house}/boards/reports/")
    build = page.locator("form[action='/boards/reports/build/']")
    build.locator("select[name=kind]").select_option("daily")
    build.locator("input[name=day]").fill(day.isoformat())
    build.locator("button[type=submit]").click()
    page.wait_for_load_state()
    work_on_run(JobRun.objects.get().pk)
    report = Report.objects.get()
    assert (report.kind, report.first_day, report.store) == ("daily", day, None)
    assert OutboxMessage.objects.filter(kind="mail").count() == 1

    # Read, with its pictures, and taken along.
    page.goto(f"{house}/boards/reports/")
    page.click(f"a[href='/boards/reports/{report.pk}/']")
    page.wait_for_selector("img")
    page.wait_for_function("[...document.images].every(one => one.complete)")
    assert page.evaluate("[...document.querySelectorAll('main img, #main img')].every(one => one.naturalWidth > 0)")
    assert "160.00" in page.locator("body").inner_text()
    table = page.context.request.get(f"{house}/boards/reports/{report.pk}/table.csv").body().decode("utf-8-sig")
    cells = {cell for row in csv.reader(io.StringIO(table)) for cell in row}
    assert any(Decimal(cell) == 160 for cell in cells if cell.replace(".", "", 1).isdecimal())
    preview = page.context.request.get(f"{house}/boards/reports/{report.pk}/mail/")
    assert (preview.status, "160.00" in preview.text()) == (200, True)

    # And no longer by mail.
    page.goto(f"{house}/boards/reports/mine/")
    page.click("button[name=end]")
    page.wait_for_selector(".zg-empty")
    assert not ReportSubscription.objects.exists()
