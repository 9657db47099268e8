"""Forms name stores of one's own only: an id of a foreign store is an error at its field, and nothing is written."""

import pytest
from django.urls import reverse

from analytics.models import ReportSubscription
from config.kernel.models import RoleScope, User
from config.roles import install_roles
from marketing.models import ChannelSpend, TrafficSource
from tests.catalog.factories import make_store

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def stores(client):
    install_roles()
    own, foreign = make_store("own"), make_store("foreign")
    user = User.objects.create_user("keeper", password="x", is_staff=True, language="en")
    group = user.groups.model.objects.get(name="operations_manager")
    user.groups.add(group)
    RoleScope.objects.create(user=user, group=group, kind="store", code="own")
    client.force_login(user)
    return own, foreign


def errors_of(answer):
    return answer.context["adminform"].form.errors


@pytest.mark.parametrize("junk", ["NaN", "9" * 40, "a\0b", "-1"])
def test_what_is_no_store_at_all_is_an_error_at_its_field(client, stores, junk):
    answer = client.post(reverse("admin:marketing_channelspend_add"), {"store": junk})
    assert (answer.status_code, "store" in errors_of(answer)) == (200, True)


def test_spend_is_not_written_in_a_foreign_store(client, stores):
    own, foreign = stores
    typed = {"source": TrafficSource.objects.create(code="s", name="s").pk, "day": "2026-01-02", "currency": "EUR"}
    typed |= dict.fromkeys(("impressions", "clicks", "cost", "conversions", "revenue", "new_customers"), "0")
    page = reverse("admin:marketing_channelspend_add")
    assert list(errors_of(client.post(page, typed | {"store": foreign.pk}))) == ["store"]
    assert not ChannelSpend.objects.exists()
    assert client.post(page, typed | {"store": own.pk}).status_code == 302
    change = reverse("admin:marketing_channelspend_change", args=[ChannelSpend.objects.get().pk])
    assert list(errors_of(client.post(change, typed | {"store": foreign.pk}))) == ["store"]
    assert ChannelSpend.objects.get().store == own


def test_reports_are_not_ordered_for_a_foreign_store(client, stores):
    _own, foreign = stores
    answer = client.post(reverse("admin:analytics_reportsubscription_add"), {"store": foreign.pk})
    assert "store" in errors_of(answer)
    assert not ReportSubscription.objects.exists()
