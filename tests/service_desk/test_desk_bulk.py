"""Changing many tickets: a preview first, applied once, and taken back exactly where nothing has changed since."""

import pytest
from django.urls import reverse
from django.utils import timezone

from service_desk.models import BulkChange, Ticket, TicketEvent, TicketQueue
from service_desk.services import assign_ticket, move_ticket, set_priority
from tests.membership.factories import make_store
from tests.service_desk.desk_factories import make_ticket

pytestmark = pytest.mark.django_db
BULK = reverse("service_desk:bulk")


def numbers(*tickets):
    return [ticket.number for ticket in tickets]


def press(client, action, *tickets, **values):
    """From the preview to the deed, as the page does it."""
    typed = {"action": action, "chosen": numbers(*tickets), **values}
    preview = client.post(BULK, typed)
    assert preview.status_code == 200
    return client.post(BULK, {**typed, "confirmed": "yes", "press": preview.context["press"]}), preview


def undo(client):
    return client.post(reverse("service_desk:bulk-undo", args=[BulkChange.objects.get().pk]), follow=True)


def test_the_preview_shows_numbers_and_who_is_left_out_and_changes_nothing(client, store, staff):
    mine, theirs, done = make_ticket(store), make_ticket(store), make_ticket(store)
    now = timezone.now()
    assign_ticket(theirs, to=staff("b"), now=now)
    assign_ticket(done, to=staff("c"), now=now)
    move_ticket(done, to=Ticket.State.RESOLVED, now=now)
    far = make_ticket(make_store("far"))
    client.force_login(staff("a", store=store))
    page = client.post(BULK, {"action": "take", "chosen": numbers(mine, theirs, done, far)})
    assert page.context["possible"] == [mine]
    assert [one.why for one in page.context["left_out"]] == ["b works on it.", "It is not open."]
    assert "take: 1 ticket → a" in page.content.decode()
    assert not BulkChange.objects.exists()
    mine.refresh_from_db()
    assert mine.assignee is None


def test_a_press_applies_once(client, store, staff):
    ticket = make_ticket(store)
    client.force_login(staff("a"))
    typed = {"action": "priority", "priority": "1", "chosen": numbers(ticket), "confirmed": "yes", "press": "p"}
    client.post(BULK, typed)
    set_priority(ticket, priority=4, now=timezone.now())
    client.post(BULK, typed)
    ticket.refresh_from_db()
    assert (ticket.priority, BulkChange.objects.count()) == (4, 1)
    assert ticket.events.filter(kind=TicketEvent.Kind.PRIORITY, reason="bulk").count() == 1


@pytest.mark.parametrize("action", ["take", "hand_over", "queue", "state", "priority"])
def test_every_action_is_done_and_taken_back_exactly(client, store, staff, action):
    tickets = [make_ticket(store) for _number in range(3)]
    if action == "state":
        for ticket in tickets:
            assign_ticket(ticket, to=staff(ticket.number), now=timezone.now())
    queue = TicketQueue.objects.create(code="q", name="q")
    colleague = staff("b")
    client.force_login(staff("a"))
    wished = {"hand_over": {"agent": colleague.pk}, "queue": {"queue": queue.pk}}
    wished |= {"state": {"state": "resolved"}, "priority": {"priority": "1"}}
    columns = ("assignee_id", "state", "queue_id", "priority", "resolved_at")
    before = list(Ticket.objects.order_by("pk").values_list(*columns))
    press(client, action, *tickets, **wished.get(action, {}))
    changed = list(Ticket.objects.order_by("pk").values_list(*columns))
    assert all(one != two for one, two in zip(before, changed, strict=True))
    assert "Undo" in client.get(reverse("service_desk:queue")).content.decode()
    undo(client)
    assert list(Ticket.objects.order_by("pk").values_list(*columns)) == before
    assert TicketEvent.objects.filter(reason="undo").exists(), "the way back is written down too"
    assert "already" in undo(client).content.decode()


def test_what_somebody_changed_since_is_left_alone_and_named(client, store, staff):
    first, second = make_ticket(store), make_ticket(store)
    client.force_login(staff("a"))
    press(client, "priority", first, second, priority="1")
    set_priority(second, priority=2, now=timezone.now())
    told = undo(client).content.decode()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.priority, second.priority) == (3, 2)
    assert f"Changed by somebody since, and left alone: {second.number}" in told


def test_nobody_takes_back_what_another_did_and_readers_change_nothing(client, store, staff):
    ticket = make_ticket(store)
    client.force_login(staff("a"))
    press(client, "take", ticket)
    client.force_login(staff("b"))
    assert undo(client).status_code == 404
    client.force_login(staff("d", role="director"))
    assert client.post(BULK, {"action": "take", "chosen": numbers(ticket)}).status_code == 403


def test_an_action_without_its_choice_and_a_press_without_tickets_are_told(client, store, staff):
    ticket = make_ticket(store)
    client.force_login(staff("a"))
    assert "Choose one." in client.post(BULK, {"action": "queue", "chosen": numbers(ticket)}).content.decode()
    told = client.post(BULK, {"action": "take"}, follow=True).content.decode()
    assert "Choose some tickets first." in told
