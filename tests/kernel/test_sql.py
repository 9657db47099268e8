"""The two raw statements, on whichever database the suite runs."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, IntegerField, Q, Subquery

from config.kernel.models import JobRun, NumberSeries, WorkItem
from config.kernel.numbers import next_number, next_numbers
from config.kernel.sql import Given, WrittenUpdate, claim, insert_new, update_rows
from config.kernel.work_items import open_work_item

pytestmark = pytest.mark.django_db


def test_only_new_rows_are_inserted_and_told():
    first = insert_new([NumberSeries(code="a", last=1), NumberSeries(code="b", last=2)], conflict=["code"])
    again = insert_new([NumberSeries(code="b", last=9), NumberSeries(code="c")], conflict=["code"], returning=["code"])
    assert len(first) == 2
    assert again == [("c",)]
    assert dict(NumberSeries.objects.values_list("code", "last")) == {"a": 1, "b": 2, "c": 0}


def test_many_rows_pass_the_parameter_limit():
    rows = [NumberSeries(code=f"s{number}") for number in range(1500)]
    assert len(insert_new(rows, conflict=["code"])) == 1500


def test_automatic_times_and_json_are_written_as_the_orm_writes_them():
    [(pk,)] = insert_new([JobRun(kind="k", trigger="button", parameters={"a": [1]})], conflict=["dedupe_key"])
    run = JobRun.objects.get(pk=pk)
    assert run.created_at is not None
    assert run.parameters == {"a": [1]}


def test_a_claim_takes_what_fits_and_nothing_else():
    NumberSeries.objects.bulk_create(
        [NumberSeries(code=code, last=last) for code, last in (("a", 0), ("b", 0), ("c", 5))]
    )
    taken = claim(NumberSeries, where=Q(last=0), values={"last": F("last") + 7}, limit=5, returning=("code", "last"))
    assert sorted(taken) == [("a", 7), ("b", 7)]
    assert claim(NumberSeries, where=Q(last=0), values={"last": 1}) == []


def test_rows_that_were_changed_are_told_as_they_are_now():
    NumberSeries.objects.bulk_create([NumberSeries(code=code, last=last) for code, last in (("a", 1), ("b", 5))])
    first = NumberSeries.objects.order_by("code").values("pk")[:1]
    small = NumberSeries.objects.filter(pk=Subquery(first), last__lt=2)
    assert update_rows(small, values={"last": F("last") + 1}, returning=["code", "last"]) == [("a", 2)]
    assert update_rows(small, values={"last": F("last") + 1}) == []
    assert dict(NumberSeries.objects.values_list("code", "last")) == {"a": 2, "b": 5}


def test_a_statement_that_is_written_once_takes_other_values_each_time(django_assert_num_queries):
    NumberSeries.objects.bulk_create([NumberSeries(code=code, last=last) for code, last in (("a", 1), ("b", 5))])
    written = []

    def write():
        written.append(1)
        rows = NumberSeries.objects.filter(last__gte=Given("least", IntegerField()), code__in=["a", "b"])
        return rows, {"last": F("last") - Given("count", IntegerField())}

    take = WrittenUpdate(NumberSeries, write, returning=["code", "last"])
    with django_assert_num_queries(3):
        assert take(least=3, count=2) == [("b", 3)]
        assert take(least=4, count=4) == []
        assert sorted(take(least=1, count=1)) == [("a", 0), ("b", 2)]
    assert written == [1]


def _moved_on():
    rows = NumberSeries.objects.filter(code=Given("code", CharField()), last__lt=3)
    return rows, {"last": F("last") + Given("count", IntegerField())}


@pytest.mark.parametrize("within", [True, False], ids=["in a transaction", "alone"])
@pytest.mark.django_db(transaction=True)
def test_a_row_is_written_with_the_change_it_tells_of_or_neither(within):
    NumberSeries.objects.create(code="a", last=1)
    move = WrittenUpdate(NumberSeries, _moved_on, returning=["last"])
    with transaction.atomic() if within else nullcontext():
        row = NumberSeries(code="b")
        assert move.with_row(row, code="a", count=2)
        assert (row.last, NumberSeries.objects.get(pk=row.pk).last) == (3, 3)
        assert not move.with_row(NumberSeries(code="c"), code="a", count=2), "the change fits no row any more"
        NumberSeries.objects.filter(code="a").update(last=2)
        with pytest.raises(IntegrityError):
            move.with_row(NumberSeries(code="b"), code="a", count=2)
    assert dict(NumberSeries.objects.values_list("code", "last")) == {"a": 2, "b": 3}


def test_a_partial_unique_index_is_a_conflict_too():
    first = open_work_item("short_stock", title="A", source_ref="order:1")
    second = open_work_item("short_stock", title="B", source_ref="order:1")
    assert first == second
    assert WorkItem.objects.count() == 1
    assert first.events.count() == 1


def test_numbers_run_on_and_never_repeat():
    day = date(2026, 11, 23)
    assert next_number("SO", day=day) == "SO26112300001"
    assert next_numbers("SO", day=day, count=3) == ["SO26112300002", "SO26112300003", "SO26112300004"]
    assert next_number("PO", day=day) == "PO26112300001"
