"""Who is acting: kept for the length of a request or a job, read by audit and event rows."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog
from django.http import HttpRequest, HttpResponse

from config.kernel.client_address import client_address
from config.kernel.models import User


@dataclass(frozen=True)
class Actor:
    """A person, a program or a job; a person with the request's id and address."""

    user_id: int | None = None
    kind: str = "job"
    ip_address: str | None = None
    request_id: str = ""


NOBODY = Actor()
_current: ContextVar[Actor | Callable[[], Actor]] = ContextVar("actor", default=NOBODY)


def current_actor() -> Actor:
    """Who acts now; outside requests the job itself."""
    found = _current.get()
    return found if isinstance(found, Actor) else found()


@contextmanager
def acting_as(user: User | None = None, *, kind: str = "job") -> Iterator[None]:
    """Let `user`, or a job without a person, act within the block."""
    token = _current.set(Actor(user_id=user.pk if user else None, kind="person" if user else kind))
    try:
        yield
    finally:
        _current.reset(token)


class ActorMiddleware:
    """Notes who asks, from where, under which request id; the id goes back in a header and into the log lines."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = str(uuid.uuid4())

        def actor() -> Actor:
            # Read late: token sign-in sets the user after the middleware has run.
            user = request.user
            return Actor(
                user_id=user.pk if user.is_authenticated else None,
                kind="program" if request.headers.get("Authorization") else "person",
                ip_address=client_address(request) or None,
                request_id=request_id,
            )

        token = _current.set(actor)
        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                response = self.get_response(request)
        finally:
            _current.reset(token)
        response["X-Request-ID"] = request_id
        return response
