"""Tasks of people: one open for one cause, and a trail of every move."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.kernel.actor import acting_as
from config.kernel.errors import DomainError
from config.kernel.models import User, WorkItem
from config.kernel.work_items import close_work_items, move_work_item, open_work_item

pytestmark = pytest.mark.django_db


def opened(source_ref="order:1", **values):
    return open_work_item("short_stock", title="Two pieces short", source_ref=source_ref, **values)


def moves_of(item):
    return list(item.events.values_list("from_state", "to_state", "reason"))


def test_a_cause_has_one_open_item_and_a_new_one_once_it_is_closed():
    first = opened(priority=1)
    assert opened(priority=3).pk == first.pk
    assert WorkItem.objects.get().priority == 1
    move_work_item(first, to="done")
    second = opened()
    assert second.pk != first.pk
    assert WorkItem.objects.count() == 2


def test_other_causes_and_other_kinds_are_other_items():
    opened("order:1")
    opened("order:2")
    open_work_item("call_customer", title="Call", source_ref="order:1")
    assert WorkItem.objects.count() == 3


def test_the_table_itself_refuses_a_second_open_item_of_a_cause():
    opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.create(kind="short_stock", title="Again", source_ref="order:1")
    assert WorkItem.objects.count() == 1


def test_every_move_leaves_who_and_why():
    person = User.objects.create_user("li")
    item = opened()
    with acting_as(person):
        move_work_item(item, to="doing", reason="I take it")
        move_work_item(item, to="dropped", reason="sold elsewhere")
    assert moves_of(item) == [("", "open", ""), ("open", "doing", "I take it"), ("doing", "dropped", "sold elsewhere")]
    assert list(item.events.values_list("actor", flat=True)) == [None, person.pk, person.pk]


def test_a_closed_item_has_the_time_and_an_open_one_has_none():
    item = opened()
    before = timezone.now()
    assert move_work_item(item, to="done").finished_at >= before
    assert move_work_item(item, to="open").finished_at is None


def test_a_move_outside_the_table_changes_nothing():
    item = opened()
    move_work_item(item, to="done")
    with pytest.raises(DomainError) as caught:
        move_work_item(item, to="doing")
    assert caught.value.code == "transition_not_allowed"
    item.refresh_from_db()
    assert item.state == "done"
    assert item.events.count() == 2


def test_of_two_people_who_move_it_at_once_one_is_told():
    item = opened()
    mine, theirs = WorkItem.objects.get(pk=item.pk), WorkItem.objects.get(pk=item.pk)
    move_work_item(mine, to="done")
    with pytest.raises(DomainError) as caught:
        move_work_item(theirs, to="dropped")
    assert caught.value.code == "changed_meanwhile"
    item.refresh_from_db()
    assert (item.state, item.events.count()) == ("done", 2)


def test_a_cause_that_is_gone_closes_its_items_and_no_others():
    opened("order:1")
    other = opened("order:2")
    assert close_work_items("short_stock", source_ref="order:1", reason="stock came") == 1
    assert close_work_items("short_stock", source_ref="order:1") == 0
    assert list(WorkItem.objects.filter(state="open")) == [other]
