"""The queue: counts, filters, search in encrypted talk, pages, and the walk from ticket to ticket."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from service_desk import queue_reads
from service_desk.models import Ticket, TicketQueue
from service_desk.queue_order import SORTINGS, page_at
from service_desk.services import assign_ticket, merge_tickets, move_ticket, receive_message
from tests.fulfillment.factories import line_of, make_order, make_sku
from tests.membership.factories import make_customer, make_store
from tests.service_desk.desk_factories import make_ticket

pytestmark = pytest.mark.django_db
QUEUE = reverse("service_desk:queue")


def listed(client, **question):
    return [ticket.subject for ticket in client.get(QUEUE, question).context["page"].rows]


def test_counts_are_of_open_tickets_in_reach(client, store, staff):
    agent = staff("a", store=store)
    mine, waiting, done = make_ticket(store), make_ticket(store), make_ticket(store)
    make_ticket(make_store("far"))
    now = timezone.now()
    assign_ticket(mine, to=agent, now=now)
    assign_ticket(waiting, to=staff("b"), now=now)
    move_ticket(waiting, to=Ticket.State.WAITING_CUSTOMER, now=now)
    assign_ticket(done, to=agent, now=now)
    move_ticket(done, to=Ticket.State.RESOLVED, now=now)
    make_ticket(store)
    client.force_login(agent)
    counts = {tab.code: tab.count for tab in client.get(QUEUE).context["tabs"]}
    assert counts == {"mine": 1, "free": 1, "waiting": 2, "due": 0, "": 3}


def test_each_filter_narrows_and_a_filter_that_matches_nothing_says_so(client, store, staff):
    other = make_store("other")
    queue = TicketQueue.objects.create(code="complaints", name="投诉")
    make_ticket(store, subject="plain")
    make_ticket(other, subject="elsewhere")
    make_ticket(store, subject="urgent", priority=1)
    make_ticket(store, subject="complaint", kind="complaint", queue=queue)
    client.force_login(staff("a"))
    assert listed(client, store="other") == ["elsewhere"]
    assert listed(client, priority="1") == ["urgent"]
    assert listed(client, kind="complaint") == ["complaint"]
    assert listed(client, queue="complaints") == ["complaint"]
    assert listed(client, state="resolved") == []
    assert "No ticket fits this choice." in client.get(QUEUE, {"state": "resolved"}).content.decode()
    assert len(listed(client, store="' OR 1=1", state="nonsense", sort="x", priority="9")) == 0
    assert len(listed(client, state="nonsense", sort="x", priority="9", kind="?")) == 4


def test_what_was_said_is_found_though_it_is_encrypted(client, store, staff):
    ticket = make_ticket(store, subject="坚果受潮", says="收到的坚果不脆了")
    receive_message(ticket, body="批号是 LOT2611-A，麻烦核实", sent_at=timezone.now())
    make_ticket(store, subject="别的事", says="什么时候发货")
    make_ticket(make_store("far"), says="收到的坚果不脆了")
    client.force_login(staff("a", store=store))
    for text in ("坚果不脆", "lot2611", "ＬＯＴ2611", "受潮", "麻烦核实", "坚"):
        assert listed(client, q=text) == ["坚果受潮"], text
    assert listed(client, q="不脆坚果") == [], "the same terms in another order are another text"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM service_desk_ticketmessage WHERE body LIKE %s", ["%坚果%"])
        assert cursor.fetchone() == (0,)


def test_numbers_of_ticket_customer_and_order_find_it_finished_ones_too(client, store, staff):
    customer, order = make_customer(), make_order(store, line_of(make_sku()))
    ticket = make_ticket(store, subject="this", customer=customer, order=order)
    make_ticket(store, subject="other")
    now = timezone.now()
    assign_ticket(ticket, to=staff("b"), now=now)
    move_ticket(ticket, to=Ticket.State.RESOLVED, now=now)
    client.force_login(staff("a"))
    for text in (ticket.number, ticket.number.lower(), customer.number, order.number, order.external_number):
        assert listed(client, q=text) == ["this"], text
    assert listed(client, q=ticket.number, state="new") == []


def test_a_merged_tickets_talk_finds_the_one_it_went_into(client, store, staff):
    customer = make_customer()
    first = make_ticket(store, subject="first", customer=customer)
    second = make_ticket(store, subject="second", says="包裹在杭州", customer=customer)
    merge_tickets(second, into=first, now=timezone.now())
    client.force_login(staff("a"))
    assert listed(client, q="在杭州", state="new") == ["first"]


@pytest.mark.parametrize("sort", SORTINGS)
def test_pages_of_every_order_hold_each_ticket_once_and_lead_back(store, sort):
    for number in range(11):
        make_ticket(store, minutes_ago=number % 4, priority=1 + number % 3)
    rows, sorting = Ticket.objects.all(), SORTINGS[sort]
    pages, cursor = [], ""
    while True:
        page = page_at(rows, sorting, cursor=cursor, size=3)
        pages.append(page)
        if not page.behind:
            break
        cursor = page.behind
    assert sorted(ticket.pk for page in pages for ticket in page.rows) == sorted(rows.values_list("pk", flat=True))
    back = page_at(rows, sorting, cursor=pages[-1].before, size=3)
    assert back.rows == pages[-2].rows
    assert page_at(rows, sorting, cursor="b1.x", size=3).rows == pages[0].rows, "a broken cursor is the first page"


def test_the_walk_is_that_of_the_list_and_goes_on_when_the_ticket_left_it(store, staff):
    agent = staff("a")
    tickets = [make_ticket(store, subject=f"{number}", minutes_ago=60 - number) for number in range(5)]
    make_ticket(store, subject="urgent", priority=1)
    choice = queue_reads.read_choice({"view": "free", "priority": "3"})
    around = queue_reads.around(tickets[2], agent, choice)
    assert ([t.subject for t in around.before], [t.subject for t in around.behind]) == (["0", "1"], ["3", "4"])
    assign_ticket(tickets[2], to=agent, now=timezone.now())
    around = queue_reads.around(tickets[2], agent, choice)
    assert (around.previous, around.next, around.is_listed) == (tickets[1], tickets[3], False)


def test_the_ticket_page_carries_its_list_along(client, store, staff):
    first = make_ticket(store, priority=1, minutes_ago=9)
    second = make_ticket(store, priority=1)
    client.force_login(staff("a"))
    address = reverse("service_desk:ticket", args=[first.number])
    page = client.get(address, {"view": "free", "priority": "1"}).content.decode()
    assert f'rel="next" href="{reverse("service_desk:ticket", args=[second.number])}?view=free&amp;priority=1"' in page


def test_the_live_part_is_304_until_a_ticket_comes_in(client, store, staff):
    make_ticket(store)
    client.force_login(staff("a"))
    headers = {"HX-Request": "true"}
    first = client.get(QUEUE, headers=headers)
    assert b"<html" not in first.content
    headers["If-None-Match"] = first["ETag"]
    assert client.get(QUEUE, headers=headers).status_code == 304
    make_ticket(store, subject="A new one")
    again = client.get(QUEUE, headers=headers)
    assert (again.status_code, "A new one" in again.content.decode()) == (200, True)


@pytest.mark.parametrize("question", ["", "?q=parcel", "?view=mine&priority=3"])
def test_pages_ask_as_often_for_many_tickets_as_for_few(client, store, staff, question):
    agent = staff("a", store=store)
    client.force_login(agent)
    counts = {}
    for rows in (3, 30):
        for _number in range(rows):
            ticket = make_ticket(store)
            assign_ticket(ticket, to=agent, now=timezone.now())
        for path in (QUEUE, reverse("service_desk:ticket", args=[ticket.number])):
            client.get(path + question)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path + question).status_code == 200
            counts.setdefault(path == QUEUE, []).append(len(asked))
    for few, many in counts.values():
        assert few == many
        assert many <= 15


def test_who_waited_longest_comes_first_within_a_priority(client, store, staff):
    for subject, minutes, priority in (("short", 5, 3), ("long", 50, 3), ("urgent", 1, 1)):
        make_ticket(store, subject=subject, minutes_ago=minutes, priority=priority)
    client.force_login(staff("a"))
    assert listed(client) == ["urgent", "long", "short"]
    assert listed(client, sort="waiting") == ["long", "short", "urgent"]
    receive_message(Ticket.objects.get(subject="long"), body="?", sent_at=timezone.now() + timedelta(seconds=1))
    assert listed(client, sort="latest") == ["long", "urgent", "short"]
