"""Writes over HTTP that are carried out once: `Idempotency-Key` names the write, and the first answer is kept."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from config.kernel.api import error_body
from config.kernel.errors import InvalidInput
from config.kernel.models import IdempotencyKey, User
from config.kernel.sql import insert_new

# Longer than any request may take: who finds the lease run out takes a dead process's key over.
LEASE = timedelta(minutes=2)
LONGEST_KEY = 120
# Answers from here on say nothing about the request.
FIRST_FAILURE = 500


def _request_hash(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.method} {request.path}\0{body}".encode()).hexdigest()


def once(request: Request, work: Callable[[], Response]) -> Response:
    """Carry out `work` once for the request's `Idempotency-Key`; without a key it is simply carried out.

    The same key and request again: the first answer with `Idempotency-Replayed: true`. Another request under the key: 409
    "idempotency_key_reused". Still being worked on: 409 "idempotency_key_busy" with Retry-After. An answer of 5xx, or a
    process that died, leaves the key free to be tried again.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        return work()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise InvalidInput(
            "idempotency_key_invalid", _("The Idempotency-Key may have at most 120 printable characters.")
        )
    assert isinstance(request.user, User)
    request_hash = _request_hash(request)
    lease = timezone.now() + LEASE
    row = IdempotencyKey(user=request.user, key=key, request_hash=request_hash, lease_until=lease)
    if not insert_new([row], conflict=["user", "key"]):
        answer = _known_answer(request.user, key, request_hash, lease=lease)
        if answer is not None:
            return answer
    return _work_and_keep(request.user, key, work, lease=lease)


def _known_answer(user: User, key: str, request_hash: str, *, lease: datetime) -> Response | None:
    """The answer to give instead of working, or None when this caller took over a key whose worker died."""
    known = IdempotencyKey.objects.get(user=user, key=key)
    if known.request_hash != request_hash:
        body = error_body("idempotency_key_reused", _("This Idempotency-Key was used for another request."))
        return Response(body, status=409)
    if known.state == IdempotencyKey.State.DONE:
        return Response(
            json.loads(known.response_body), status=known.response_status, headers={"Idempotency-Replayed": "true"}
        )
    dead = IdempotencyKey.objects.filter(
        pk=known.pk, state=IdempotencyKey.State.WORKING, lease_until__lt=timezone.now()
    )
    if dead.update(lease_until=lease):
        return None
    body = error_body("idempotency_key_busy", _("The first request with this key is still being worked on."))
    return Response(body, status=409, headers={"Retry-After": "2"})


def _work_and_keep(user: User, key: str, work: Callable[[], Response], *, lease: datetime) -> Response:
    """Work, then keep the answer or free the key, unless somebody took the key over: the lease tells whose it is."""
    mine = IdempotencyKey.objects.filter(user=user, key=key, state=IdempotencyKey.State.WORKING, lease_until=lease)
    try:
        response = work()
    except Exception:
        mine.delete()
        raise
    if response.status_code >= FIRST_FAILURE:
        mine.delete()
        return response
    # As the answer itself is written, so that a replayed one reads the same.
    body = json.dumps(response.data, cls=JSONEncoder)
    mine.update(state=IdempotencyKey.State.DONE, response_status=response.status_code, response_body=body)
    return response
