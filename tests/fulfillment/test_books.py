"""The check of the books finds what does not agree, and nothing where all does."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F

from fulfillment.books import checks
from fulfillment.models import Order, OrderLine, Refund, Reservation, SalesEntry, StockBalance
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.refunds import RefundPiece, refund_lines
from membership.models import Purchase, PurchaseRefund
from tests.fulfillment.factories import NOON, line_of, make_order, make_sku, make_store, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db
BY_STORE = "ledger = purchases by store"


@pytest.fixture
def order():
    """Two paid pieces of which one was shipped and taken back, beside an unpaid order."""
    store, sku = make_store("tmall"), make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 10, cost="3.33")
    order = make_order(store, line_of(sku, 2), paid="20.00")
    make_order(store, line_of(sku, 1))
    line = order.lines.get()
    ship_lines(order, pieces={line.pk: 1}, key="1", shipped_at=NOON)
    piece = RefundPiece(line.pk, 1, Decimal("10.00"))
    refund_lines(order, lines=[piece], source_ref="r1", refunded_at=NOON, restock="available")
    return order


def problems() -> dict[str, int]:
    found = {check.name: len(list(check.run())) for check in checks()}
    return {name: count for name, count in found.items() if count}


def test_sound_books_have_no_problem(order):
    assert problems() == {}


def change(model, where: str = "1 = 1", **values):
    """Change rows behind the back of every service."""
    table = model._meta.db_table
    sets = ", ".join(f'"{name}" = {value}' for name, value in values.items())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # The triggers would refuse it.
            cursor.execute("SELECT set_config('zhanggui.pruning', 'on', true)")
        cursor.execute(f'UPDATE "{table}" SET {sets} WHERE {where}')


@pytest.mark.parametrize(
    ("model", "values", "found"),
    [
        (StockBalance, {"value": "value + 0.01"}, {"balances = movements": 1}),
        (StockBalance, {"on_hand": "on_hand + 1"}, {"balances = movements": 1}),
        (StockBalance, {"reserved": "reserved + 1"}, {"reserved = active reservations": 1}),
        (Reservation, {"quantity": "quantity + 1"}, {"reserved = active reservations": 1}),
        (SalesEntry, {"gross_amount": "gross_amount + 0.01"}, {"ledger = orders": 1, BY_STORE: 1}),
        (Purchase, {"amount": "amount + 1"}, {"purchases = paid orders": 1, BY_STORE: 1}),
        (Purchase, {"source_ref": "'order:nobody'"}, {"purchases = paid orders": 1, "purchases without sale": 1}),
        (PurchaseRefund, {"amount": "amount + 1"}, {"refund facts = refunds": 1, BY_STORE: 1}),
        (PurchaseRefund, {"source_ref": "'nobody'"}, {"refund facts = refunds": 2}),
        (Refund, {"amount": "amount + 1"}, {"refunds = refunded amount": 1}),
        (OrderLine, {"refunded_amount": "refunded_amount + 0.01"}, {"refunds of lines": 2}),
    ],
)
def test_each_difference_is_found(order, model, values, found):
    change(model, **values)
    assert problems() == found


def test_a_state_that_the_pieces_do_not_bear_out_is_found(order):
    Order.objects.filter(pk=order.pk).update(fulfilment_state="part_shipped", payment_state="partial")
    assert problems() == {"payment axis = payments": 1, "dispatch axis = pieces": 1}


def test_the_command_prints_problems_and_its_figures_and_fails(order):
    out = StringIO()
    call_command("check_books", stdout=out)
    assert out.getvalue().splitlines()[-1].startswith("checks=")
    assert out.getvalue().splitlines()[-1].endswith("problems=0")
    StockBalance.objects.update(reserved=F("reserved") + 1)
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("check_books", stdout=out)
    assert end.value.code == 1
    first, last = out.getvalue().splitlines()
    assert first == "reserved = active reservations: stock apple @ main: reserved 2, reservations 1"
    assert last.endswith("problems=1")
