"""Redis emptied and killed while jobs wait: a message is a wake-up only, so nothing is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.processes import Place
from tests.proof.conftest import Copy
from tests.proof.machines import Broker, broker, wait_until
from tests.proof.programs import books, tell

pytestmark = pytest.mark.process
START = """
start_run("restock_check", parameters={"as_of": "2011-02-01", "slot": "night"}, trigger="schedule", store_code="uk")
"""
SWEEP = "from config.kernel import tasks\ntasks.sweep.delay()"
STATE = "print(JobRun.objects.get(kind='restock_check').state)"
WORKER = ("-m", "celery", "-q", "-A", "config", "worker", "-P", "solo", "-l", "WARNING")
LONELY = ("--without-gossip", "--without-mingle", "--without-heartbeat")


@pytest.fixture
def queue() -> Iterator[Broker]:
    """A Redis of our own."""
    try:
        with broker() as found:
            yield found
    except FileNotFoundError as missing:
        pytest.skip(f"needs Redis: {missing}")


@contextmanager
def worker(place: Place, folder: Path) -> Iterator[None]:
    with (folder / "worker.log").open("w") as log:
        process = place.python(*WORKER, *LONELY, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def waiting(queue: Broker) -> int:
    return queue.client.llen("celery")


def finished(place: Place) -> bool:
    return tell(place, STATE) == "succeeded"


def test_a_job_whose_message_was_wiped_out_is_done_at_the_next_sweep(copy: Copy, queue: Broker, tmp_path: Path) -> None:
    place = replace(copy("shop"), settings={"CELERY_BROKER_URL": queue.url})
    tell(place, START)
    assert waiting(queue) == 1
    queue.client.flushall()
    with worker(place, tmp_path):
        # The control: with its message gone and without a sweep, nobody knows of it, however long one waits.
        tell(place, "from config.kernel import tasks\ntasks.beat_heartbeat.delay()")
        wait_until(lambda: tell(place, "print(WorkerHeartbeat.objects.count())") == "1", what="the worker's first task")
        assert tell(place, STATE) == "queued"
        tell(place, SWEEP)
        wait_until(lambda: finished(place), what="the job")
    assert books(place) == "problems=0"


def test_a_job_started_while_the_broker_is_dead_is_done_when_it_is_back(
    copy: Copy, queue: Broker, tmp_path: Path
) -> None:
    place = replace(copy("shop"), settings={"CELERY_BROKER_URL": queue.url})
    tell(place, START.replace('"night"', '"noon"').replace("restock_check", "rebuild_days"))
    with worker(place, tmp_path):
        queue.kill()
        tell(place, START)
        assert tell(place, STATE) == "queued"
        queue.start()
        tell(place, SWEEP)
        wait_until(lambda: finished(place), what="the job")
    assert tell(place, "print(*JobRun.objects.values_list('state', flat=True).distinct().order_by())") == "succeeded"
    assert books(place) == "problems=0"
