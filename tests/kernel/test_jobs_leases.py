"""What a worker may still write after it was slow, died, or was called off: nothing that counts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from config.kernel import tasks
from config.kernel.errors import DomainError
from config.kernel.jobs import (
    Cancelled,
    JobKind,
    cancel_run,
    register,
    repeat_run,
    start_run,
    sweep_runs,
    work_on_run,
)
from config.kernel.models import AuditEntry, JobRun, JobRunPart

pytestmark = pytest.mark.django_db

LATER = timedelta(minutes=6)
CALLS: list[tuple[str, int]] = []
# What happens within a step before it returns: the other worker, a cancel, a crash.
MEANWHILE: dict[str, object] = {}


def _happen(step, thing):
    event = MEANWHILE.pop(step, None)
    if event is not None:
        event(thing)


def _plan(run):
    CALLS.append(("plan", run.pk))
    _happen("plan", run)
    return [{"value": value} for value in run.parameters["values"]]


def _work(part, progress):
    CALLS.append(("work", part.number))
    progress.total(2)
    _happen("work", part)
    progress.advance(2, note="half way")
    _happen("worked", part)
    return {"value": part.parameters["value"], "attempt": part.attempts}


def _finish(run):
    CALLS.append(("finish", run.pk))
    _happen("finish", run)
    return {"sum": sum(part.result["value"] for part in run.parts.all())}


register(JobKind(code="test_leases", label="Leases", plan=_plan, work=_work, finish=_finish))


@pytest.fixture(autouse=True)
def _clean():
    CALLS.clear()
    MEANWHILE.clear()


def started(*values, **more):
    return start_run("test_leases", parameters={"values": list(values)}, trigger="schedule", **more)


def steps():
    return [name for name, _what in CALLS]


def let_lease_run_out(model, pk):
    model.objects.filter(pk=pk).update(lease_until=timezone.now() - timedelta(seconds=1))


class Killed(BaseException):
    """Stands for kill -9: no handler of errors sees it."""


def kill(_thing):
    raise Killed


def test_a_part_is_taken_over_and_the_slow_worker_writes_nothing():
    run = started(5)

    def another_worker_takes_over(part):
        let_lease_run_out(JobRunPart, part.pk)
        assert work_on_run(run.pk).state == "succeeded"

    MEANWHILE["work"] = another_worker_takes_over
    work_on_run(run.pk)
    part = run.parts.get()
    assert (part.state, part.attempts, part.result) == ("done", 2, {"value": 5, "attempt": 2})
    assert steps() == ["plan", "work", "work", "finish"]
    assert JobRun.objects.get().result == {"sum": 5}


def test_a_worker_that_never_reports_finds_its_result_refused():
    run = started(5)

    def another_worker_takes_over(part):
        let_lease_run_out(JobRunPart, part.pk)
        work_on_run(run.pk)

    MEANWHILE["worked"] = another_worker_takes_over
    work_on_run(run.pk)
    assert run.parts.get().result == {"value": 5, "attempt": 2}
    assert steps().count("finish") == 1


def test_an_error_of_a_worker_that_lost_its_part_fails_nothing():
    run = started(5)

    def lose_and_fail(part):
        let_lease_run_out(JobRunPart, part.pk)
        work_on_run(run.pk)
        raise DomainError("too_late", "Too late.")

    MEANWHILE["worked"] = lose_and_fail
    assert work_on_run(run.pk).state == "succeeded"
    assert JobRun.objects.get().error_message == ""


def test_an_error_of_a_worker_that_lost_the_finish_fails_nothing():
    run = started(5)

    def lose_and_fail(_run):
        JobRun.objects.filter(pk=run.pk).update(lease_token="another", lease_until=timezone.now() + LATER)
        raise DomainError("too_late", "Too late.")

    MEANWHILE["finish"] = lose_and_fail
    work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.lease_token, run.error_code) == ("finishing", "another", "")
    let_lease_run_out(JobRun, run.pk)
    assert work_on_run(run.pk).result == {"sum": 5}


def test_a_finish_that_was_overtaken_leaves_the_other_result():
    run = started(5)

    def overtaken(_run):
        let_lease_run_out(JobRun, run.pk)
        assert work_on_run(run.pk).state == "succeeded"
        JobRun.objects.filter(pk=run.pk).update(result={"sum": "of the other"})

    MEANWHILE["finish"] = overtaken
    assert work_on_run(run.pk).result == {"sum": "of the other"}


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("plan", ["plan", "plan", "work", "work", "finish"]),
        ("work", ["plan", "work", "work", "work", "finish"]),
        ("finish", ["plan", "work", "work", "finish", "finish"]),
    ],
)
def test_a_worker_killed_in_any_step_is_replaced_and_the_result_is_the_same(step, expected):
    run = started(1, 2)
    MEANWHILE[step] = kill
    with pytest.raises(Killed):
        work_on_run(run.pk)
    assert not work_on_run(run.pk).is_closed or step == "work"
    let_lease_run_out(JobRun, run.pk)
    JobRunPart.objects.filter(state="running").update(lease_until=timezone.now() - timedelta(seconds=1))
    finished = work_on_run(run.pk)
    assert (finished.state, finished.result) == ("succeeded", {"sum": 3})
    assert steps() == expected
    assert run.parts.count() == 2


def test_a_worker_killed_between_a_part_and_the_finish_is_woken_again_by_the_sweeper():
    run = started(1)
    MEANWHILE["finish"] = kill
    with pytest.raises(Killed):
        work_on_run(run.pk)
    assert sweep_runs(now=timezone.now()) == 0
    assert sweep_runs(now=timezone.now() + LATER) == 1


def test_the_tasks_may_run_twice(django_capture_on_commit_callbacks):
    run = started(1)
    for _time in range(2):
        tasks.work_on_run(run.pk)
        tasks.beat_heartbeat()
        tasks.sweep()
    assert steps() == ["plan", "work", "finish"]
    assert JobRun.objects.count() == 1


def test_a_run_called_off_in_the_middle_stops_at_its_next_report():
    run = started(1, 2)

    def call_off(part):
        assert cancel_run(JobRun.objects.get(pk=run.pk), reason="wrong file")

    MEANWHILE["work"] = call_off
    finished = work_on_run(run.pk)
    assert (finished.state, finished.error_message) == ("cancelled", "wrong file")
    assert steps() == ["plan", "work"]
    assert AuditEntry.objects.get(action="job.cancelled").reason == "wrong file"
    assert sweep_runs(now=timezone.now() + LATER) == 0


def test_a_run_called_off_while_it_finishes_stays_called_off():
    run = started(1)
    MEANWHILE["finish"] = lambda _run: cancel_run(JobRun.objects.get(pk=run.pk))
    assert work_on_run(run.pk).state == "cancelled"
    assert JobRun.objects.get().result == {}


def test_a_plan_that_fails_is_tried_three_times():
    run = started(1)

    def fail(_run):
        raise OSError("disk")

    for _time in range(3):
        MEANWHILE["plan"] = fail
        work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error_code) == ("failed", "internal_error")
    assert steps() == ["plan", "plan", "plan"]
    assert run.parts.count() == 0


def test_a_run_without_parts_is_finished_at_once():
    assert work_on_run(started().pk).result == {"sum": 0}
    assert steps() == ["plan", "finish"]


def test_a_repeated_run_is_a_run_of_its_own_with_the_same_parameters():
    first = started(1, 2, store_code="tmall", dedupe_key="night:1")
    work_on_run(first.pk)
    second = repeat_run(first)
    assert (second.pk != first.pk, second.parameters, second.store_code) == (True, first.parameters, "tmall")
    assert (second.trigger, second.dedupe_key) == ("button", None)


def test_a_broker_that_is_down_stops_nobody(monkeypatch, django_capture_on_commit_callbacks):
    sent = []

    def down(**message):
        sent.append(message["args"])
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.work_on_run, "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        run = started(1)
    assert sent == [(run.pk,)]
    assert JobRun.objects.get().state == "queued"


def test_a_worker_is_woken_after_commit_and_not_before(monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(tasks.work_on_run, "apply_async", lambda **message: sent.append(message["args"]))
    with django_capture_on_commit_callbacks() as callbacks:
        run = started(1)
        assert sent == []
    for callback in callbacks:
        callback()
    assert sent == [(run.pk,)]


def test_a_cancel_is_told_to_the_work_and_not_counted_as_a_failure():
    run = started(1)
    raised = []

    def call_off_and_look(part):
        cancel_run(JobRun.objects.get(pk=run.pk))

    MEANWHILE["work"] = call_off_and_look
    kind_work = _work

    def watched(part, progress):
        try:
            return kind_work(part, progress)
        except Cancelled as error:
            raised.append(error)
            raise

    from config.kernel.jobs import kinds

    original = kinds._kinds["test_leases"]
    kinds._kinds["test_leases"] = JobKind("test_leases", "Leases", original.plan, watched, original.finish)
    try:
        work_on_run(run.pk)
    finally:
        kinds._kinds["test_leases"] = original
    assert len(raised) == 1
    assert JobRunPart.objects.get().error_message == ""


def test_a_part_that_kills_its_worker_each_time_fails_the_run_after_six():
    run = started(1)

    def kill(_part):
        raise Killed

    for _worker in range(6):
        MEANWHILE["work"] = kill
        with pytest.raises(Killed):
            work_on_run(run.pk)
        let_lease_run_out(JobRunPart, run.parts.get().pk)
    closed = work_on_run(run.pk)
    assert (closed.state, closed.error_code) == (JobRun.State.FAILED, "worker_stopped")
    assert run.parts.get().state == JobRunPart.State.FAILED
    assert steps().count("work") == 6


def test_a_plan_that_kills_its_worker_each_time_fails_the_run_too():
    run = started(1)

    def kill(_run):
        raise Killed

    for _worker in range(6):
        MEANWHILE["plan"] = kill
        with pytest.raises(Killed):
            work_on_run(run.pk)
        let_lease_run_out(JobRun, run.pk)
    assert work_on_run(run.pk).error_code == "worker_stopped"
    assert steps().count("plan") == 6


def test_a_run_says_what_it_is_about():
    run = JobRun(kind="test_leases", store_code="shop", parameters={"as_of": "2026-06-30"})
    assert str(run) == "Leases · shop · 2026-06-30"
    assert JobRun(kind="unheard_of").title == "unheard_of"
