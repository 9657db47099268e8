"""Boards, reports and the API: who may see what, within which stores, at what cost, and what the buttons start."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.authtoken.models import Token

from analytics.models import Report, ReportDelivery, ReportSubscription
from analytics.services.reports import build_report
from analytics.services.rollups import rebuild_stale_days
from config.kernel.models import JobRun
from config.kernel.outbox import enqueue
from tests.analytics.factories import Sale, make_customer, make_order, make_reader, make_store

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 18)
D = Decimal
VIEW, VIEW_DAYS, RUN = "analytics.view_report", "analytics.view_storeday", "kernel.run_jobrun"
# What a page of the dashboards may cost, sign-in and permissions included.
MOST_QUERIES = 18


@pytest.fixture(autouse=True)
def files_of_our_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def one():
    return traded("one", 100)


@pytest.fixture
def two():
    return traded("two", 40)


def traded(code, goods):
    store = make_store(code)
    make_order(store, Sale(DAY, D(goods)), customer=make_customer())
    return store


def sign_in(client, *permissions, username="reader", stores=(), **values):
    user = make_reader(username, permissions=permissions, stores=stores, language="en", **values)
    client.force_login(user)
    return user


def built(store=None):
    return build_report("daily", store_code=store.code if store else "", day=DAY)


def pages_of(report):
    return [
        reverse("analytics:report", args=[report.pk]),
        reverse("analytics:picture", args=[report.pk, "trend"]),
        reverse("analytics:table", args=[report.pk]),
    ]


def status(client, address):
    """The answer's status; a file that it streams is closed."""
    response = client.get(address)
    # Not response.close(): it ends the request, and with it the connection of the test.
    for close in response._resource_closers:
        close()
    return response.status_code


def body(response):
    return response.content.decode()


def test_the_report_page_says_what_was_kept(client, one):
    sign_in(client, VIEW)
    response = client.get(reverse("analytics:report", args=[built(one).pk]))
    text = body(response)
    assert response.status_code == 200
    assert "one store" in text
    assert "GMV (paid amount)" in text
    assert "¥100.00" in text
    assert "No traffic is recorded yet." in text
    assert "1 SKUs" not in text


def test_the_report_page_reads_in_chinese_for_a_chinese_reader(client, one):
    user = sign_in(client, VIEW)
    user.language = "zh-hans"
    user.save()
    assert "one 店" in body(client.get(reverse("analytics:report", args=[built(one).pk])))


def test_pictures_and_table_are_served_and_named(client, one):
    sign_in(client, VIEW)
    _page, picture, table = (client.get(address) for address in pages_of(built(one)))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert b"".join(picture.streaming_content).startswith(b"\x89PNG")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert table.content.decode("utf-8-sig").startswith("currency,code,metric,value")


def test_nobody_without_the_permission_sees_reports_or_boards(client, one):
    report = built(one)
    addresses = [*pages_of(report), reverse("analytics:reports"), reverse("analytics:index")]
    assert all(status(client, address) == 302 for address in addresses)
    sign_in(client)
    assert all(status(client, address) == 403 for address in addresses)


def test_a_store_limited_reader_sees_the_own_store_and_neither_others_nor_the_total(client, one, two):
    mine, other, total = built(one), built(two), built()
    sign_in(client, VIEW, stores=[one])
    assert all(status(client, address) == 200 for address in pages_of(mine))
    for hidden in (other, total):
        assert all(status(client, address) == 404 for address in pages_of(hidden))
    listing = body(client.get(reverse("analytics:reports")))
    assert reverse("analytics:report", args=[mine.pk]) in listing
    assert reverse("analytics:report", args=[other.pk]) not in listing
    assert reverse("analytics:report", args=[total.pk]) not in listing


def test_the_figures_of_a_store_limited_reader_never_hold_other_stores(client, one, two):
    rebuild_stale_days()
    days = {"first": DAY.isoformat(), "last": DAY.isoformat()}
    sign_in(client, VIEW_DAYS, stores=[one])
    limited = body(client.get(reverse("analytics:sales"), days))
    assert "¥100.00" in limited
    assert "¥140.00" not in limited
    assert "¥40.00" not in limited
    sign_in(client, VIEW_DAYS, username="free")
    assert "¥140.00" in body(client.get(reverse("analytics:sales"), days))


