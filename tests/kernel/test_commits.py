"""Small commits, so that others can write too."""

import pytest
from django.db import connection, connections, transaction

from config.kernel import commits
from config.kernel.commits import in_small_commits, pause_for_writers
from config.kernel.models import NumberSeries


@pytest.fixture
def clock(monkeypatch):
    """A clock that only batches and pauses move."""

    class Clock:
        now = 0.0
        pauses: list[float] = []

        def monotonic(self):
            return self.now

        def sleep(self, seconds):
            self.pauses.append(seconds)

    clock = Clock()
    clock.pauses = []
    monkeypatch.setattr(commits, "time", clock)
    return clock


def as_if_on(monkeypatch, vendor):
    monkeypatch.setattr(connections["default"], "vendor", vendor)


@pytest.mark.django_db
def test_every_item_is_written_once_and_in_order(clock):
    written = []
    assert in_small_commits(iter(range(1234)), written.extend, largest=100) == 1234
    assert written == list(range(1234))


@pytest.mark.django_db
def test_nothing_to_write_is_nothing_done(clock):
    assert in_small_commits([], lambda batch: pytest.fail("called")) == 0


@pytest.mark.django_db
def test_on_sqlite_slow_items_come_in_ever_smaller_batches(clock, monkeypatch):
    as_if_on(monkeypatch, "sqlite")
    sizes = []

    def write(batch):
        sizes.append(len(batch))
        clock.now += len(batch) / 128

    in_small_commits(range(100), write, largest=1000)
    # The first batch is a guess; 50 ms hold six items of 8 ms.
    assert sizes == [50, 6, 6, 6, 6, 6, 6, 6, 6, 2]


@pytest.mark.django_db
def test_on_sqlite_quick_items_come_in_batches_that_at_most_double(clock, monkeypatch):
    as_if_on(monkeypatch, "sqlite")
    sizes = []
    in_small_commits(range(1000), lambda batch: sizes.append(len(batch)), largest=300)
    assert sizes == [50, 100, 200, 300, 300, 50]


@pytest.mark.django_db
def test_one_very_slow_item_is_still_a_batch(clock, monkeypatch):
    as_if_on(monkeypatch, "sqlite")
    sizes = []

    def write(batch):
        sizes.append(len(batch))
        clock.now += 5.0 * len(batch)

    in_small_commits(range(52), write)
    assert sizes == [50, 1, 1]


@pytest.mark.django_db
def test_on_postgresql_batches_are_as_large_as_asked(clock, monkeypatch):
    as_if_on(monkeypatch, "postgresql")
    sizes = []
    in_small_commits(range(250), lambda batch: sizes.append(len(batch)), largest=100)
    assert (sizes, clock.pauses) == ([100, 100, 50], [])


@pytest.mark.django_db(transaction=True)
def test_others_are_let_in_after_each_commit_on_sqlite_only(clock):
    in_small_commits(range(120), lambda batch: None, largest=50)
    pause_for_writers()
    assert clock.pauses == ([0.02] * 4 if connection.vendor == "sqlite" else [])


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_there_is_no_pause(clock):
    with transaction.atomic():
        pause_for_writers()
    assert clock.pauses == []


@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_a_failure_stays_and_the_failed_batch_does_not(clock):
    def write(batch):
        NumberSeries.objects.bulk_create([NumberSeries(code=f"s{number}") for number in batch])
        if 60 in batch:
            raise OSError("disk")

    with pytest.raises(OSError):
        in_small_commits(range(100), write, largest=50)
    assert NumberSeries.objects.count() == 50
