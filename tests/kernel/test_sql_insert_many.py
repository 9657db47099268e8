"""Rows by the ten thousand, on whichever database the suite runs."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from catalog.models import Channel, Store
from config.kernel.models import ExchangeRate, ImportBatch, ImportRow, JobRun, NumberSeries
from config.kernel.sql import fresh, insert_many

pytestmark = pytest.mark.django_db


def test_each_row_gets_its_own_key():
    rows = [NumberSeries(code=f"s{number}", last=number) for number in range(1_200)]
    insert_many(rows, needs_keys=True)
    assert {row.pk: row.last for row in rows} == dict(NumberSeries.objects.values_list("pk", "last"))
    rows[0].last = 7
    rows[0].save()
    assert NumberSeries.objects.count() == 1_200


def test_keys_of_rows_made_one_by_one_and_of_many_never_meet(django_assert_max_num_queries):
    NumberSeries.objects.create(code="before")
    NumberSeries.objects.filter(code="before").delete()
    many = [NumberSeries(code=f"s{number}") for number in range(1_200)]
    # However many rows: their keys, and one statement that writes them.
    with django_assert_max_num_queries(2):
        insert_many(many, needs_keys=True)
    after = NumberSeries.objects.create(code="after")
    more = [NumberSeries(code="t1"), NumberSeries(code="t2")]
    insert_many(more, needs_keys=True)
    keys = [*(row.pk for row in many), after.pk, *(row.pk for row in more)]
    assert keys == sorted(set(keys))


def test_values_come_back_as_the_orm_writes_them():
    insert_many(
        [JobRun(kind="k", trigger="button", parameters={"a": [1]}, started_at=datetime(2026, 1, 2, 3, tzinfo=UTC))]
    )
    run = JobRun.objects.get()
    assert (run.parameters, run.started_at) == ({"a": [1]}, datetime(2026, 1, 2, 3, tzinfo=UTC))
    assert run.created_at is not None
    insert_many([ExchangeRate(day=datetime(2026, 1, 2, tzinfo=UTC).date(), currency="EUR", rate=Decimal("7.81230000"))])
    assert ExchangeRate.objects.get().rate == Decimal("7.81230000")


def test_encrypted_text_is_encrypted_and_keys_of_others_are_kept():
    batch = ImportBatch.objects.create(layout="x", file_hash="h", file_name="f")
    insert_many([ImportRow(batch_id=batch.pk, row_number=2, raw="secret", state="warned")])
    assert ImportRow.objects.get().raw == "secret"
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw FROM kernel_importrow")
        assert "secret" not in cursor.fetchone()[0]
    channel = Channel.objects.create(code="c", name="c")
    insert_many([Store(code="s", name="s", channel_id=channel.pk, commission_rate=None)])
    assert Store.objects.get().channel == channel


@pytest.mark.parametrize("count", [2, 500])
def test_a_row_that_is_there_already_is_an_error_and_none_is_written(count):
    NumberSeries.objects.create(code="s1", last=7)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many([NumberSeries(code=f"s{number}", last=number) for number in range(count)])
    assert NumberSeries.objects.get().last == 7


def test_nothing_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_many([])


def test_a_fresh_row_is_the_row_that_its_model_makes():
    def held(row):
        return {name: value for name, value in vars(row).items() if name != "_state"}

    channel = Channel.objects.create(code="c", name="c")
    assert held(fresh(Store, code="s", channel_id=channel.pk)) == held(Store(code="s", channel_id=channel.pk))
    first, second = fresh(JobRun, kind="k", trigger="button"), fresh(JobRun, kind="k", trigger="button")
    assert held(first) == held(JobRun(kind="k", trigger="button"))
    assert first.parameters is not second.parameters
    first.save()
    assert JobRun.objects.get().pk == first.pk
    assert second.pk is None
