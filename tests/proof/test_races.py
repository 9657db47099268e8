"""Two at once, on both databases: each has its control, in which the guard is off and the damage is there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Place, copy_of
from tests.proof.programs import at_the_door, books, race, tell

pytestmark = [pytest.mark.race, pytest.mark.process]

GROUND = """
store = Store.objects.create(code="own", name="own", channel=Channel.objects.create(code="own", name="own"))
sku = Sku.objects.create(product=Product.objects.create(code="p", name="p"), code="apple", unit_cost=Decimal("4.00"))
warehouse = Warehouse.objects.create(code="main", name="main")
StoreSupply.objects.create(store=store, warehouse=warehouse)
Listing.objects.create(store=store, sku=sku, code="apple")
delivery = Delivery(sku.pk, warehouse.pk, find_lot(sku).pk, 10, unit_cost=Decimal("4.00"))
receive_stock(delivery, key="r1", occurred_at=timezone.now())
User.objects.create_superuser("root", email="root@example.com", password=None)
User.objects.create_user("other")
"""


@pytest.fixture(scope="module")
def ground(empty: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A shop with ten apples."""
    with copy_of(empty, tmp_path_factory.mktemp("ten-apples") / "shop") as place:
        tell(place, GROUND)
        yield place


@pytest.fixture
def shop(ground: Place, tmp_path: Path) -> Iterator[Place]:
    """A shop of its own for each race."""
    with copy_of(ground, tmp_path / "shop") as place:
        yield place


def needs_many_writers(place: Place) -> None:
    """SQLite's one write lock is held from the first look on: there nobody can come between."""
    if place.database_url.startswith("sqlite"):
        pytest.skip("SQLite lets one writer in at a time, whatever the code does")


BUY = """
at_the_door()
for turn in range(10):
    try:
        reserve_stock([Wanted(Sku.objects.get().pk, Warehouse.objects.get().pk, 1)], key=f"{me}:{turn}")
        print("got")
    except DomainError as error:
        print(error.code)
"""
# The house's own order of steps, looking and then writing, without the condition that makes them one.
BUY_BLINDLY = """
balance = StockBalance.objects.get()
at_the_door()
if balance.on_hand - balance.reserved >= 8:
    StockBalance.objects.filter(pk=balance.pk).update(reserved=balance.reserved + 8)
    print("got")
"""


def test_ten_pieces_are_promised_ten_times(shop: Place) -> None:
    assert race(shop, BUY, BUY) == {"got": 10, "stock_short": 10}
    assert tell(shop, "print(StockBalance.objects.get().reserved)") == "10"
    assert books(shop) == "problems=0"


def test_control_looking_before_writing_promises_sixteen_of_ten(shop: Place) -> None:
    assert race(shop, BUY_BLINDLY, BUY_BLINDLY) == {"got": 2}
    assert tell(shop, "print(StockBalance.objects.get().reserved)") == "8"


ORDER = """
from fulfillment.services import drafts
from fulfillment.services.intake import take_in_order
line = LineInput(Sku.objects.get().pk, 1, Decimal("10.00"), code="apple")
paid = PaymentInput(Decimal("10.00"), timezone.now(), "pay-T1-{pay}")
order = OrderInput("T1", timezone.now(), (line,), payments=(paid,))
"""
SEND = """
at_the_door()
for turn in range(10):
    print(take_in_order(Store.objects.get(), order=order).outcome)
"""
SEND_BLINDLY = """
def look_and_create(rows, *, conflict):
    known = Order.objects.filter(external_number=rows[0].external_number).exists()
    at_the_door()
    if known:
        return []
    rows[0].save()
    return [(rows[0].pk,)]
drafts.insert_new = look_and_create
from fulfillment.services import intake
try:
    print(take_in_order(Store.objects.get(), order=order).outcome)
except IntegrityError:
    print("refused")
"""
NO_CONSTRAINT = """
[once] = [one for one in Order._meta.constraints if getattr(one, "fields", ()) == ("store", "external_number")]
with connection.schema_editor() as editor:
    editor.remove_constraint(Order, once)
"""


def sent(code: str) -> list[str]:
    return [ORDER.replace("{pay}", str(me)) + code for me in range(2)]


def test_the_same_order_of_a_channel_twenty_times_at_once_is_one(shop: Place) -> None:
    assert race(shop, *[ORDER + SEND] * 2) == {"created": 1, "same": 19}
    assert tell(shop, "print(Order.objects.count(), SalesEntry.objects.count())") == "1 1"
    assert books(shop) == "problems=0"


def test_control_an_order_that_is_looked_for_first_is_refused_by_the_table_alone(shop: Place) -> None:
    needs_many_writers(shop)
    assert race(shop, *sent(SEND_BLINDLY)) == {"created": 1, "refused": 1}


def test_control_without_the_tables_constraint_it_is_there_twice(shop: Place) -> None:
    needs_many_writers(shop)
    tell(shop, NO_CONSTRAINT)
    assert race(shop, *sent(SEND_BLINDLY)) == {"created": 2}


