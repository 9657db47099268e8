"""SLA clocks through the services: what starts, pauses, ends and breaches them; times are those of Shanghai."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from config.kernel.append_only import AppendOnlyError
from config.kernel.models import User
from config.kernel.todo import counted
from service_desk.models import ServiceCalendar, SlaCycle, SlaEvent, SlaPolicy, Ticket, TicketMessage
from service_desk.queries import todo
from service_desk.services import (
    add_note,
    assign_ticket,
    merge_tickets,
    move_ticket,
    open_ticket,
    receive_message,
    send_reply,
    set_priority,
)
from service_desk.services.sla_defaults import install_sla
from service_desk.services.sla_sweep import sweep_clocks
from service_desk.services.tickets import NewTicket, restore_ticket
from tests.service_desk.desk_factories import make_ticket

pytestmark = pytest.mark.django_db
Channel, State, Priority = Ticket.ContactChannel, Ticket.State, Ticket.Priority


def at(clock, day=14):
    """A moment of September 2026; the 14th is a Monday."""
    hour, minute, *second = map(int, clock.split(":"))
    return datetime(2026, 9, day, hour, minute, *second, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def promise(store):
    """A promise day and night, unless other hours are named."""

    def make(hours="always", **values):
        install_sla()
        SlaPolicy.objects.update(is_active=False)
        calendar = ServiceCalendar.objects.get(code=hours)
        position = 100 + SlaPolicy.objects.count()
        return SlaPolicy.objects.create(
            **{"position": position, "name": "x", "calendar": calendar, "resolution_calendar": calendar, **values}
        )

    return make


def asked(store, clock, *, day=14, channel=Channel.CHAT):
    ticket = open_ticket(NewTicket(subject="x", store=store, contact_channel=channel), now=at(clock, day))
    receive_message(ticket, body="Hello?", sent_at=at(clock, day))
    ticket.refresh_from_db()
    return ticket


def asked_now(store):
    new = NewTicket(subject="x", store=store, contact_channel=Channel.EMAIL)
    ticket = open_ticket(new, now=timezone.now())
    receive_message(ticket, body="Hello?", sent_at=timezone.now())
    return ticket


def cycle_of(ticket, metric="first_response"):
    return SlaCycle.objects.filter(ticket=ticket, metric=metric).order_by("-pk").first()


@pytest.mark.parametrize(
    ("clock", "due"), [("10:00", at("10:05")), ("21:58", at("09:03", 15)), ("23:30", at("09:05", 15))]
)
def test_a_first_reply_is_due_in_open_hours(store, promise, clock, due):
    promise("shop-hours", first_response=5)
    ticket = asked(store, clock)
    assert cycle_of(ticket).due_at == due
    assert (ticket.sla_due_at, ticket.sla_metric, ticket.sla_is_paused) == (due, "first_response", False)


def test_a_resolution_day_and_night_is_due_a_day_later(store, promise):
    promise(resolution=1440)
    assert asked(store, "20:00").sla_due_at == at("20:00", 15)


def test_waiting_for_the_customer_stops_the_resolution_clock(store, promise, staff):
    promise(resolution=1440)
    ticket = asked(store, "10:00")
    send_reply(ticket, user=staff("a"), body="One moment", now=at("14:00"))
    assert (ticket.sla_is_paused, ticket.sla_due_at) == (True, None)
    move_ticket(ticket, to=State.WAITING_SUPPLIER, now=at("20:00"))
    move_ticket(ticket, to=State.WAITING_CUSTOMER, now=at("21:00"))
    assert sweep_clocks(now=at("08:00", 20)) == 0, "no warning and no breach while it is paused"
    receive_message(ticket, body="Here it is", sent_at=at("09:00", 15))
    assert (ticket.sla_is_paused, ticket.sla_due_at) == (False, at("05:00", 16))
    assert cycle_of(ticket, "resolution").warn_80_at == at("00:12", 16)


@pytest.mark.parametrize(("clock", "state"), [("10:05:00", "met"), ("10:05:01", "breached")])
def test_a_reply_at_the_moment_it_is_due_is_in_time(store, promise, staff, clock, state):
    promise(first_response=5)
    ticket = asked(store, "10:00")
    send_reply(ticket, user=staff("a"), body="Yes", now=at(clock))
    cycle = cycle_of(ticket)
    assert (cycle.state, cycle.ended_at) == (state, at(clock))
    assert cycle.breached_at == (at("10:05") if state == "breached" else None)
    assert cycle.events.count() == (state == "breached")
    assert ticket.sla_due_at is None


def test_notes_and_automatic_answers_are_no_reply(store, promise, staff):
    promise(first_response=5)
    ticket, agent = asked(store, "10:00"), staff("a")
    TicketMessage.objects.create(ticket=ticket, author="system", body="We are here", sent_at=at("10:00:05"))
    add_note(ticket, user=agent, body="Who knows this?", now=at("10:02"))
    assert cycle_of(ticket).ended_at is None
    send_reply(ticket, user=agent, body="Yes", now=at("10:06:30"))
    cycle = cycle_of(ticket)
    assert (cycle.state, cycle.breached_at, cycle.ended_at) == ("breached", at("10:05"), at("10:06:30"))


@pytest.mark.parametrize(("changed", "breached"), [("13:00", None), ("15:00", "15:00")])
def test_another_priority_counts_from_the_original_start(store, promise, changed, breached):
    promise(resolution=1440)
    urgent = promise(resolution=240, priority=Priority.URGENT)
    SlaPolicy.objects.exclude(pk=urgent.pk).filter(name="x").update(is_active=True, position=999)
    ticket = asked(store, "10:00")
    set_priority(ticket, priority=Priority.URGENT, now=at(changed))
    cycle = cycle_of(ticket, "resolution")
    assert (ticket.sla_due_at, cycle.due_at) == (at("14:00"), at("14:00"))
    assert cycle.breached_at == (at(breached) if breached else None)
    assert [event.reason for event in cycle.events.all()] == (["policy_change"] if breached else [])


def test_further_messages_do_not_move_the_clock_of_the_oldest(store, promise, staff):
    promise(next_response=15)
    ticket = asked(store, "09:00")
    send_reply(ticket, user=staff("a"), body="Yes", now=at("09:01"))
    for clock in ("10:00", "10:03", "10:20"):
        receive_message(ticket, body=clock, sent_at=at(clock))
    sweep_clocks(now=at("10:30"))
    cycles = SlaCycle.objects.filter(ticket=ticket)
    assert [(cycle.due_at, cycle.state) for cycle in cycles] == [(at("10:15"), "breached")]
    assert SlaEvent.objects.filter(kind="breached").count() == 1


def test_thanks_need_no_answer_when_the_matter_is_resolved(store, promise, staff):
    promise(first_response=15, next_response=15)
    ticket = asked(store, "10:00")
    send_reply(ticket, user=staff("a"), body="It is on its way", now=at("10:10"))
    receive_message(ticket, body="Thanks", sent_at=at("10:12"))
    assert ticket.sla_due_at == at("10:27")
    move_ticket(ticket, to=State.RESOLVED, now=at("10:20"))
    assert cycle_of(ticket, "next_response").state == "resolved_no_reply"
    assert ticket.sla_due_at is None


def test_a_ticket_that_staff_opened_waits_for_no_first_reply(store, promise):
    promise(first_response=5, next_response=15)
    new = NewTicket(subject="x", store=store, contact_channel=Channel.PHONE)
    ticket = open_ticket(new, now=at("10:00"))
    assert not SlaCycle.objects.exists()
    receive_message(ticket, body="One more thing", sent_at=at("11:00"))
    assert [cycle.metric for cycle in SlaCycle.objects.all()] == ["next_response"]


def test_the_ticket_that_remains_answers_for_the_oldest_message(store, promise):
    promise(first_response=30)
    loser, into = asked(store, "10:00"), asked(store, "10:20")
    merge_tickets(loser, into=into, now=at("10:25"))
    assert into.sla_due_at == at("10:30")
    assert cycle_of(loser).state == "merged"
    loser.refresh_from_db()
    assert loser.sla_due_at is None


def test_a_sweep_that_comes_late_tells_when_it_happened_and_tells_it_once(store, promise):
    promise(first_response=10)
    ticket = asked(store, "13:50")
    assert sweep_clocks(now=at("15:10")) == 3
    assert sweep_clocks(now=at("15:11")) == 0
    event = SlaEvent.objects.get(kind="breached")
    assert (event.at, event.detected_at) == (at("14:00"), at("15:10"))
    cycle = cycle_of(ticket)
    assert (cycle.state, cycle.breached_at, cycle.detected_at) == ("breached", at("14:00"), at("15:10"))
    with pytest.raises(AppendOnlyError):
        event.delete()


def test_another_agent_changes_no_clock(store, promise, staff):
    promise(first_response=10)
    ticket = asked(store, "10:00")
    for name in "ab":
        assign_ticket(ticket, to=staff(name), now=at("10:03"))
    assert ticket.sla_due_at == at("10:10")


def test_a_reopened_ticket_goes_on_with_the_time_already_used(store, promise):
    promise(resolution=60)
    ticket = asked(store, "10:00")
    move_ticket(ticket, to=State.OPEN, now=at("10:00"))
    move_ticket(ticket, to=State.RESOLVED, now=at("10:20"))
    assert cycle_of(ticket, "resolution").state == "met"
    receive_message(ticket, body="Still broken", sent_at=at("12:00", 16))
    cycle = cycle_of(ticket, "resolution")
    assert (cycle.state, cycle.due_at, cycle.first_ended_at) == ("running", at("12:40", 16), at("10:20"))


def test_spam_is_out_of_the_statistics_until_it_is_taken_back(store, promise):
    promise(first_response=30, resolution=60)
    ticket = asked(store, "10:00")
    move_ticket(ticket, to=State.SPAM, now=at("10:10"))
    assert {cycle.state for cycle in SlaCycle.objects.all()} == {"void"}
    assert restore_ticket(ticket, before={"state": "new"}, after={"state": "spam"}, now=at("10:12"))
    assert ticket.sla_due_at == at("10:30")
    assert {cycle.state for cycle in SlaCycle.objects.all()} == {"running"}


def test_a_ticket_that_nothing_is_promised_to_has_no_clock(store):
    assert asked(store, "10:00").sla_due_at is None
    assert not SlaCycle.objects.exists()


def test_the_promises_that_ship_are_laid_in_once(store):
    assert install_sla() == install_sla() == 4
    chat, mail = asked(store, "10:00"), asked(store, "10:00", channel=Channel.EMAIL)
    assert (chat.sla_due_at, mail.sla_due_at) == (at("10:05"), at("14:00"))
    assert cycle_of(mail, "resolution").due_at == at("10:00", 15)


def test_the_queue_shows_what_is_due_and_says_so(client, store, staff, django_assert_max_num_queries):
    install_sla()
    SlaPolicy.objects.update(calendar=ServiceCalendar.objects.get(code="always"))
    late, calm = make_ticket(store, minutes_ago=180), asked_now(store)
    client.force_login(staff("a"))
    client.get(reverse("service_desk:queue"))
    with django_assert_max_num_queries(15):
        page = client.get(reverse("service_desk:queue"), {"view": "due"}).content.decode()
    assert late.number in page
    assert "overdue 2 h" in page
    counters = {one.link: one.count for one in counted(todo(User.objects.get(username="a")))}
    assert counters[f"{reverse('service_desk:queue')}?view=due"] == 1
    assert calm.number not in page


def test_a_lead_finds_policies_calendars_and_cycles(client, store, staff, promise):
    policy = promise(first_response=10)
    cycle = cycle_of(asked(store, "10:00"))
    client.force_login(staff("lead", role="service_lead"))
    for row in (policy, policy.calendar, cycle):
        name = f"admin:service_desk_{row._meta.model_name}"
        assert client.get(reverse(f"{name}_changelist")).status_code == 200
        shown = client.get(reverse(f"{name}_change", args=[row.pk]))
        assert shown.status_code == 200
        assert "+00:00" not in shown.content.decode(), "moments are shown by the clock of who reads"


@pytest.mark.parametrize("weekly", [{"7": []}, {"0": [[1]]}, {"0": [[0, 9999]]}, {"x": []}, {"0": 5}])
def test_hours_that_no_clock_could_read_are_refused(client, store, staff, weekly):
    client.force_login(staff("lead", role="service_lead"))
    values = {"code": "x", "name": "x", "weekly": json.dumps(weekly), "exceptions": "{}"}
    answer = client.post(reverse("admin:service_desk_servicecalendar_add"), values)
    assert "These hours cannot be read." in answer.content.decode()
    assert not ServiceCalendar.objects.exists()
    client.post(reverse("admin:service_desk_servicecalendar_add"), values | {"weekly": '{"0": [[540, 1320]]}'})
    assert ServiceCalendar.objects.get().weekly == {"0": [[540, 1320]]}
