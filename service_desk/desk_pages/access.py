"""Who asks, for which ticket, and out of which walk through the queue."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import get_conditional_response

from config.kernel.models import User
from service_desk import desk_reads
from service_desk.models import Ticket
from service_desk.queries import visible_tickets
from service_desk.queue_reads import Choice, read_choice

ANSWER = "service_desk.add_ticketmessage"
CHANGE = "service_desk.change_ticket"


def reader(request: HttpRequest) -> User:
    """The signed-in person."""
    return cast("User", request.user)


def ticket_of(request: HttpRequest, number: str) -> Ticket:
    """A ticket in reach, with what `desk_reads.with_marks` reads along; 404 for any other."""
    user = reader(request)
    tickets = visible_tickets(user).select_related("store", "assignee", "order", "customer", "queue", "merged_into")
    return get_object_or_404(desk_reads.with_marks(tickets, user), number=number.replace("\0", ""))


def walk_of(request: HttpRequest) -> Choice:
    """The list that the ticket was opened from, carried along in the address."""
    return read_choice(request.GET.dict())


def to_ticket(number: str, walk: Choice) -> HttpResponse:
    """Lead to a ticket within the walk."""
    return redirect(f"{reverse('service_desk:ticket', args=[number])}{'?' if walk.query else ''}{walk.query}")


def to_queue(walk: Choice) -> HttpResponse:
    """Lead to the list of the walk."""
    return redirect(f"{reverse('service_desk:queue')}{'?' if walk.query else ''}{walk.query}")


def known_or_new(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 where the reader has this already; None where it must be sent."""
    answer = get_conditional_response(request, etag=etag)
    return marked(answer, etag) if answer is not None else None


def marked(answer: HttpResponse, etag: str) -> HttpResponse:
    """The answer with its mark, kept by the reader only and asked for anew each time."""
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer
