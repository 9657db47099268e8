"""Kill -9 of the web, a worker or the database in the middle of each job: it ends once, as if nothing had happened."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fulfillment.test_import_kill import write_file
from tests.processes import Place
from tests.proof.conftest import Copy
from tests.proof.machines import Database, durable_database, moved, pull_the_plug
from tests.proof.programs import books, said

pytestmark = pytest.mark.process
WORKING = ("-m", "tests.in_django", "tests.proof.working")
KILLED = -9
# A month more than the history has, so that the file brings known orders and new ones.
INVOICES = 300


@dataclass(frozen=True)
class Job:
    """What is started, and two places in its middle: (place, which call of it)."""

    kind: str
    part: tuple[str, int]
    later: tuple[str, int]


MAIL = ("config.kernel.outbox:EmailMultiAlternatives", 2)
JOBS = {
    "import": Job(
        "import_apply",
        part=("fulfillment.importing.saving:report_down", 1),
        later=("config.kernel.importing.batches:_close", 1),
    ),
    "RFM": Job(
        "segment_customers",
        part=("membership.services.segmentation:_insert", 1),
        later=("membership.services.segmentation:_show", 1),
    ),
    "restock check": Job(
        "restock_check",
        part=("fulfillment.services.restock_part:insert_many", 2),
        later=("fulfillment.services.restock:_figures", 1),
    ),
    "report": Job(
        "build_report",
        part=("analytics.services.reports:draw_pictures", 1),
        later=("analytics.services.reports:report_mail", 2),
    ),
    "mail": Job("build_report", part=MAIL, later=MAIL),
}
# The row of the run is written; the message that wakes a worker is not.
START = "config.kernel.jobs.runs:_wake"


def state_of(place: Place, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(place, *WORKING, *words).splitlines()[-1])
    return found


def die(place: Place, *words: str, at: tuple[str, int]) -> None:
    done = place.run(*WORKING, *words, "--die-at", at[0], "--nth", str(at[1]))
    assert done.returncode == KILLED, (done.stdout[-500:], done.stderr[-3000:])


def prepared(place: Place, job: Job) -> Place:
    """A place in which the job can be started."""
    if job.kind == "import_apply":
        said(place, *WORKING, "upload", write_file(place.folder / "more.csv", invoices=INVOICES))
    return place


Unbroken = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="session")
def ended() -> Unbroken:
    """What stands after each job without a death, by vendor and job."""
    return {}


@pytest.fixture(params=JOBS)
def job(request: pytest.FixtureRequest) -> Job:
    """Each job."""
    return JOBS[request.param]


@pytest.fixture
def unbroken(copy: Copy, job: Job, ended: Unbroken) -> dict[str, Any]:
    """What stands after the job without a death."""
    place = copy("unbroken")
    key = (place.database_url.partition(":")[0], job.kind)
    if key not in ended:
        ended[key] = state_of(prepared(place, job), "start", job.kind)
        assert [job.kind, "succeeded"] in ended[key]["runs"]
    return ended[key]


@pytest.fixture
def broken(copy: Copy, job: Job) -> Place:
    """Where it is to die."""
    return prepared(copy("broken"), job)


@pytest.fixture
def database() -> Iterator[Database]:
    """A durable server of our own."""
    try:
        with durable_database() as found:
            yield found
    except FileNotFoundError as missing:
        pytest.skip(f"needs PostgreSQL: {missing}")


def test_a_job_whose_workers_die_twice_ends_as_one_without_a_death(
    broken: Place, unbroken: dict[str, Any], job: Job
) -> None:
    die(broken, "start", job.kind, at=job.part)
    die(broken, "sweep", at=job.later)
    assert state_of(broken, "sweep") == unbroken
    assert books(broken) == "problems=0"


def test_a_job_whose_web_dies_twice_is_started_once_by_the_same_press(
    broken: Place, unbroken: dict[str, Any], job: Job
) -> None:
    die(broken, "press", job.kind, at=(START, 1))
    assert not state_of(broken, "state")["runs"]
    # A web that does the work itself dies in the middle of it.
    die(broken, "press", job.kind, at=job.part)
    state_of(broken, "press", job.kind)
    assert state_of(broken, "sweep") == unbroken
    assert books(broken) == "problems=0"


def test_a_job_whose_database_dies_ends_as_one_whose_database_lived(
    empty: Place, database: Database, broken: Place, unbroken: dict[str, Any], job: Job, tmp_path: Path
) -> None:
    if empty.database_url.startswith("sqlite"):
        pytest.skip("SQLite is no server: it dies with the worker or the web")
    place = moved(broken, tmp_path / "moved", database)
    part, nth = job.part
    pull_the_plug(place, database, *WORKING, "start", job.kind, "--wait-at", part, "--nth", str(nth))
    found = state_of(place, "sweep")
    # The sender lives on: the mail in its hand leaves, the note of it is lost, and the mail leaves again by its one name.
    found["mails"] = sorted(set(found["mails"]))
    assert found == unbroken
    assert books(place) == "problems=0"


def test_control_without_the_sweeper_or_while_the_lease_holds_the_job_stays_where_it_died(copy: Copy) -> None:
    place = copy("broken")
    die(place, "start", "restock_check", at=JOBS["restock check"].part)
    assert ["restock_check", "running"] in state_of(place, "state")["runs"]
    assert ["restock_check", "running"] in state_of(place, "sweep", "--leases-hold")["runs"]
    assert ["restock_check", "succeeded"] in state_of(place, "sweep")["runs"]


def test_mails_whose_sender_dies_before_sending_leave_once_each(copy: Copy) -> None:
    place = copy("mails")
    die(place, "start", "build_report", at=MAIL)
    assert len(state_of(place, "state")["mails"]) == 1
    found = state_of(place, "sweep")
    assert found["letters"] == [["mail", "sent"]] * 3
    assert len(found["mails"]) == len(set(found["mails"])) == 3


def test_control_a_mail_that_left_and_was_not_noted_leaves_again_under_the_same_id(copy: Copy) -> None:
    # What no outbox can prevent: the other side took it and the note was never written. Its Message-ID tells it apart.
    place = copy("mails")
    die(place, "start", "build_report", at=("config.kernel.outbox:_note", 2))
    found = state_of(place, "sweep")
    assert (len(found["mails"]), len(set(found["mails"]))) == (4, 3)
