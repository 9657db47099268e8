"""Two people press at once, in one process with two connections: `python -m tests.in_django tests.kernel.racing_pages WHAT`.

Whoever has compared waits for the other at a door, a second at most: with the guard on nobody else comes to it, since the
other one waits for the row. Prints the status of each answer, how many days and notes there are.
"""

import sys
import threading
from contextlib import suppress
from datetime import date

from django.conf import settings
from django.db import connection
from django.test import Client
from unfold.admin import ModelAdmin

from config import views
from config.kernel.admin.stale_pages import StalePageForm, StalePageGuard
from config.kernel.models import CalendarDay, ShiftNote, User
from tests.kernel.test_stale_pages import token_in

settings.ALLOWED_HOSTS = ["testserver"]
DOOR = threading.Barrier(2)
WAIT_SECONDS = 1.0


def at_the_door() -> None:
    """Until both have come, or until it is clear that the other one cannot."""
    with suppress(threading.BrokenBarrierError):
        DOOR.wait(timeout=WAIT_SECONDS)


def clients() -> list[Client]:
    """Two people, signed in."""
    people = [User.objects.create_superuser(name, password="x", language="en") for name in ("ann", "bo")]
    signed_in = [Client() for _person in people]
    for client, person in zip(signed_in, people, strict=True):
        client.force_login(person)
    return signed_in


def race(*presses: tuple[Client, str, dict[str, str]]) -> list[int]:
    """The statuses of all presses, carried out at once."""
    statuses: list[int] = []

    def press(sent: tuple[Client, str, dict[str, str]]) -> None:
        client, address, typed = sent
        statuses.append(client.post(address, typed).status_code)
        connection.close()

    threads = [threading.Thread(target=press, args=(one,)) for one in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(statuses)


def save_one_row(*, is_guarded: bool) -> list[int]:
    """Both change the same row, from pages that were loaded in the same state."""
    day = CalendarDay.objects.create(day=date(2030, 1, 1), is_working=False, name="rest day")
    address = f"/admin/kernel/calendarday/{day.pk}/change/"
    if not is_guarded:
        StalePageGuard.get_object = ModelAdmin.get_object  # type: ignore[method-assign]
    compare = StalePageForm.clean

    def compare_and_wait(form: StalePageForm) -> object:
        cleaned = compare(form)
        at_the_door()
        return cleaned

    both = clients()
    tokens = [token_in(client.get(address)) for client in both]
    StalePageForm.clean = compare_and_wait  # type: ignore[assignment, method-assign]
    return race(
        *(
            (client, address, {"day": "2030-01-01", "name": name, "page_as_loaded": token})
            for client, token, name in zip(both, tokens, ("ann's", "bo's"), strict=True)
        )
    )


def leave_one_note(*, is_guarded: bool) -> list[int]:
    """One person presses the same form twice."""
    client, second = clients()[0], Client()
    second.cookies = client.cookies
    leave = views.leave_note

    def wait_and_leave(*args: object, **more: object) -> object:
        at_the_door()
        return leave(*args, **more)  # type: ignore[arg-type]

    views.leave_note = wait_and_leave  # type: ignore[assignment]
    sent = {"text": "count the till"} | ({"press": "0" * 32} if is_guarded else {})
    return race(*((one, "/shift/notes/", sent) for one in (client, second)))


if __name__ == "__main__":
    what, guard = sys.argv[1:3]
    answers = {"save": save_one_row, "note": leave_one_note}[what](is_guarded=guard == "guarded")
    print(answers, CalendarDay.objects.count(), ShiftNote.objects.count())  # noqa: T201
