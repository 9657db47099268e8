"""What leaves the house: written with the fact that causes it, sent after commit, tried again, and given up in sight."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from config.kernel.models import DeliveryAttempt, OutboxMessage
from config.kernel.sql import claim, insert_new
from config.kernel.wake import wake

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
BATCH = 100
Sender = Callable[[OutboxMessage], str]
State = OutboxMessage.State
log = structlog.get_logger(__name__)
_senders: dict[str, Sender] = {}


def register_sender(kind: str, sender: Sender) -> None:
    """Say who delivers a kind of message. The sender returns the other side's answer and raises when it failed."""
    _senders[kind] = sender


def enqueue(kind: str, *, key: str, payload: dict[str, Any], due_at: datetime | None = None) -> OutboxMessage:
    """Write a message in the caller's transaction; the same key again gives the first one and sends nothing more."""
    from config.kernel.tasks import deliver_outbox

    row = OutboxMessage(kind=kind, key=key, payload=payload, due_at=due_at or timezone.now())
    if insert_new([row], conflict=["key"]):
        wake(deliver_outbox)
    return OutboxMessage.objects.get(key=key)


def deliver_due(*, now: datetime) -> int:
    """Send every message that is due or whose sender died; returns how many were tried."""
    tried = 0
    free = Q(state=State.WAITING, due_at__lte=now) | Q(state=State.SENDING, lease_until__lt=now)
    while tried < BATCH:
        token = secrets.token_hex(16)
        taken = claim(
            OutboxMessage,
            where=free,
            values={
                "state": State.SENDING,
                "lease_token": token,
                "lease_until": timezone.now() + LEASE,
                "attempts": F("attempts") + 1,
            },
            order_by="due_at",
        )
        if not taken:
            break
        _deliver(OutboxMessage.objects.get(pk=taken[0][0]))
        tried += 1
    return tried


def _deliver(message: OutboxMessage) -> None:
    try:
        answer = _senders[message.kind](message)
    except Exception as error:
        log.warning("delivery_failed", kind=message.kind, message=message.pk, error=type(error).__name__)
        _note(message, succeeded=False, answer=f"{type(error).__name__}: {error}")
    else:
        _note(message, succeeded=True, answer=answer)


@transaction.atomic
def _note(message: OutboxMessage, *, succeeded: bool, answer: str) -> None:
    now = timezone.now()
    DeliveryAttempt.objects.create(
        message=message, number=message.attempts, succeeded=succeeded, answer=answer[:2000], attempted_at=now
    )
    mine = OutboxMessage.objects.filter(pk=message.pk, lease_token=message.lease_token)
    if succeeded:
        mine.update(state=State.SENT, sent_at=now, lease_token="", lease_until=None, last_error="")
    else:
        is_dead = message.attempts >= MOST_ATTEMPTS
        mine.update(
            state=State.DEAD if is_dead else State.WAITING,
            due_at=now + FIRST_PAUSE * 2 ** min(message.attempts - 1, 10),
            lease_token="",
            lease_until=None,
            last_error=answer[:2000],
        )


def send_mail_message(message: OutboxMessage) -> str:
    """Deliver a message of kind "mail".

    Payload: to (list), subject, text, html, attachments [{name, path, type, cid}]: paths in the media storage; with a
    cid the file is shown inside the HTML. The Message-ID is made of the key, so a mail sent twice is told apart.
    """
    payload = message.payload
    message_id = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    mail = EmailMultiAlternatives(
        subject=payload["subject"],
        body=payload["text"],
        to=payload["to"],
        headers={"Message-ID": f"<{message_id}@zhanggui.local>"},
    )
    if payload.get("html"):
        mail.attach_alternative(payload["html"], "text/html")
    for item in payload.get("attachments", []):
        with default_storage.open(item["path"], "rb") as file:
            content = file.read()
        if item.get("cid"):
            mail.attach(_inline_part(content, item))
        else:
            mail.attach(item["name"], content, item["type"])
    return f"{mail.send()} accepted"


def _inline_part(content: bytes, item: dict[str, str]) -> Any:
    from email.mime.image import MIMEImage

    part = MIMEImage(content, _subtype=item["type"].partition("/")[2])
    part.add_header("Content-ID", f"<{item['cid']}>")
    part.add_header("Content-Disposition", "inline", filename=item["name"])
    return part


register_sender("mail", send_mail_message)
