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
