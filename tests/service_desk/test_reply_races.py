"""Two agents answer one ticket in the same instant, by processes of their own on PostgreSQL: one is sent, one is refused."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Place, postgres_place
from tests.servers import postgres_server

pytestmark = [pytest.mark.race, pytest.mark.process]

PRELUDE = """
import sys
import django
django.setup()
from django.db import connection
from django.utils import timezone
from catalog.models import Channel, Store
from config.kernel.errors import DomainError
from config.kernel.models import User
from service_desk.models import Ticket
from service_desk.services import messages as service
from service_desk.services import open_ticket, receive_message, send_reply
from service_desk.services.tickets import NewTicket

TICKETS = 10

def at_the_door():
    # The parent opens the door for all at once by closing its end of the pipe.
    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.read()

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


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Place]:
    """A database with ten tickets and two agents: on the suite's own PostgreSQL, or on one started for this."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        with postgres_place(tmp_path, url) as place:
            yield filled(place)
        return
    try:
        with postgres_server() as started, postgres_place(tmp_path, started) as place:
            yield filled(place)
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


def filled(place: Place) -> Place:
    done = place.run("-c", PRELUDE + SETUP)
    assert done.returncode == 0, done.stderr[-2000:]
    return place


def race(place: Place, code: str) -> Counter[str]:
    """Both agents wait at the door; the lines that they print."""
    runners = [place.python("-c", PRELUDE + code.replace("{me}", str(me)), stdin=-1) for me in range(2)]
    for runner in runners:
        assert runner.stdout.readline() == "ready\n"
    for runner in runners:
        runner.stdin.close()
        runner.stdin = None
    lines: Counter[str] = Counter()
    for runner in runners:
        out, err = runner.communicate()
        assert runner.returncode == 0, err[-2000:]
        lines.update(out.split())
    return lines


def test_of_two_answers_in_the_same_instant_one_is_sent_and_one_is_refused(desk):
    assert race(desk, AGENT) == {"sent": 10, "newer_messages": 10}


def test_the_control_without_the_lock_sends_both(desk):
    assert race(desk, UNGUARDED) == {"sent": 2}
