"""The ticket page: answers, notes, agents, states, drafts; nothing leaks and nothing is lost."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from config.kernel.models import RoleScope, User
from config.roles import install_roles
from service_desk.models import Draft, Ticket, TicketMessage
from service_desk.services import receive_message
from service_desk.services.tickets import NewTicket, open_ticket
from tests.membership.factories import make_customer, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    install_roles()
    return make_store("shop")


def person(name, role="service_agent", store=None):
    user = User.objects.create_user(name, password="x", is_staff=True, language="en")
    group = Group.objects.get(name=role)
    user.groups.add(group)
    if store is not None:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
    return user


def make_ticket(store, **values):
    new = NewTicket(
        subject="Where is my parcel?",
        store=store,
        contact_channel=Ticket.ContactChannel.CHAT,
        customer=make_customer(),
        order=None,
        **values,
    )
    ticket = open_ticket(new, now=timezone.now())
    receive_message(ticket, body="Hello?", sent_at=timezone.now())
    return ticket


def address(name, ticket):
    return reverse(f"service_desk:{name}", args=[ticket.number])


def seen(ticket):
    return ticket.messages.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_an_agent_answers_and_the_ticket_waits_for_the_customer(client, store):
    ticket, agent = make_ticket(store), person("a")
    client.force_login(agent)
    page = client.get(address("ticket", ticket)).content.decode()
    assert "Hello?" in page
    assert 'id="reply-body"' in page
    answer = client.post(address("reply", ticket), {"body": "On its way.", "last_seen": seen(ticket)})
    assert answer.status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee) == ("waiting_customer", agent)
    assert ticket.messages.get(author="agent").is_note is False


def test_a_message_that_came_in_meanwhile_stops_the_answer_and_keeps_the_text(client, store):
    ticket = make_ticket(store)
    client.force_login(person("a"))
    old = seen(ticket)
    receive_message(ticket, body="Forget it, it came!", sent_at=timezone.now())
    stopped = client.post(address("reply", ticket), {"body": "We are looking for it.", "last_seen": old})
    page = stopped.content.decode()
    assert stopped.status_code == 409
    assert "Forget it, it came!" in page
    assert "We are looking for it." in page
    assert not ticket.messages.filter(author="agent").exists()
    typed = {"body": "We are looking for it.", "last_seen": stopped.context["last"]}
    assert client.post(address("reply", ticket), typed).status_code == 302
    assert ticket.messages.filter(author="agent").count() == 1


def test_a_double_click_sends_once(client, store):
    ticket = make_ticket(store)
    client.force_login(person("a"))
    typed = {"body": "On its way.", "last_seen": seen(ticket)}
    for _click in range(2):
        client.post(address("reply", ticket), typed)
    assert ticket.messages.filter(author="agent").count() == 1
    note = {"body": "Called the courier.", "last_seen": seen(ticket)}
    for _click in range(2):
        client.post(address("note", ticket), note)
    assert ticket.messages.filter(is_note=True).count() == 1


def test_a_note_stays_among_staff_and_moves_nothing(client, store):
    ticket = make_ticket(store)
    client.force_login(person("a"))
    client.post(address("note", ticket), {"body": "Difficult customer.", "last_seen": seen(ticket)})
    note = TicketMessage.objects.get(author="agent")
    ticket.refresh_from_db()
    assert (note.is_note, ticket.state, ticket.first_replied_at) == (True, "new", None)


def test_an_empty_answer_and_a_refused_file_are_said_and_the_text_stays(client, store):
    from django.core.files.uploadedfile import SimpleUploadedFile

    ticket = make_ticket(store)
    client.force_login(person("a"))
    empty = client.post(address("reply", ticket), {"body": "  ", "last_seen": seen(ticket)})
    assert empty.context["reply"].errors.keys() == {"body"}
    program = SimpleUploadedFile("a.png", b"MZ\x90\x00 a program")
    refused = client.post(
        address("reply", ticket), {"body": "See this", "last_seen": seen(ticket), "attachment": program}
    )
    assert "See this" in refused.content.decode()
    assert not ticket.messages.filter(author="agent").exists(), "the answer goes with its file or not at all"


def test_the_talk_answers_304_until_something_happens(client, store):
    ticket = make_ticket(store)
    client.force_login(person("a"))
    first = client.get(address("talk", ticket))
    assert client.get(address("talk", ticket), headers={"If-None-Match": first["ETag"]}).status_code == 304
    receive_message(ticket, body="Hello again?", sent_at=timezone.now())
    again = client.get(address("talk", ticket), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, "Hello again?" in again.content.decode()) == (200, True)


def test_a_draft_is_kept_shown_again_and_gone_when_sent(client, store):
    ticket = make_ticket(store)
    client.force_login(person("a"))
    client.post(address("draft", ticket), {"body": "I was about to", "is_note": "0"})
    assert "I was about to" in client.get(address("ticket", ticket)).content.decode()
    client.post(address("reply", ticket), {"body": "Done.", "last_seen": seen(ticket)})
    assert not Draft.objects.exists()


def test_taking_handing_over_and_moving(client, store):
    ticket, first, second = make_ticket(store), person("a"), person("b")
    client.force_login(first)
    client.post(address("assign", ticket), {"me": "1"})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (first, "open")
    client.post(address("assign", ticket), {"agent": second.pk})
    client.post(address("move", ticket), {"to": "resolved"})
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.state) == (second, "resolved")
    told = client.post(address("move", ticket), {"to": "waiting_parcel"}, follow=True).content.decode()
    assert f"{ticket.number} is resolved and cannot become waiting_parcel." in told
    assert client.post(address("move", ticket), {"to": "merged"}).status_code == 404
    ticket.refresh_from_db()
    assert ticket.state == "resolved", "a move that the table does not know changes nothing"


def test_who_may_only_look_has_nothing_to_write_with(client, store):
    ticket = make_ticket(store)
    client.force_login(person("d", role="director"))
    assert 'id="reply-body"' not in client.get(address("ticket", ticket)).content.decode()
    for name in ("reply", "note", "assign", "move", "draft"):
        assert client.post(address(name, ticket), {"body": "x", "last_seen": "0"}).status_code == 403
    assert ticket.messages.count() == 1


def test_tickets_of_another_store_are_not_there(client, store):
    ticket = make_ticket(make_store("far"))
    client.force_login(person("a", store=store))
    for name in ("ticket", "talk"):
        assert client.get(address(name, ticket)).status_code == 404
    for name in ("reply", "note", "assign", "move", "draft"):
        assert client.post(address(name, ticket), {"body": "x", "last_seen": "0"}).status_code == 404


def test_the_page_takes_few_queries_and_as_many_for_a_long_talk(client, store, django_assert_max_num_queries):
    ticket = make_ticket(store)
    client.force_login(person("a"))
    for count in (1, 30):
        for _message in range(count):
            receive_message(ticket, body="Hello?", sent_at=timezone.now())
        client.get(address("ticket", ticket))
        with django_assert_max_num_queries(15):
            client.get(address("ticket", ticket))
