"""Any order of workers that come, die, are slow and come back leaves every part done once and the run finished once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from config.kernel.jobs import JobKind, register, start_run, sweep_runs, work
from config.kernel.jobs.progress import LeaseLost, Progress
from config.kernel.models import JobRun, JobRunPart

START = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
PARTS = 2
FINISHED: list[int] = []


def _finish(run):
    FINISHED.append(run.pk)
    return {"sum": sum(part.result["by"] > 0 for part in run.parts.all())}


KIND = register(JobKind("test_machine", "Machine", lambda run: [{}] * PARTS, lambda part, progress: {}, _finish))


class LeaseMachine(RuleBasedStateMachine):
    """The rows beside a model: part -> (the worker that holds it, until when), or the worker that did it."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.traveller = self.clock.start()
        FINISHED.clear()
        self.now, self.workers = START, 0
        self.run = start_run("test_machine", parameters={}, trigger="schedule")
        work._plan(self.run, KIND)
        self.held: dict[int, tuple[int, datetime]] = {}
        self.done: dict[int, int] = {}
        # What each worker believes to hold: worker -> its part, whether or not it was taken over meanwhile.
        self.hands: dict[int, JobRunPart] = {}

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def _free(self) -> list[int]:
        return [
            number
            for number in range(1, PARTS + 1)
            if number not in self.done and (number not in self.held or self.held[number][1] < self.now)
        ]

    def _owns(self, worker: int) -> bool:
        number = self.hands[worker].number
        return number not in self.done and self.held[number][0] == worker

    @rule()
    def come(self):
        free = self._free()
        part = work._claim_part(self.run)
        if not free:
            assert part is None
            return
        assert part.number == free[0]
        self.workers += 1
        self.hands[self.workers] = part
        self.held[part.number] = (self.workers, self.now + LEASE)

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def report(self, data):
        worker = data.draw(st.sampled_from(sorted(self.hands)))
        if self._owns(worker):
            Progress(self.hands[worker]).total(2)
            self.held[self.hands[worker].number] = (worker, self.now + LEASE)
        else:
            with pytest.raises(LeaseLost):
                Progress(self.hands[worker]).total(2)
            del self.hands[worker]

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def end(self, data):
        worker = data.draw(st.sampled_from(sorted(self.hands)))
        owns, part = self._owns(worker), self.hands.pop(worker)
        work._do_part(part, JobKind("test_machine", "", KIND.plan, lambda *_: {"by": worker}, _finish))
        if owns:
            self.done[part.number] = worker
            del self.held[part.number]

    @precondition(lambda self: self.hands)
    @rule(data=st.data())
    def die(self, data):
        del self.hands[data.draw(st.sampled_from(sorted(self.hands)))]

    @rule(minutes=st.sampled_from([1, 4]))
    def wait(self, minutes):
        self.time_goes_by(minutes)

    def time_goes_by(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.traveller.move_to(self.now)

    @rule()
    def be_overtaken(self):
        """Every lease runs out and somebody comes: who held the first part still believes so."""
        self.time_goes_by(6)
        self.come()

    @rule()
    def finish(self):
        work._finish(self.run, KIND)
        assert len(FINISHED) == (1 if len(self.done) == PARTS or FINISHED else 0)

    @rule()
    def sweep(self):
        closed = JobRun.objects.get(pk=self.run.pk).is_closed
        idle = bool(self._free()) or len(self.done) == PARTS
        assert sweep_runs(now=self.now) == int(idle and not closed)

    @invariant()
    def the_rows_say_what_the_model_says(self):
        rows = {part.number: part for part in JobRunPart.objects.filter(run=self.run)}
        for number, part in rows.items():
            if number in self.done:
                assert (part.state, part.result) == ("done", {"by": self.done[number]})
            elif number in self.held:
                assert (part.state, part.lease_until) == ("running", self.held[number][1])
            else:
                assert part.state == "waiting"


@pytest.mark.django_db
def test_any_order_of_workers_does_each_part_once():
    quick = settings(
        max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(LeaseMachine, settings=quick)
