"""The scheduled tasks of live orders and stock, each run twice, and the guard of the ledgers."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from config.kernel.jobs import work_on_run
from config.kernel.models import JobRun
from fulfillment.models import Order, Reservation, StockMovement, StockSnapshot
from fulfillment.tasks import expire, take_stock_snapshot
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return make_store("tmall")


@pytest.fixture
def sku(store):
    sku = make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 10)
    return sku


def test_what_has_run_out_is_freed_once(store, sku):
    make_order(store, line_of(sku, 4))
    fresh = make_order(store, line_of(sku, 3), placed_at=timezone.now() + timedelta(minutes=1))
    for _again in range(2):
        expire()
    assert list(Order.objects.order_by("pk").values_list("state", flat=True)) == ["cancelled", "new"]
    assert Reservation.objects.get(order_line__order=fresh).state == "held"


def test_the_snapshot_of_a_night_is_one_run(store, sku):
    for _again in range(2):
        take_stock_snapshot()
    run = JobRun.objects.get(kind="stock_snapshot")
    work_on_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.result) == ("succeeded", {"rows": 1})
    row = StockSnapshot.objects.get()
    assert (row.day, row.on_hand) == (timezone.localdate() - timedelta(days=1), 10)


def test_the_database_itself_refuses_to_change_a_movement(store, sku):
    if connection.vendor != "postgresql":
        pytest.skip("triggers guard the ledgers on PostgreSQL only")
    movement = StockMovement.objects.get()
    table = StockMovement._meta.db_table
    for statement in (f"UPDATE {table} SET quantity = 99", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    movement.refresh_from_db()
    assert movement.quantity == 10