KEY = """
from rest_framework.response import Response
from config.kernel import idempotency
request = SimpleNamespace(headers={"Idempotency-Key": "k"}, user=User.objects.get(username="root"), method="POST",
                          path="/", data={"a": 1})
def work():
    WorkItem.objects.create(kind="made", title="made by {me}", source_ref="")
    return Response({"made": 1}, status=201)
"""
ASK = """
at_the_door()
answer = idempotency.once(request, work)
print("replayed" if answer.headers.get("Idempotency-Replayed") else answer.status_code)
"""
ASK_WITHOUT = "idempotency.insert_new = lambda rows, conflict: [(1,)]" + ASK
MADE = "print(WorkItem.objects.filter(kind='made').count())"


def test_one_idempotency_key_used_at_once_is_carried_out_once(shop: Place) -> None:
    words = race(shop, *[KEY + ASK] * 3)
    # Who comes second waits, or is given the first answer.
    assert words["201"] == 1
    assert words["409"] + words["replayed"] == 2
    assert tell(shop, MADE) == "1"


def test_control_without_the_key_row_it_is_carried_out_each_time(shop: Place) -> None:
    assert race(shop, *[KEY + ASK_WITHOUT] * 3) == {"201": 3}
    assert tell(shop, MADE) == "3"


UNPAID = """
line = LineInput(Sku.objects.get().pk, 2, Decimal("10.00"), code="apple")
for number in range({orders}):
    place_order(Store.objects.get(), order=OrderInput(f"T{number}", timezone.now(), (line,)))
Order.objects.update(expires_at=timezone.now() - timedelta(hours=2))
"""
PAY = """
at_the_door()
for order in Order.objects.order_by("pk"):
    record_payment(order, payment=PaymentInput(Decimal("20.00"), timezone.now(), f"pay-{order.number}"))
"""
RUN_OUT = """
at_the_door()
expire_unpaid(now=timezone.now())
"""
# The order is read and not owned, and its state is written without looking: the payment comes between.
RUN_OUT_BLINDLY = """
from fulfillment.services import orders
orders.own_order = lambda pk, seen={}: seen.setdefault(pk, Order.objects.select_related("store__channel").get(pk=pk))
def move_blindly(order, *, to, reason="", at=None, **stamps):
    Order.objects.filter(pk=order.pk).update(state=to, **stamps)
orders.move_order = move_blindly
orders.derive_fulfilment = lambda order, **more: None
stop_before(orders, "cancel_order")
expire_unpaid(now=timezone.now())
"""
UNANSWERED = """
gone = Order.objects.filter(state="cancelled", paid_amount__gt=0).count()
print(gone - WorkItem.objects.filter(kind="paid_after_cancel").count(), StockBalance.objects.get().reserved
      - 2 * Order.objects.filter(state="confirmed").count())
"""


def test_an_order_paid_while_it_runs_out_is_kept_or_its_money_is_asked_back(shop: Place) -> None:
    tell(shop, UNPAID.replace("{orders}", "5"))
    race(shop, PAY, RUN_OUT)
    assert tell(shop, UNANSWERED) == "0 0"
    assert books(shop) == "problems=0"


def test_control_an_order_that_nobody_owns_is_paid_and_cancelled(shop: Place) -> None:
    needs_many_writers(shop)
    tell(shop, UNPAID.replace("{orders}", "1"))
    with at_the_door(shop, RUN_OUT_BLINDLY):
        tell(shop, PAY.replace("at_the_door()", ""))
    assert tell(shop, UNANSWERED).split()[0] == "1"
    assert "problems=0" not in books(shop)


TICKET = """
from service_desk.models import Ticket
from service_desk.services import tickets
ticket = tickets.open_ticket(
    tickets.NewTicket(subject="Late", store=Store.objects.get(), contact_channel="chat"), now=timezone.now())
"""
TAKE = """
from service_desk.models import Ticket, TicketEvent
from service_desk.services import tickets
ticket, me = Ticket.objects.select_related("assignee").get(), User.objects.order_by("pk")[{me}]
{guard}
at_the_door()
try:
    tickets.assign_ticket(ticket, to=me, now=timezone.now())
    print("taken")
except DomainError as error:
    print(error.code)
"""


def take(guard: str = "") -> list[str]:
    return [TAKE.replace("{guard}", guard)] * 2


def test_two_who_take_one_ticket_do_not_both_get_it(shop: Place) -> None:
    tell(shop, TICKET)
    assert race(shop, *take()) == {"taken": 1, "ticket_taken": 1}


def test_control_a_ticket_taken_without_looking_at_its_agent_is_taken_twice(shop: Place) -> None:
    tell(shop, TICKET)
    blind = 'tickets.Ticket, tickets.move_ticket = Blind(Ticket, "assignee"), lambda *_, **more: None'
    assert race(shop, *take(blind)) == {"taken": 2}
