"""Everybody's own reports by mail, the mail as it is sent, and the figures that a command prints."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from analytics.models import ReportSubscription
from analytics.services.reports import build_report
from analytics.services.rollups import rebuild_stale_days
from analytics.short_numbers import short_number
from tests.analytics.factories import Sale, make_customer, make_order, make_reader, make_store

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 18)
RIGHTS = ("analytics.view_report", "analytics.add_reportsubscription")


@pytest.fixture(autouse=True)
def files_of_our_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def one():
    store = make_store("one")
    make_order(store, Sale(DAY, Decimal(100)), customer=make_customer())
    rebuild_stale_days()
    return store


def sign_in(client, *, stores=(), permissions=RIGHTS, username="reader"):
    user = make_reader(username, permissions=permissions, stores=stores, language="en")
    client.force_login(user)
    return user


def post(client, **data):
    return client.post(reverse("analytics:subscriptions"), data)


def test_a_person_subscribes_once_however_often_they_press_and_ends_it_again(client, one):
    user = sign_in(client)
    post(client, kind="daily", store=one.pk)
    post(client, kind="daily", store=one.pk)
    post(client, kind="weekly", store="")
    own = ReportSubscription.objects.filter(user=user)
    assert sorted(own.values_list("kind", "store__code")) == [("daily", "one"), ("weekly", None)]
    post(client, end=own.get(kind="daily").pk)
    assert list(own.values_list("kind", flat=True)) == ["weekly"]


def test_a_paused_subscription_goes_on_when_it_is_wanted_again(client, one):
    user = sign_in(client)
    paused = ReportSubscription.objects.create(user=user, kind="daily", store=one, is_active=False)
    post(client, kind="daily", store=one.pk)
    paused.refresh_from_db()
    assert paused.is_active


def test_nobody_ends_or_sees_the_subscription_of_another(client, one):
    other = ReportSubscription.objects.create(user=make_reader("other"), kind="monthly", store=one)
    sign_in(client)
    assert post(client, end=other.pk).status_code == 404
    assert post(client, end="x' OR 1").status_code == 404
    assert ReportSubscription.objects.filter(pk=other.pk).exists()
    assert list(client.get(reverse("analytics:subscriptions")).context["subscriptions"]) == []


def test_a_store_limited_reader_subscribes_to_the_own_store_only(client, one):
    two = make_store("two")
    sign_in(client, stores=[one])
    assert post(client, kind="daily", store=two.pk).status_code == 200
    assert post(client, kind="daily", store="").status_code == 200
    assert not ReportSubscription.objects.exists()
    assert post(client, kind="daily", store=one.pk).status_code == 302


def test_subscribing_needs_the_permission(client, one):
    sign_in(client, permissions=("analytics.view_report",))
    assert post(client, kind="daily", store=one.pk).status_code == 403
    assert reverse("analytics:subscriptions") not in client.get(reverse("analytics:reports")).content.decode()


def test_the_mail_is_shown_with_its_pictures_to_who_may_read_the_report(client, one):
    report = build_report("daily", store_code="one", day=DAY)
    sign_in(client)
    text = client.get(reverse("analytics:mail", args=[report.pk])).content.decode()
    assert "This is the mail as subscribers get it." in text
    assert reverse("analytics:picture", args=[report.pk, "trend"]) in text
    assert "cid:" not in text
    assert "¥100.00" in text
    sign_in(client, stores=[make_store("two")], username="elsewhere")
    assert client.get(reverse("analytics:mail", args=[report.pk])).status_code == 404


def test_the_list_of_reports_is_narrowed_by_store_and_days(client, one):
    build_report("daily", store_code="one", day=DAY)
    build_report("daily", store_code="", day=DAY)
    sign_in(client)

    def found(**parameters):
        page = client.get(reverse("analytics:reports"), parameters).context["page"]
        return [report.store and report.store.code for report in page.object_list]

    assert found() == [None, "one"]
    assert found(store="one") == ["one"]
    assert found(store="all") == [None]
    assert found(first="2026-03-19") == []
    assert found(last="2026-03-18") == [None, "one"]


def test_the_command_names_its_figures_in_a_fixed_order(one):
    output = StringIO()
    call_command("build_report", "daily", "--store", "one", "--date", "2026-03-18", stdout=output)
    names = [part.split("=")[0] for part in output.getvalue().split()]
    assert names == ["report", "metrics", "anomalies"]


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (999, "999", "999"),
        (12_345, "1.234万", "12.35K"),
        (99_999_600, "1亿", "100M"),
        (1_186_655.61, "118.7万", "1.187M"),
        (-2_500_000_000, "-25亿", "-2.5B"),
    ],
)
def test_long_numbers_are_short_in_either_language(value, chinese, english):
    assert short_number(value, chinese=True) == chinese
    assert short_number(value, chinese=False) == english
