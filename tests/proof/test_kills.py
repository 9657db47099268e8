"""Kill -9 of a worker in the middle of each night job and of the mail: it ends once, as if nothing had happened."""

import json
from typing import Any

import pytest

from tests.processes import Place
from tests.proof.conftest import Copy
from tests.proof.programs import books, said

pytestmark = pytest.mark.process
WORKING = ("-m", "tests.in_django", "tests.proof.working")
KILLED = -9
WORK = "config.kernel.jobs.work"
# kind -> (in the middle of a part, in the middle of the finish)
MIDDLES = {
    "segment_customers": ("membership.services.segmentation:_insert", "membership.services.segmentation:_show"),
    "restock_check": (
        "fulfillment.services.restock_part:RestockSuggestion.objects.bulk_create",
        "fulfillment.services.restock:_figures",
    ),
    "build_report": ("analytics.services.reports:draw_pictures", "analytics.services.reports:report_mail"),
}


def state_of(place: Place, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(place, *WORKING, *words).splitlines()[-1])
    return found


def die(place: Place, *words: str) -> None:
    done = place.run(*WORKING, *words)
    assert done.returncode == KILLED, done.stderr[-3000:]


@pytest.mark.parametrize("kind", MIDDLES)
def test_a_night_job_whose_workers_die_twice_ends_as_one_without_a_death(copy: Copy, kind: str) -> None:
    unbroken = state_of(copy("unbroken"), "start", kind)
    assert [kind, "succeeded"] in unbroken["runs"]
    place = copy("broken")
    part, finish = MIDDLES[kind]
    die(place, "start", kind, "--die-at", part)
    die(place, "sweep", "--die-at", finish, "--nth", "2" if kind == "build_report" else "1")
    assert state_of(place, "sweep") == unbroken
    assert books(place) == "problems=0"


def test_control_without_the_sweeper_or_while_the_lease_holds_the_job_stays_where_it_died(copy: Copy) -> None:
    place = copy("broken")
    die(place, "start", "restock_check", "--die-at", MIDDLES["restock_check"][0])
    assert ["restock_check", "running"] in state_of(place, "state")["runs"]
    assert ["restock_check", "running"] in state_of(place, "sweep", "--leases-hold")["runs"]
    assert ["restock_check", "succeeded"] in state_of(place, "sweep")["runs"]


def test_mails_whose_sender_dies_before_sending_leave_once_each(copy: Copy) -> None:
    place = copy("mails")
    die(place, "start", "build_report", "--die-at", "config.kernel.outbox:EmailMultiAlternatives", "--nth", "2")
    assert len(state_of(place, "state")["mails"]) == 1
    found = state_of(place, "sweep")
    assert found["letters"] == [["mail", "sent"]] * 3
    assert len(found["mails"]) == len(set(found["mails"])) == 3


def test_control_a_mail_that_left_and_was_not_noted_leaves_again_under_the_same_id(copy: Copy) -> None:
    # What no outbox can prevent: the other side took it and the note was never written. Its Message-ID tells it apart.
    place = copy("mails")
    die(place, "start", "build_report", "--die-at", "config.kernel.outbox:_note", "--nth", "2")
    found = state_of(place, "sweep")
    assert (len(found["mails"]), len(set(found["mails"]))) == (4, 3)
