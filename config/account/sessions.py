"""Where a person is signed in, seen at most once a minute, and how to end it from elsewhere."""

from datetime import timedelta
from importlib import import_module
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from config.account.browsers import browser_name
from config.kernel.audit import record_change
from config.kernel.client_address import client_address
from config.kernel.models import StaffSession, User

SEEN_EVERY = timedelta(minutes=1)
NOTED = "session_noted_at"


def note_session(request: HttpRequest) -> None:
    """Keep the session's row fresh; writes at most once a minute."""
    now = timezone.now()
    noted = request.session.get(NOTED, 0)
    if now.timestamp() - noted < SEEN_EVERY.total_seconds() or not request.session.session_key:
        return
    request.session[NOTED] = now.timestamp()
    StaffSession.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": cast("User", request.user),
            "ip_address": client_address(request) or None,
            "user_agent": request.headers.get("User-Agent", "")[:200],
            "last_seen_at": now,
        },
    )


def live_sessions(user: User) -> list[StaffSession]:
    """The person's sessions that may still be alive, the latest seen first; rows of dead ones are put away."""
    oldest = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    StaffSession.objects.filter(user=user, last_seen_at__lt=oldest).delete()
    sessions = list(StaffSession.objects.filter(user=user))
    for session in sessions:
        session.browser = browser_name(session.user_agent)  # type: ignore[attr-defined]
    return sessions


def end_sessions(user: User, *, keep: str | None, only: int | None = None) -> int:
    """Sign the person out elsewhere: one session (`only`, its row) or all but `keep`; returns how many."""
    rows = StaffSession.objects.filter(user=user).exclude(session_key=keep or "")
    if only is not None:
        rows = rows.filter(pk=only)
    ended = list(rows)
    store: Any = cast("Any", import_module(settings.SESSION_ENGINE)).SessionStore
    for row in ended:
        store(row.session_key).delete()
    rows.delete()
    if ended:
        record_change("sessions.ended", on=user, after={"count": len(ended)})
    return len(ended)
