"""Presence, canned answers, details, merging, files, preferences; and a note that never leaves the house."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from config.kernel.models import OutboxMessage
from service_desk.models import DeskPreference, Draft, Ticket
from service_desk.queries import others_present
from service_desk.services import add_note, note_presence, receive_message, save_draft, send_reply
from tests.fulfillment.factories import line_of, make_order, make_sku
from tests.membership.factories import make_customer, make_store
from tests.service_desk.desk_factories import make_macro, make_ticket

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def address(name, ticket, *more):
    return reverse(f"service_desk:{name}", args=[ticket.number, *more])


def last(ticket):
    return ticket.messages.order_by("-pk").values_list("pk", flat=True)[0]


def test_others_are_seen_while_they_give_signs_and_gone_when_they_leave(client, store, staff):
    ticket, me, other = make_ticket(store), staff("a"), staff("b")
    client.force_login(other)
    client.post(address("presence", ticket), {"writing": "1"})
    client.force_login(me)
    shown = client.get(address("present", ticket))
    assert "b is writing" in shown.content.decode()
    assert client.get(address("present", ticket), headers={"If-None-Match": shown["ETag"]}).status_code == 304
    now = timezone.now()
    assert others_present(ticket, user=other, now=now) == [], "oneself is no company"
    assert others_present(ticket, user=me, now=now + timedelta(seconds=31)) == []
    client.force_login(other)
    client.post(address("presence", ticket), {"gone": "1"})
    assert others_present(ticket, user=me, now=now) == []


def test_a_sign_is_one_row_however_often_it_is_given(store, staff):
    ticket, user = make_ticket(store), staff("a")
    for second in range(3):
        at = timezone.now() + timedelta(seconds=second)
        note_presence(ticket, user=user, now=at, is_writing=bool(second % 2))
    assert [(row.seen_at, row.is_writing) for row in ticket.presences.all()] == [(at, False)]


def test_a_canned_answer_comes_filled_in_and_what_stays_open_cannot_be_sent(client, store, staff):
    make_macro("Dear {customer}, {agent} looks for {order}.")
    order = make_order(store, line_of(make_sku()))
    ticket = make_ticket(store, order=order, customer=make_customer(name="Li Lei"))
    bare = make_ticket(store, customer=make_customer(name="Li Lei"))
    client.force_login(staff("a"))
    assert client.get(address("macros", ticket)).context["macros"][0]["body"] == (
        f"Dear customer, a looks for {order.number}."
    )
    body = client.get(address("macros", bare)).context["macros"][0]["body"]
    assert body == "Dear customer, a looks for {order}."
    refused = client.post(address("reply", bare), {"body": body, "last_seen": last(bare)})
    assert "Fill in {order} first, or take it out." in refused.content.decode()
    assert "looks for {order}." in refused.content.decode(), "what was typed stays"
    assert not bare.messages.filter(author="agent").exists()
    client.force_login(staff("lead", role="service_lead"))
    assert client.get(address("macros", bare)).context["macros"][0]["body"].startswith("Dear Li Lei,")


def test_details_are_changed_with_an_event_each(client, store, staff):
    ticket, order = make_ticket(store), make_order(store, line_of(make_sku()))
    client.force_login(staff("a"))
    typed = {"subject": "Broken", "kind": "complaint", "priority": "1", "tags": "vip，late, vip", "order": order.number}
    client.post(address("details", ticket), typed)
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.kind, ticket.priority, ticket.tags, ticket.order) == (
        "Broken",
        "complaint",
        1,
        ["vip", "late"],
        order,
    )
    assert set(ticket.events.values_list("kind", flat=True)) >= {"subject", "kind", "priority", "tags", "linked"}


def test_details_that_somebody_changed_meanwhile_are_shown_and_not_written_over(client, store, staff):
    ticket = make_ticket(store)
    client.force_login(staff("a"))
    seen = {
        f"seen_{name}": value or "" for name, value in client.get(address("context", ticket)).context["seen"].items()
    }
    Ticket.objects.update(subject="Theirs", tags=["theirs"])
    typed = {"subject": "Mine", "kind": "enquiry", "priority": "2", "tags": "", "order": ""}
    refused = client.post(address("details", ticket), typed | seen)
    assert "It now reads: subject: Theirs" in refused.content.decode()
    assert 'value="Mine"' in refused.content.decode()
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority, ticket.tags) == ("Theirs", 3, ["theirs"])
    client.post(address("details", ticket), typed | seen | {"seen_subject": "Theirs"})
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.priority, ticket.tags) == ("Mine", 2, ["theirs"]), "only what I changed is mine"


def test_an_order_of_another_store_is_not_there(client, store, staff):
    ticket, order = make_ticket(store), make_order(make_store("far"), line_of(make_sku()))
    client.force_login(staff("a"))
    typed = {"subject": "x", "kind": "enquiry", "priority": "3", "order": order.number}
    assert (
        "This store has no order with that number." in client.post(address("details", ticket), typed).content.decode()
    )


def test_a_ticket_is_merged_after_a_confirmation_and_its_talk_goes_along(client, store, staff):
    customer = make_customer()
    kept, lost = make_ticket(store, customer=customer), make_ticket(store, customer=customer, says="The second one")
    client.force_login(staff("a"))
    send_reply(kept, user=staff("b"), body="Yes?", now=timezone.now())
    asked = client.get(address("merge", lost, kept.number)).content.decode()
    assert f"1 message of {lost.number} moves into {kept.number}." in asked
    client.post(address("merge", lost, kept.number))
    kept.refresh_from_db()
    lost.refresh_from_db()
    assert (lost.state, lost.merged_into, kept.state) == ("merged", kept, "open")
    assert kept.messages.get(origin_ticket=lost).body == "The second one"
    receive_message(lost, body="Still me", sent_at=timezone.now())
    assert kept.messages.count() == 4, "what comes later arrives in the survivor"


def test_tickets_of_two_customers_are_never_merged(client, store, staff):
    kept, lost = make_ticket(store), make_ticket(store)
    client.force_login(staff("a"))
    told = client.post(address("merge", lost, kept.number), follow=True).content.decode()
    assert "Only tickets of one customer can be merged." in told
    lost.refresh_from_db()
    assert lost.state == "new"


def test_several_files_go_with_an_answer_and_one_too_many_is_told(client, store, staff):
    ticket = make_ticket(store)
    client.force_login(staff("a"))
    files = [SimpleUploadedFile(f"{number}.png", PNG) for number in range(6)]
    typed = {"body": "See these", "last_seen": last(ticket)}
    refused = client.post(address("reply", ticket), typed | {"attachment": files}).content.decode()
    assert "A message holds at most 5 files." in refused
    assert "See these" in refused
    files = [SimpleUploadedFile(f"{number}.png", PNG) for number in range(2)]
    client.post(address("reply", ticket), typed | {"attachment": files})
    assert ticket.messages.get(author="agent").attachments.count() == 2


def test_after_sending_the_person_goes_on_or_stays_as_they_like(client, store, staff):
    first, second = make_ticket(store, minutes_ago=9), make_ticket(store)
    agent = staff("a")
    client.force_login(agent)
    typed = {"body": "Yes", "last_seen": last(first), "after_reply": "next"}
    on = client.post(address("reply", first) + "?view=waiting", typed)
    assert on["Location"] == address("ticket", second) + "?view=waiting"
    assert DeskPreference.objects.get(user=agent).after_reply == "next"
    typed = {"body": "Yes", "last_seen": last(second), "after_reply": "next"}
    assert client.post(address("reply", second), typed)["Location"] == reverse("service_desk:queue")


def test_a_draft_of_an_answer_and_one_of_a_note_do_not_write_over_each_other(client, store, staff):
    ticket, agent = make_ticket(store), staff("a")
    client.force_login(agent)
    said = client.post(address("draft", ticket), {"body": "answer", "is_note": "0", "last_seen": "0"}).content.decode()
    assert said.startswith("Draft saved at ")
    client.post(address("draft", ticket), {"body": "note", "is_note": "1"})
    page = client.get(address("ticket", ticket))
    assert (page.context["reply"]["body"].value(), page.context["note"]["body"].value()) == ("answer", "note")


def test_a_draft_that_arrives_after_its_message_does_not_come_back(store, staff):
    ticket, agent = make_ticket(store), staff("a")
    seen = last(ticket)
    send_reply(ticket, user=agent, body="On its way.", now=timezone.now())
    save_draft(ticket, user=agent, body="On its way. ", last_seen_id=seen)
    assert not Draft.objects.exists()


def test_a_note_is_in_nothing_that_leaves_the_house(store, staff, mailoutbox):
    secret = "He shouts. Watch out."
    ticket = make_ticket(store)
    add_note(ticket, user=staff("a"), body=secret, now=timezone.now())
    send_reply(ticket, user=staff("b"), body="On its way.", now=timezone.now())
    client = APIClient()
    client.force_authenticate(staff("program", store=store))
    read = client.get(f"/api/v1/tickets/{ticket.number}/")
    assert [message["body"] for message in read.json()["messages"]] == ["Hello?", "On its way."]
    listed = client.get("/api/v1/tickets/", {"notes": "1"}).content.decode()
    assert secret not in read.content.decode() + listed
    assert secret in client.get(f"/api/v1/tickets/{ticket.number}/", {"notes": "1"}).content.decode()
    assert not any(secret in str(row.__dict__) for row in OutboxMessage.objects.all())
    assert not any(secret in mail.body for mail in mailoutbox)


@pytest.mark.parametrize("name", ["walk", "present", "macros", "context"])
def test_parts_of_a_ticket_out_of_reach_are_not_there(client, store, staff, name):
    far = make_ticket(make_store("far"))
    client.force_login(staff("a", store=store))
    assert client.get(address(name, far)).status_code == 404
    for post in ("presence", "details"):
        assert client.post(address(post, far), {}).status_code == 404
    assert client.post(address("merge", make_ticket(store), far.number)).status_code == 404
