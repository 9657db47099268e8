"""What leaves the house leaves once, is tried again, and is given up in sight."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from config.kernel.models import DeliveryAttempt, OutboxMessage
from config.kernel.outbox import MOST_ATTEMPTS, deliver_due, enqueue, register_sender

pytestmark = pytest.mark.django_db
SENT: list[str] = []
REFUSES: list[str] = []


def _send(message):
    if message.key in REFUSES:
        raise OSError("the other side is away")
    SENT.append(message.key)
    return "taken"


register_sender("test", _send)


@pytest.fixture(autouse=True)
def _clean():
    SENT.clear()
    REFUSES.clear()


def test_a_message_is_sent_once_however_often_it_is_written():
    first = enqueue("test", key="a", payload={})
    assert enqueue("test", key="a", payload={"other": 1}).pk == first.pk
    assert deliver_due(now=timezone.now()) == 1
    assert deliver_due(now=timezone.now()) == 0
    first.refresh_from_db()
    assert (first.state, SENT) == ("sent", ["a"])
    assert first.sent_at is not None
    assert DeliveryAttempt.objects.get().answer == "taken"


def test_a_failure_waits_longer_each_time_and_is_given_up_after_eight():
    REFUSES.append("b")
    message = enqueue("test", key="b", payload={})
    now = timezone.now()
    pauses = []
    for _attempt in range(MOST_ATTEMPTS):
        with time_machine.travel(message.due_at, tick=False):
            assert deliver_due(now=timezone.now()) == 1
            message.refresh_from_db()
            pauses.append(message.due_at - timezone.now())
    assert pauses[3] > pauses[1] > pauses[0]
    assert (message.state, message.attempts) == ("dead", MOST_ATTEMPTS)
    assert "the other side is away" in message.last_error
    assert deliver_due(now=now + timedelta(days=60)) == 0
    assert DeliveryAttempt.objects.filter(succeeded=False).count() == MOST_ATTEMPTS


def test_a_message_whose_sender_died_is_taken_over_when_its_lease_is_out():
    message = enqueue("test", key="c", payload={})
    OutboxMessage.objects.filter(pk=message.pk).update(
        state="sending", lease_token="dead", lease_until=timezone.now() + timedelta(minutes=1)
    )
    assert deliver_due(now=timezone.now()) == 0
    assert deliver_due(now=timezone.now() + timedelta(minutes=2)) == 1
    assert SENT == ["c"]


def test_mail_carries_text_html_and_an_id_made_of_its_key():
    payload = {"to": ["a@example.com"], "subject": "日报", "text": "plain", "html": "<b>rich</b>"}
    enqueue("mail", key="report:1", payload=payload)
    deliver_due(now=timezone.now())
    [sent] = mail.outbox
    assert (sent.subject, sent.body, sent.to) == ("日报", "plain", ["a@example.com"])
    assert sent.alternatives[0][0] == "<b>rich</b>"
    assert sent.extra_headers["Message-ID"].startswith("<")
