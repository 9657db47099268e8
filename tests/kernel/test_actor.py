"""Who acts: within a request, a job, and after both."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.authtoken.models import Token

from config.kernel.actor import NOBODY, Actor, ActorMiddleware, acting_as, current_actor
from config.kernel.audit import record_change
from config.kernel.models import AuditEntry, User

pytestmark = pytest.mark.django_db


def asked(user, *, view):
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7")
    request.user = user
    return ActorMiddleware(view)(request)


def test_who_comes_with_a_token_is_a_program_of_its_owner(client):
    owner = User.objects.create_user("li", is_staff=True)
    token = Token.objects.create(user=owner)
    seen = []

    def view(request):
        request.user = owner
        seen.append(current_actor())
        return HttpResponse()

    request = RequestFactory().get("/", headers={"Authorization": f"Bearer {token.key}"})
    request.user = AnonymousUser()
    ActorMiddleware(view)(request)
    assert [(actor.user_id, actor.kind) for actor in seen] == [(owner.pk, "program")]


def test_outside_requests_the_job_itself_acts():
    assert current_actor() == NOBODY == Actor(user_id=None, kind="job", ip_address=None, request_id="")


def test_within_a_request_the_person_acts_and_after_it_nobody():
    person = User.objects.create_user("li")
    seen = []

    def view(request):
        seen.append(current_actor())
        record_change("price.set")
        return HttpResponse()

    response = asked(person, view=view)
    [actor] = seen
    assert (actor.user_id, actor.kind, actor.ip_address) == (person.pk, "person", "192.0.2.7")
    assert response["X-Request-ID"] == actor.request_id == str(uuid.UUID(actor.request_id))
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.ip_address, entry.request_id) == (person, "192.0.2.7", actor.request_id)
    assert current_actor() == NOBODY


def test_two_requests_have_two_ids():
    first, second = (asked(AnonymousUser(), view=lambda request: HttpResponse()) for _time in range(2))
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_who_signs_in_by_token_within_the_view_is_seen():
    person = User.objects.create_user("li")
    seen = []

    def view(request):
        request.user = person
        seen.append(current_actor().user_id)
        return HttpResponse()

    asked(AnonymousUser(), view=view)
    assert seen == [person.pk]


def test_an_error_in_the_view_leaves_nobody_behind():
    def view(request):
        raise OSError("gone")

    with pytest.raises(OSError):
        asked(AnonymousUser(), view=view)
    assert current_actor() == NOBODY


def test_a_job_may_act_for_a_person_and_blocks_nest():
    person = User.objects.create_user("li")
    with acting_as(person):
        assert (current_actor().user_id, current_actor().kind) == (person.pk, "person")
        with acting_as(kind="program"):
            assert (current_actor().user_id, current_actor().kind) == (None, "program")
        assert current_actor().user_id == person.pk
    assert current_actor() == NOBODY
