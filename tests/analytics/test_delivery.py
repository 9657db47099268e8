"""Reports reach those who subscribed and may see them: once, in their language, with tables, pictures and a CSV."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.core.files.storage import default_storage
from django.utils import timezone, translation

from analytics import jobs
from analytics.jobs import KIND, report_parameters
from analytics.metric_texts import name_of
from analytics.metrics import BY_CODE
from analytics.models import Report, ReportDelivery, ReportSubscription
from analytics.services.reports import build_report, deliver_report
from config.kernel.jobs import run_now
from config.kernel.models import JobRun, OutboxMessage
from config.kernel.outbox import deliver_due
from tests.analytics.factories import Sale, make_customer, make_order, make_reader, make_store

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 18)
D = Decimal


@pytest.fixture(autouse=True)
def files_of_our_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def store():
    store = make_store()
    make_order(store, Sale(DAY - timedelta(days=1), D(20)), customer=make_customer())
    make_order(store, Sale(DAY, D(100), shipping=D(10)), customer=make_customer())
    return store


def subscribe(user, store=None, kind="daily", *, is_active=True):
    return ReportSubscription.objects.create(user=user, kind=kind, store=store, is_active=is_active)


def run_job(store):
    parameters = report_parameters("daily", day=DAY, store_code=store.code if store else "")
    return run_now(KIND, parameters=parameters, store_code=store.code if store else "")


def recipients():
    return sorted(ReportDelivery.objects.values_list("user__username", flat=True))


def test_a_job_run_twice_delivers_once(store):
    subscribe(make_reader(), store)
    run_job(store)
    run_job(store)
    assert recipients() == ["reader"]
    assert OutboxMessage.objects.count() == 1
    deliver_due(now=timezone.now())
    deliver_due(now=timezone.now())
    assert [message.to for message in mail.outbox] == [["reader@example.com"]]
    assert OutboxMessage.objects.get().state == OutboxMessage.State.SENT


def test_a_new_version_is_a_new_delivery(store):
    subscribe(make_reader(), store)
    run_job(store)
    make_order(store, Sale(DAY, D(50)), customer=make_customer())
    run_job(store)
    assert list(ReportDelivery.objects.order_by("pk").values_list("report__version", flat=True)) == [1, 2]


def test_the_second_delivery_of_a_report_writes_nothing(store):
    subscribe(make_reader(), store)
    report = build_report("daily", store_code=store.code, day=DAY)
    assert (deliver_report(report), deliver_report(report)) == (1, 0)


@pytest.mark.parametrize("why", ["other kind", "other store", "all stores", "paused", "left", "no address", "no role"])
def test_nobody_gets_what_they_did_not_ask_for_or_may_not_see(store, why):
    user = make_reader(permissions=() if why == "no role" else ("analytics.view_report",))
    scope = {"other store": make_store("other"), "all stores": None}.get(why, store)
    subscribe(user, scope, kind="weekly" if why == "other kind" else "daily", is_active=why != "paused")
    if why == "left":
        user.is_active = False
    if why == "no address":
        user.email = ""
    user.save()
    run_job(store)
    assert recipients() == []
    assert not OutboxMessage.objects.exists()


def test_a_store_limited_reader_gets_the_own_store_and_never_the_total(store):
    other = make_store("other")
    limited, free = make_reader("limited", stores=[store]), make_reader("free")
    for user in (limited, free):
        subscribe(user)
        subscribe(user, store)
        subscribe(user, other)
    for scope in (None, store, other):
        run_job(scope)
    delivered = set(ReportDelivery.objects.values_list("user__username", "report__store__code"))
    assert delivered == {("limited", "tmall"), ("free", None), ("free", "tmall"), ("free", "other")}


def sent_to(user, store):
    subscribe(user, store)
    run_job(store)
    deliver_due(now=timezone.now())
    (message,) = mail.outbox
    return message


def html_of(message):
    ((html, kind),) = [(one.content, one.mimetype) for one in message.alternatives]
    assert kind == "text/html"
    return html


@pytest.mark.parametrize(("language", "name"), [("en", "tmall store"), ("zh-hans", "tmall 店")])
def test_a_mail_is_written_in_the_language_of_its_reader(store, language, name):
    message = sent_to(make_reader(language=language), store)
    assert name in message.subject
    assert f'<html lang="{language}">' in html_of(message)
    with translation.override(language):
        words = [name_of(BY_CODE[code]) for code in ("gmv", "aov", "refund_rate")]
    for word in words:
        assert word in html_of(message)
        assert word in message.body
    assert "¥110.00" in html_of(message)


def test_the_language_of_whoever_runs_the_job_does_not_leak_into_the_mail(store):
    with translation.override("en"):
        message = sent_to(make_reader(language="zh-hans"), store)
    assert '<html lang="zh-hans">' in html_of(message)
    assert "tmall store" not in message.subject


def test_pictures_are_shown_inside_the_mail_and_the_table_is_attached(store):
    message = sent_to(make_reader(language="en"), store)
    parts = [part for part in message.message().walk() if part.get_content_type() in ("image/png", "text/csv")]
    shown = {part["Content-ID"] for part in parts if part["Content-ID"]}
    assert shown == {"<trend>", "<products>"}
    assert all(f'src="cid:{name}"' in html_of(message) for name in ("trend", "products"))
    pictures = [part.get_payload(decode=True) for part in parts if part["Content-ID"]]
    assert all(content.startswith(b"\x89PNG\r\n") for content in pictures)
    (table,) = [part for part in parts if part.get_content_type() == "text/csv"]
    lines = table.get_payload(decode=True).decode("utf-8-sig").splitlines()
    assert lines[0] == (
        "currency,code,metric,value,2026-03-17,2026-03-11,2025-03-19,"
        "against the period before,against the same weekday,against last year"
    )
    assert lines[1] == "CNY,gmv,GMV (paid amount),110.00,20.00,,,4.500000,,"


def test_html_of_a_mail_needs_nothing_from_outside(store):
    html = html_of(sent_to(make_reader(language="en"), store))
    assert "<script" not in html
    assert "<svg" not in html
    assert 'src="http' not in html
    assert "<table" in html


def test_a_failed_mail_waits_and_is_not_written_again(store, monkeypatch):
    subscribe(make_reader(), store)
    run_job(store)
    path = OutboxMessage.objects.get().payload["attachments"][-1]["path"]
    default_storage.delete(path)
    deliver_due(now=timezone.now())
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts, message.tries.get().succeeded) == ("waiting", 1, False)
    assert mail.outbox == []
    run_job(store)
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("task", "kind", "day"),
    [
        (jobs.build_daily_report, "daily", "2026-03-17"),
        (jobs.build_weekly_report, "weekly", "2026-03-15"),
        (jobs.build_monthly_report, "monthly", "2026-02-28"),
    ],
)
def test_the_schedule_asks_for_the_last_closed_period_once_for_all_and_for_each_store_read(
    store, monkeypatch, task, kind, day
):
    make_store("unread")
    subscribe(make_reader(), store, kind=kind)
    # Half past eight in Shanghai on Wednesday the 18th.
    monkeypatch.setattr(jobs.timezone, "now", lambda: datetime(2026, 3, 18, 0, 30, tzinfo=UTC))
    task()
    task()
    runs = JobRun.objects.order_by("pk").values_list("store_code", "trigger", "parameters")
    assert list(runs) == [
        ("", "schedule", {"kind": kind, "day": day}),
        ("tmall", "schedule", {"kind": kind, "day": day}),
    ]


def test_a_day_is_reported_when_the_last_zones_day_is_over(store, monkeypatch):
    make_store("us", currency="USD", time_zone="America/Los_Angeles")
    # In Los Angeles it is still the 17th.
    monkeypatch.setattr(jobs.timezone, "now", lambda: datetime(2026, 3, 18, 0, 30, tzinfo=UTC))
    jobs.build_daily_report()
    assert JobRun.objects.get().parameters["day"] == "2026-03-16"
    assert not Report.objects.exists()
