"""The trail: who did what, kept for ever, sealed by the hour."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from config.kernel.actor import acting_as
from config.kernel.append_only import AppendOnlyError
from config.kernel.audit import record_change, record_read, seal_hours, verify_seals
from config.kernel.models import AuditEntry, AuditSeal, User

pytestmark = pytest.mark.django_db


def test_an_entry_names_who_and_what_and_only_the_difference():
    person = User.objects.create_user("li")
    with acting_as(person):
        record_change("price.set", on=person, before={"amount": "1"}, after={"amount": "2"}, reason="sale")
        record_read(person, fields=["phone"])
    change, read = AuditEntry.objects.order_by("pk")
    assert (change.actor, change.object_label, change.before, change.after) == (
        person,
        "li",
        {"amount": "1"},
        {"amount": "2"},
    )
    assert (read.action, read.after) == ("personal_data.read", {"fields": ["phone"]})


def test_entries_cannot_be_changed_or_deleted():
    entry = record_change("x")
    entry.reason = "other"
    for attempt in (
        entry.save,
        entry.delete,
        AuditEntry.objects.all().delete,
        lambda: AuditEntry.objects.update(reason="y"),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert AuditEntry.objects.get().reason == ""


@pytest.mark.skipif("sqlite" in str(connection.vendor), reason="triggers are PostgreSQL's")
def test_postgresql_refuses_raw_statements_too():
    record_change("x")
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_auditentry SET reason = 'y'")


def write_hours(count):
    start = timezone.now().replace(minute=5) - timedelta(hours=count + 2)
    for place in range(count):
        with time_machine.travel(start + timedelta(hours=place), tick=False):
            record_change(f"step {place}")
            record_change(f"step {place} again")


def test_closed_hours_are_sealed_once_and_fit():
    write_hours(3)
    record_change("this hour is not over")
    assert seal_hours(now=timezone.now()) == 3
    assert seal_hours(now=timezone.now()) == 0
    assert list(AuditSeal.objects.values_list("entry_count", flat=True)) == [2, 2, 2]
    assert verify_seals() == []


def test_a_changed_entry_shows_in_its_hour_and_nowhere_else():
    write_hours(3)
    seal_hours(now=timezone.now())
    second = AuditEntry.objects.order_by("pk")[2]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL zhanggui.pruning = 'on'")
        cursor.execute("UPDATE kernel_auditentry SET reason = 'forged' WHERE id = %s", [second.pk])
    problems = verify_seals()
    assert len(problems) == 1
    assert f"{second.occurred_at:%Y-%m-%d %H:00}" in problems[0]


def forge(statement, *parameters):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL zhanggui.pruning = 'on'")
        cursor.execute(statement, parameters)


def test_an_entry_committed_after_its_hour_was_sealed_is_taken_by_the_next_seal_and_alarms_nobody():
    write_hours(2)
    assert seal_hours(now=timezone.now()) == 2
    sealed = list(AuditSeal.objects.values_list("hour", "digest", "entry_count"))
    with time_machine.travel(sealed[0][0] + timedelta(minutes=59), tick=False):
        late = record_change("committed an hour later")
    assert verify_seals() == []
    assert seal_hours(now=timezone.now()) == 1
    assert list(AuditSeal.objects.values_list("hour", "digest", "entry_count"))[:2] == sealed
    newest = AuditSeal.objects.last()
    assert (newest.hour, newest.entry_count, newest.first_entry_id) == (sealed[1][0] + timedelta(hours=1), 1, late.pk)
    assert verify_seals() == []
    assert seal_hours(now=timezone.now()) == 0


def test_a_late_entry_waits_while_no_closed_hour_is_left_to_seal_it():
    write_hours(1)
    hour = AuditEntry.objects.first().occurred_at.replace(minute=0, second=0, microsecond=0)
    assert seal_hours(now=hour + timedelta(minutes=70)) == 1
    with time_machine.travel(hour + timedelta(minutes=30), tick=False):
        record_change("late")
    assert seal_hours(now=hour + timedelta(minutes=80)) == 0
    assert seal_hours(now=hour + timedelta(minutes=130)) == 1
    assert list(AuditSeal.objects.values_list("hour", "entry_count")) == [(hour, 2), (hour + timedelta(hours=1), 1)]
    assert verify_seals() == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM kernel_auditentry WHERE id = %s",
        "UPDATE kernel_auditentry SET reason = 'forged' WHERE id = %s",
        "UPDATE kernel_auditentry SET sealed_hour = NULL WHERE id = %s",
    ],
)
def test_a_late_entry_once_sealed_is_guarded_like_the_others(statement):
    write_hours(2)
    seal_hours(now=timezone.now())
    with time_machine.travel(AuditEntry.objects.first().occurred_at, tick=False):
        late = record_change("late")
    seal_hours(now=timezone.now())
    forge(statement, late.pk)
    assert len(verify_seals()) == 1


def test_a_deleted_entry_shows_in_its_hour():
    write_hours(3)
    seal_hours(now=timezone.now())
    gone = AuditEntry.objects.order_by("pk")[2]
    forge("DELETE FROM kernel_auditentry WHERE id = %s", gone.pk)
    assert verify_seals() == [f"audit seal {gone.occurred_at:%Y-%m-%d %H:00} does not fit its entries"]


def test_an_entry_slipped_under_an_old_seal_shows_there():
    write_hours(2)
    seal_hours(now=timezone.now())
    seal = AuditSeal.objects.first()
    slipped = AuditEntry(occurred_at=seal.hour, action="never happened", sealed_hour=seal.hour)
    slipped.save()
    assert verify_seals() == [f"audit seal {seal.hour:%Y-%m-%d %H:00} does not fit its entries"]


@pytest.mark.skipif("sqlite" in str(connection.vendor), reason="triggers are PostgreSQL's")
def test_postgresql_lets_the_seal_of_an_entry_be_set_once_and_no_more():
    write_hours(1)
    seal_hours(now=timezone.now())
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE kernel_auditentry SET sealed_hour = NULL")