def test_boards_of_an_empty_shop_say_what_to_do(client):
    sign_in(client, VIEW_DAYS)
    response = client.get(reverse("analytics:index"))
    assert response.status_code == 200
    assert "No paid orders yet" in body(response)


def test_a_board_costs_the_same_whatever_the_number_of_days_and_orders(client, one):
    rebuild_stale_days()
    sign_in(client, VIEW_DAYS)
    client.get(reverse("analytics:index"))

    def queries():
        with CaptureQueriesContext(connection) as context:
            assert client.get(reverse("analytics:index")).status_code == 200
        return len(context)

    few = queries()
    for back in range(20):
        make_order(one, Sale(DAY - timedelta(days=back), D(10)), customer=make_customer())
    rebuild_stale_days()
    assert queries() == few <= MOST_QUERIES


def test_the_list_costs_the_same_whatever_the_number_of_reports(client, one, two):
    built(one)
    sign_in(client, VIEW)
    address = reverse("analytics:reports")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    built(two)
    built()
    with CaptureQueriesContext(connection) as more:
        client.get(address)
    assert len(more) == len(few) <= MOST_QUERIES


def test_a_kind_narrows_the_list_and_nonsense_does_not(client, one):
    built(one)
    sign_in(client, VIEW)
    address = reverse("analytics:reports")
    assert "one store" in body(client.get(address, {"kind": "daily"}))
    assert "No report fits." in body(client.get(address, {"kind": "monthly"}))
    assert "hourly is not one of the available choices" in body(client.get(address, {"kind": "hourly"}))


def press_build(client, **data):
    return client.post(reverse("analytics:build"), {"kind": "daily", "day": DAY.isoformat(), **data})


def test_the_button_starts_a_run_in_the_name_of_who_pressed_it(client, one):
    user = sign_in(client, VIEW, RUN, "kernel.view_jobrun")
    response = press_build(client, store=one.pk)
    run = JobRun.objects.get()
    assert (run.kind, run.trigger, run.store_code, run.requested_by) == ("build_report", "button", "one", user)
    assert run.parameters == {"kind": "daily", "day": "2026-03-18"}
    assert response["Location"] == reverse("admin:kernel_jobrun_change", args=[run.pk])


def test_a_store_limited_reader_builds_the_own_store_only(client, one, two):
    sign_in(client, VIEW, RUN, stores=[one])
    press_build(client, store=two.pk)
    press_build(client, store="")
    assert not JobRun.objects.exists()
    press_build(client, store=one.pk)
    assert JobRun.objects.get().store_code == "one"


def test_the_button_needs_the_permission_to_run_jobs_and_a_post(client, one):
    sign_in(client, VIEW)
    assert "Build now" not in body(client.get(reverse("analytics:reports")))
    assert press_build(client, store=one.pk).status_code == 403
    assert client.get(reverse("analytics:build")).status_code == 405
    assert not JobRun.objects.exists()


@pytest.mark.parametrize("data", [{"kind": "hourly"}, {"day": "yesterday"}, {"store": "9999"}])
def test_a_wrong_choice_is_answered_with_words_and_starts_nothing(client, one, data):
    sign_in(client, VIEW, RUN)
    response = client.post(
        reverse("analytics:build"), {"kind": "daily", "day": "2026-03-18", "store": one.pk, **data}, follow=True
    )
    assert [str(message.level_tag) for message in response.context["messages"]] == ["error"]
    assert not JobRun.objects.exists()


def api(client, user, address):
    token = Token.objects.create(user=user)
    return client.get(address, headers={"authorization": f"Bearer {token.key}"})


def test_the_api_lists_reports_within_the_callers_stores_and_gives_the_content_of_one(client, one, two):
    mine = built(one)
    built(two)
    built()
    user = make_reader(permissions=(VIEW,), stores=[one])
    listing = api(client, user, "/api/v1/reports/")
    (row,) = listing.json()["results"]
    assert (row["id"], row["store"], row["kind"], row["first_day"], row["version"]) == (
        mine.pk,
        "one",
        "daily",
        "2026-03-18",
        1,
    )
    assert "content" not in row


