"""Runs and parts: claimed once, taken over when a worker dies, finished once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.kernel.errors import DomainError
from config.kernel.jobs import (
    JobKind,
    LeaseLost,
    Progress,
    cancel_run,
    job_kind,
    register,
    run_now,
    start_run,
    sweep_runs,
    work_on_run,
)
from config.kernel.models import JobRun, JobRunPart

pytestmark = pytest.mark.django_db

DONE: list[tuple[int, int]] = []
FINISHED: list[int] = []
FAILURES: dict[int, list[Exception]] = {}


def _work(part, progress):
    progress.total(10)
    if FAILURES.get(part.number):
        raise FAILURES[part.number].pop(0)
    DONE.append((part.run_id, part.number))
    progress.advance(10)
    return {"number": part.number, "value": part.parameters["value"]}


def _finish(run):
    FINISHED.append(run.pk)
    return {"sum": sum(part.result["value"] for part in run.parts.all())}


register(
    JobKind(
        code="test_sum",
        label="Sum",
        plan=lambda run: [{"value": value} for value in run.parameters["values"]],
        work=_work,
        finish=_finish,
    )
)


@pytest.fixture(autouse=True)
def _clean():
    DONE.clear()
    FINISHED.clear()
    FAILURES.clear()


def started(values=(1, 2, 3), **more):
    return start_run("test_sum", parameters={"values": list(values)}, trigger="button", **more)


def test_a_command_works_on_its_run_to_the_end():
    run = run_now("test_sum", parameters={"values": [1, 2, 3]})
    assert (run.state, run.result, run.trigger) == ("succeeded", {"sum": 6}, "command")
    assert (run.done_count, run.total_count) == (30, 30)
    assert FINISHED == [run.pk]


def test_the_same_key_is_the_same_run():
    first, second = started(dedupe_key="night:1"), started(values=[9], dedupe_key="night:1")
    assert first.pk == second.pk
    assert second.parameters == {"values": [1, 2, 3]}
    assert JobRun.objects.count() == 1


def test_working_on_a_closed_run_changes_nothing():
    run = run_now("test_sum", parameters={"values": [1]})
    work_on_run(run.pk)
    assert len(DONE) == 1
    assert FINISHED == [run.pk]


def test_a_part_that_somebody_holds_is_left_alone_until_its_lease_runs_out():
    run = started()
    run.state = JobRun.State.RUNNING
    run.save()
    part = JobRunPart.objects.create(
        run=run,
        number=1,
        parameters={"value": 5},
        state="running",
        lease_token="other",
        lease_until=timezone.now() + timedelta(minutes=1),
    )
    assert work_on_run(run.pk).state == "running"
    assert DONE == []
    JobRunPart.objects.filter(pk=part.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert work_on_run(run.pk).state == "succeeded"
    assert DONE == [(run.pk, 1)]
    assert JobRunPart.objects.get().attempts == 1


def test_a_slow_worker_learns_that_it_lost_its_lease():
    run = started()
    part = JobRunPart.objects.create(run=run, number=1, state="running", lease_token="mine")
    progress = Progress(part)
    JobRunPart.objects.filter(pk=part.pk).update(lease_token="another worker")
    with pytest.raises(LeaseLost):
        progress.advance(1, note="still here")


def test_a_worker_that_died_between_the_last_part_and_the_finish_is_replaced():
    run = started(values=[4])
    run.state = JobRun.State.RUNNING
    run.save()
    JobRunPart.objects.create(run=run, number=1, state="done", parameters={"value": 4}, result={"value": 4})
    assert work_on_run(run.pk).result == {"sum": 4}
    assert FINISHED == [run.pk]


def test_a_rule_that_says_no_fails_the_run_at_once_with_its_words():
    FAILURES[2] = [DomainError("no_rate", "There is no rate for Monday.")]
    with pytest.raises(DomainError, match="There is no rate for Monday"):
        run_now("test_sum", parameters={"values": [1, 2, 3]})
    run = JobRun.objects.get()
    assert (run.state, run.error_code) == ("failed", "no_rate")
    assert FINISHED == []


def test_another_error_is_tried_three_times():
    FAILURES[1] = [OSError("disk"), OSError("disk")]
    assert run_now("test_sum", parameters={"values": [1]}).result == {"sum": 1}
    assert JobRunPart.objects.get().attempts == 3


def test_the_third_failure_is_final_and_shows_no_inner_words():
    FAILURES[1] = [OSError("password=secret")] * 3
    with pytest.raises(DomainError) as caught:
        run_now("test_sum", parameters={"values": [1]})
    assert "secret" not in str(caught.value)
    assert JobRun.objects.get().error_code == "internal_error"


def test_a_cancelled_run_does_nothing_more():
    run = started()
    assert cancel_run(run, reason="wrong store")
    assert work_on_run(run.pk).state == "cancelled"
    assert DONE == []
    assert not cancel_run(run)


def test_the_sweeper_wakes_what_is_free_and_nothing_else():
    started()
    running = started()
    JobRun.objects.filter(pk=running.pk).update(state="running")
    JobRunPart.objects.create(
        run=running, number=1, state="running", lease_until=timezone.now() + timedelta(minutes=5), lease_token="x"
    )
    assert sweep_runs(now=timezone.now()) == 1
    assert sweep_runs(now=timezone.now() + timedelta(minutes=6)) == 2


def test_an_unknown_kind_is_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        start_run("no_such_kind", parameters={}, trigger="button")
    assert job_kind("test_sum").label == "Sum"
