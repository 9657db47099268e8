"""The three night jobs from a button and from a schedule with arguments: the same runs as by command."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.urls import reverse

from analytics.jobs import build_monthly_report
from config.kernel.jobs import work_on_run
from config.kernel.models import JobRun, RoleScope, User
from config.roles import install_roles
from fulfillment.jobs.restock import restock_check
from membership.jobs import segment_customers
from membership.models import RfmRun
from membership.services import record_purchases
from tests.membership.factories import make_customer, make_store, purchase

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
BUTTONS = {
    "restock_check": "admin:fulfillment_restockrun_start_check",
    "segment_customers": "admin:membership_rfmrun_segment_now",
    "build_report": "admin:analytics_report_build_now",
}


@pytest.fixture
def planner(client):
    install_roles()
    user = User.objects.create_user("planner", password="x", is_staff=True)
    user.groups.add(Group.objects.get(name="operations_manager"))
    client.force_login(user)
    return user


def press(client, job, **chosen):
    return client.post(reverse(BUTTONS[job]), {"press": "p1", **chosen})


def test_each_button_asks_first_and_offers_store_and_day(client, planner):
    store = make_store()
    for kind, address in BUTTONS.items():
        shown = client.get(reverse(address))
        assert shown.status_code == 200, kind
        assert f'<option value="{store.pk}">' in shown.content.decode(), kind
    assert not JobRun.objects.exists()


@pytest.mark.parametrize(
    ("kind", "chosen", "parameters"),
    [
        ("restock_check", {"as_of": "2026-06-30"}, {"as_of": "2026-06-30", "slot": ""}),
        ("segment_customers", {"as_of": "2026-06-30", "mode": "rank"}, {"as_of": "2026-06-30", "mode": "rank"}),
        ("build_report", {"kind": "monthly", "day": "2026-06-30"}, {"kind": "monthly", "day": "2026-06-30"}),
    ],
)
def test_a_button_starts_the_run_of_the_chosen_store_and_day_once(client, planner, kind, chosen, parameters):
    store = make_store()
    first = press(client, kind, store=store.pk, **chosen)
    again = press(client, kind, store=store.pk, **chosen)
    run = JobRun.objects.get()
    assert (run.kind, run.store_code, run.trigger, run.requested_by) == (kind, store.code, "button", planner)
    assert run.parameters == parameters
    assert first.url == again.url == reverse("admin:kernel_jobrun_change", args=[run.pk])


def test_a_day_that_is_not_over_is_refused_at_its_field_and_what_was_typed_stays(client, planner):
    store = make_store()
    typed = (date.today() + timedelta(days=3)).isoformat()
    shown = press(client, "restock_check", store=store.pk, as_of=typed)
    assert shown.status_code == 200
    assert shown.context["form"].errors.keys() == {"as_of"}
    assert f'value="{typed}"' in shown.content.decode()
    assert not JobRun.objects.exists()


def test_a_person_limited_to_a_store_can_choose_no_other_and_not_all(client, planner):
    mine, other = make_store("mine"), make_store("other")
    RoleScope.objects.create(user=planner, group=planner.groups.get(), kind="store", code=mine.code)
    for store in (other.pk, ""):
        shown = press(client, "segment_customers", store=store)
        assert shown.context["form"].errors.keys() == {"store"}
    assert not JobRun.objects.exists()


def test_the_page_of_an_open_run_loads_its_progress_again_and_a_closed_one_does_not(client, planner):
    store = make_store()
    record_purchases([purchase("1", make_customer(), store, DAY, "10.00")])
    press(client, "segment_customers", store=store.pk, as_of="2026-06-30")
    run = JobRun.objects.get()
    fragment = reverse("admin:kernel_jobrun_progress", args=[run.pk])
    assert f'hx-get="{fragment}"' in client.get(fragment).content.decode()
    work_on_run(run.pk)
    closed = client.get(fragment).content.decode()
    assert "hx-get" not in closed
    assert "客户" in closed
    assert RfmRun.objects.get().as_of == DAY


def test_the_schedules_arguments_name_store_and_day_and_the_same_night_is_one_run():
    with time_machine.travel("2026-07-02T18:00:00Z", tick=False):
        for _night in range(2):
            restock_check(store="a", as_of="2026-06-30")
            segment_customers(store="a", as_of="2026-06-30", mode="thresholds")
            build_monthly_report(store="a", day="2026-06-30")
    runs = {run.kind: run for run in JobRun.objects.all()}
    assert JobRun.objects.count() == 3
    assert {run.store_code for run in runs.values()} == {"a"}
    assert runs["restock_check"].parameters == {"as_of": "2026-06-30", "slot": "night"}
    assert runs["segment_customers"].parameters == {"as_of": "2026-06-30", "mode": "thresholds"}
    assert runs["build_report"].parameters == {"kind": "monthly", "day": "2026-06-30"}


def test_a_second_check_on_the_day_has_a_slot_of_its_own():
    restock_check(as_of="2026-06-30")
    restock_check(as_of="2026-06-30", slot="noon")
    assert JobRun.objects.count() == 2
