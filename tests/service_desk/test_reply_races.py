"""Two agents answer one ticket in the same instant, by processes of their own on PostgreSQL: one is sent, one is refused."""

from collections.abc import Iterator

import pytest

from tests.processes import Place, copy_of
from tests.racing import race, tell

pytestmark = [pytest.mark.race, pytest.mark.process]

DESK = """
from django.utils import timezone
from catalog.models import Channel, Store
from config.kernel.errors import DomainError
from config.kernel.models import User
from service_desk.models import Ticket
from service_desk.services import messages as service
from service_desk.services import open_ticket, receive_message, send_reply
from service_desk.services.tickets import NewTicket

TICKETS = 10

def answer(ticket, seen):
    try:
        send_reply(ticket, user=me, body=f"From {me}", now=timezone.now(), last_seen_id=seen, then="open")
        print("sent")
    except DomainError as error:
        print(error.code)
"""
SETUP = """
from service_desk.models import Ticket
channel = Channel.objects.create(code="own", name="own")
store = Store.objects.create(code="own", name="own", channel=channel)
for name in ("0", "1"):
    User.objects.create_user(name)
for _number in range(TICKETS):
    ticket = open_ticket(NewTicket(subject="?", store=store, contact_channel="chat"), now=timezone.now())
    receive_message(ticket, body="Hello?", sent_at=timezone.now())
"""
AGENT = """
me = User.objects.get(username="{me}")
work = [(ticket, ticket.messages.get().pk) for ticket in Ticket.objects.order_by("pk")]
at_the_door()
for ticket, seen in work:
    answer(ticket, seen)
"""
# Each stands at the door after it has looked and before it writes: both have seen no newer message.
UNGUARDED = """
me = User.objects.get(username="{me}")
ticket = Ticket.objects.order_by("pk").first()
seen = ticket.messages.get().pk
Ticket.objects.select_for_update = lambda: Ticket.objects.all()
check = service._refuse_late_message
def check_together(current, last_seen_id):
    check(current, last_seen_id)
    at_the_door()
service._refuse_late_message = check_together
answer(ticket, seen)
"""


@pytest.fixture(scope="module")
def filled(migrated, tmp_path_factory) -> Iterator[Place]:
    """A database with ten tickets and two agents, made once and copied for each race."""
    with copy_of(migrated, tmp_path_factory.mktemp("desk") / "filled") as place:
        tell(place, DESK + SETUP)
        yield place


@pytest.fixture
def desk(filled, tmp_path) -> Iterator[Place]:
    """A desk of its own for each race."""
    with copy_of(filled, tmp_path / "desk") as place:
        yield place


def test_of_two_answers_in_the_same_instant_one_is_sent_and_one_is_refused(desk):
    assert race(desk, *[DESK + AGENT] * 2) == {"sent": 10, "newer_messages": 10}


def test_the_control_without_the_lock_sends_both(desk):
    assert race(desk, *[DESK + UNGUARDED] * 2) == {"sent": 2}