def test_the_api_hides_what_is_out_of_sight_as_not_there(client, one, two):
    hidden = built(two)
    user = make_reader(permissions=(VIEW,), stores=[one])
    response = api(client, user, f"/api/v1/reports/{hidden.pk}/")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_the_api_gives_one_report_whole_and_refuses_writing_and_strangers(client, one):
    report = built(one)
    address = f"/api/v1/reports/{report.pk}/"
    assert client.get(address).status_code == 401
    user = make_reader(permissions=(VIEW,))
    assert api(client, user, address).json()["content"] == report.content
    client.force_login(user)
    assert client.delete(address).status_code in (403, 405)
    assert client.get("/api/v1/reports/", {"kind": "weekly", "store": "one"}).json()["results"] == []
    stranger = make_reader("stranger", permissions=())
    client.force_login(stranger)
    assert client.get(address).status_code == 403


ADMIN_TABLES = ("storeday", "report", "reportpicture", "reportsubscription", "reportdelivery")


@pytest.mark.parametrize("table", ADMIN_TABLES)
def test_every_table_has_an_admin_list_that_opens(client, one, table):
    report = built(one)
    user = sign_in(client, *(f"analytics.view_{name}" for name in ADMIN_TABLES))
    ReportSubscription.objects.create(user=user, kind="daily", store=one)
    message = enqueue("mail", key="k", payload={})
    ReportDelivery.objects.create(report=report, user=user, message=message)
    assert client.get(reverse(f"admin:analytics_{table}_changelist")).status_code == 200


def test_the_admin_lists_of_a_store_limited_reader_hold_the_own_store_only(client, one, two):
    mine, other, total = built(one), built(two), built()
    sign_in(client, VIEW, VIEW_DAYS, "analytics.view_reportpicture", stores=[one])
    reports = client.get(reverse("admin:analytics_report_changelist"))
    assert [report.pk for report in reports.context["cl"].result_list] == [mine.pk]
    days = client.get(reverse("admin:analytics_storeday_changelist"))
    assert {day.store.code for day in days.context["cl"].result_list} == {"one"}
    assert client.get(reverse("admin:analytics_report_change", args=[other.pk])).status_code == 404
    pictures = client.get(reverse("admin:analytics_reportpicture_changelist"))
    assert {picture.report_id for picture in pictures.context["cl"].result_list} == {mine.pk}
    assert total.store is None


def test_reports_cannot_be_changed_in_the_admin(client, one):
    report = built(one)
    user = sign_in(client, VIEW)
    user.is_superuser = True
    user.save()
    response = client.post(reverse("admin:analytics_report_change", args=[report.pk]), {"version": 7})
    assert response.status_code == 403
    assert Report.objects.get().version == 1


def test_the_admin_button_builds_over_all_stores_and_leads_to_the_run(client, one):
    sign_in(client, VIEW, RUN, "kernel.view_jobrun")
    address = reverse("admin:analytics_report_build_now")
    asked = client.get(address)
    assert asked.status_code == 200
    assert not JobRun.objects.exists(), "looking at the question starts nothing"
    response = client.post(address, {"press": asked.context["press"], "kind": "daily"})
    again = client.post(address, {"press": asked.context["press"], "kind": "daily"})
    assert (response.status_code, again["Location"]) == (302, response["Location"])
    run = JobRun.objects.get()
    assert (run.trigger, run.store_code) == ("button", "")
    assert response["Location"] == reverse("admin:kernel_jobrun_change", args=[run.pk])


def test_a_reader_of_one_store_builds_for_that_store_only(client, one):
    sign_in(client, VIEW, RUN, stores=[one])
    address = reverse("admin:analytics_report_build_now")
    refused = client.post(address, {"press": "p", "kind": "daily"})
    assert refused.context["form"].errors.keys() == {"store"}
    assert not JobRun.objects.exists()
    client.post(address, {"press": "p", "kind": "daily", "store": one.pk})
    assert JobRun.objects.get().store_code == one.code
