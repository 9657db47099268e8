"""`/api/v1/tickets/`: who may hand in what for which store, and what comes twice."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError
from rest_framework.test import APIClient

from config.kernel.models import RoleScope, User
from service_desk.models import Ticket, TicketMessage
from service_desk.services import merge_tickets, move_ticket, open_ticket, receive_message, take_up_conversation
from service_desk.services import tickets as ticket_services
from service_desk.services.tickets import NewTicket
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store

# The cache of the throttles has a database of its own on SQLite.
pytestmark = pytest.mark.django_db(databases="__all__")
TICKETS = "/api/v1/tickets/"
NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)


def make_client(*, store: str = "") -> APIClient:
    user = User.objects.create_user(f"user-{User.objects.count()}", password="a long pass phrase")
    group = Group.objects.create(name=f"role-{user.pk}")
    group.permissions.set(Permission.objects.filter(codename__in=["add_ticket", "view_ticket"]))
    user.groups.add(group)
    if store:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store)
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def store():
    return make_store("tmall")


def payload_of(**values: object) -> dict[str, object]:
    first = {"store": "tmall", "subject": "Where is it?", "body": "Hello", "contact_channel": "chat"}
    return first | values


def conversation(store, **values: object) -> NewTicket:
    return NewTicket(subject="Where is it?", store=store, contact_channel="chat", external_ref="c-1", **values)


def test_a_first_message_opens_a_ticket_and_the_next_joins_it(store):
    client = make_client(store="tmall")
    first = client.post(TICKETS, payload_of(external_ref="c-1", message_id="m-1"), format="json")
    second = client.post(TICKETS, payload_of(external_ref="c-1", message_id="m-2", body="Still?"), format="json")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["number"] == second.json()["number"]
    assert [message["body"] for message in second.json()["messages"]] == ["Hello", "Still?"]


def test_the_same_message_again_changes_nothing(store):
    client = make_client()
    body = payload_of(external_ref="c-1", message_id="m-1")
    answers = [client.post(TICKETS, body, format="json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert (Ticket.objects.count(), TicketMessage.objects.count()) == (1, 1)


def test_a_store_out_of_sight_answers_like_one_that_does_not_exist(store):
    make_store("jd")
    client = make_client(store="jd")
    hidden = client.post(TICKETS, payload_of(), format="json")
    missing = client.post(TICKETS, payload_of(store="nowhere"), format="json")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.json() == missing.json()
    assert hidden.json()["code"] == "store_not_found"
    assert set(hidden.json()) == {"code", "message", "fields"}
    assert not Ticket.objects.exists()
    assert client.post(TICKETS, payload_of(store="jd"), format="json").status_code == 201


def test_a_closed_store_takes_no_ticket(store):
    make_store("shut", is_active=False)
    assert make_client().post(TICKETS, payload_of(store="shut"), format="json").status_code == 404


def test_who_may_not_add_tickets_is_refused(store):
    client = APIClient()
    client.force_authenticate(User.objects.create_user("guest", password="a long pass phrase"))
    answer = client.post(TICKETS, payload_of(), format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_an_order_is_looked_for_in_the_named_store_only(store):
    other = make_store("jd")
    order = make_order(other, line_of(make_sku("apple")))
    answer = make_client().post(TICKETS, payload_of(order_number=order.number), format="json")
    assert (answer.status_code, answer.json()["code"]) == (404, "order_unknown")
    assert not Ticket.objects.exists()
    found = make_client().post(TICKETS, payload_of(store="jd", order_number=order.number), format="json")
    assert (found.status_code, found.json()["order"]) == (201, order.number)


def test_of_two_that_found_no_ticket_at_once_the_second_gets_the_firsts(store, monkeypatch):
    first = open_ticket(conversation(store), now=NOON)
    look = ticket_services._open_conversation
    answers = iter([None])
    # The second caller looked before the first one wrote.
    monkeypatch.setattr(ticket_services, "_open_conversation", lambda new: next(answers, look(new)))
    client = make_client()
    answer = client.post(TICKETS, payload_of(external_ref="c-1", message_id="m-1"), format="json")
    assert (answer.status_code, answer.json()["number"]) == (200, first.number)
    assert (Ticket.objects.count(), TicketMessage.objects.count()) == (1, 1)


def test_without_that_guard_the_second_would_fail(store):
    open_ticket(conversation(store), now=NOON)
    with pytest.raises(IntegrityError):
        open_ticket(conversation(store), now=NOON)


def test_a_conversation_that_ended_begins_anew(store):
    first = open_ticket(conversation(store), now=NOON)
    move_ticket(first, to=Ticket.State.SPAM, now=NOON)
    again, is_new = take_up_conversation(conversation(store), now=NOON)
    assert is_new
    assert again.pk != first.pk


def test_without_a_conversation_every_call_opens_a_ticket(store):
    client = make_client()
    numbers = {client.post(TICKETS, payload_of(), format="json").json()["number"] for _ in range(2)}
    assert len(numbers) == 2


def test_a_message_to_a_ticket_that_was_merged_or_followed_up_is_known_there(store):
    kept = open_ticket(NewTicket(subject="Kept", store=store, contact_channel="chat"), now=NOON)
    lost = open_ticket(conversation(store), now=NOON)
    said = receive_message(lost, body="Hello", sent_at=NOON, external_id="m-1")
    merge_tickets(lost, into=kept, now=NOON)
    assert receive_message(lost, body="Hello", sent_at=NOON, external_id="m-1") == said
    ended = open_ticket(conversation(store), now=NOON)
    move_ticket(ended, to=Ticket.State.SPAM, now=NOON)
    late = [receive_message(ended, body="Hm", sent_at=NOON, external_id=name) for name in ("m-2", "m-2", "m-3")]
    assert late[0] == late[1]
    assert late[2].ticket == late[0].ticket
    assert late[0].ticket.follow_up_of == ended
