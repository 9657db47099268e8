"""Forms that are carried out once, however often they are sent: each press has a name, and where it led is kept.

A double click, a second try after a slow answer, and going back to press again all carry the name of the first press.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.models import IdempotencyKey, User
from config.kernel.sql import insert_new

FIELD = "press"
# Longer than any page stays open; after that a press counts as a new one.
KEPT = timedelta(days=7)
LEASE = timedelta(minutes=2)
LED_ON = frozenset({301, 302, 303})
View = Callable[..., HttpResponse]


def new_press() -> str:
    """A name for the next press of a form."""
    return token_hex(16)


def note_outcome(request: HttpRequest, address: str) -> None:
    """Say where a second press shall lead, where that is not where the first one leads."""
    request.press_outcome = address  # type: ignore[attr-defined]


def once_per_press(
    request: HttpRequest, work: Callable[[], HttpResponse], *, in_one_transaction: bool = True
) -> HttpResponse:
    """Carry `work` out once for the press that the form names; a form without a name is simply carried out.

    The same press again leads to what the first one made and says so; of two at once the second waits for the first. An
    answer that leads nowhere (the form again, with what is wrong) leaves the press free. Work that commits by itself, row
    by row, is claimed first instead (`in_one_transaction=False`); then a press whose first is still at work is told that.
    """
    name, user = request.POST.get(FIELD, ""), request.user
    if request.method != "POST" or not name or not isinstance(user, User):
        return work()
    row = IdempotencyKey(user=user, key=_key(request, name), request_hash="", lease_until=timezone.now() + LEASE)
    if not in_one_transaction:
        return _work_once(request, row, work)
    with transaction.atomic():
        return _work_once(request, row, work)


def pressed_once(view: View) -> View:
    """A view whose POST is carried out once per press, in one transaction."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return once_per_press(request, lambda: view(request, *args, **kwargs))

    return guarded


def forget_presses(*, now: datetime) -> int:
    """Put away the names of presses, and of writes over HTTP, that nobody repeats any more; how many there were."""
    forgotten, _by_table = IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()
    return forgotten


def _key(request: HttpRequest, name: str) -> str:
    # The name is whatever a browser sends: hashed, it has the right length and no characters that a database refuses.
    named = f"{request.path}\0{name}".encode(errors="replace")
    return f"form:{hashlib.sha256(named).hexdigest()}"


def _work_once(request: HttpRequest, row: IdempotencyKey, work: Callable[[], HttpResponse]) -> HttpResponse:
    if not insert_new([row], conflict=["user", "key"]):
        return _lead_to_the_first(request, row)
    mine = IdempotencyKey.objects.filter(user=row.user, key=row.key)
    try:
        response = work()
    except BaseException:
        # Within a transaction its rollback frees the press; a broken one takes no more statements.
        if not transaction.get_connection().in_atomic_block:
            mine.delete()
        raise
    address = getattr(request, "press_outcome", "") or (
        response.get("Location", "") if response.status_code in LED_ON else ""
    )
    if address:
        mine.update(state=IdempotencyKey.State.DONE, response_status=response.status_code, response_body=address)
    else:
        mine.delete()
    return response


def _lead_to_the_first(request: HttpRequest, row: IdempotencyKey) -> HttpResponse:
    first = IdempotencyKey.objects.filter(user=row.user, key=row.key).first()
    if first is not None and first.state == IdempotencyKey.State.DONE:
        messages.info(request, _("This was sent twice and carried out once: here is what the first press made."))
        return redirect(first.response_body)
    messages.info(request, _("The first press is still being worked on. Look again in a moment before you repeat it."))
    return redirect("start")
