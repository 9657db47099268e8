"""What the tests of operations run as programs of their own: a small shop is filled, written on, and told.

`python -m tests.in_django tests.operations.shop fill|write|count|tell`
"""

import hashlib
import json
import sys
from datetime import timedelta
from io import StringIO

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db.models import Sum

from catalog.models import Sku, Store
from config.kernel.key_rotation import encrypted_fields
from fulfillment.models import Order, Payment, SalesEntry, StockBalance, StockMovement
from fulfillment.orders import BuyerInput
from membership.queries import find_customers
from service_desk.models import Attachment, Ticket
from service_desk.services.attachments import attach_file
from service_desk.services.messages import receive_message
from service_desk.services.tickets import NewTicket, open_ticket
from tests.fulfillment.factories import (
    NOON,
    line_of,
    make_order,
    make_sku,
    make_store,
    make_warehouse,
    payment_of,
    put_in_stock,
)

ORDERS = 12
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def buyer(number: int) -> BuyerInput:
    """Somebody with a phone of their own."""
    return BuyerInput(
        id=f"buyer-{number}",
        name=f"王小{number}",
        phone=f"138{number:08d}",
        email=f"wang{number}@example.com",
        address=f"杭州市西湖区{number}号",
        note=f"请放门口 {number}",
    )


def place(number: int) -> Order:
    """An order with its payment, promised stock and sales entries."""
    store, sku = Store.objects.get(), Sku.objects.get()
    at = NOON + timedelta(minutes=number)
    payment = payment_of("20.00", ref=f"pay-for-{number}")
    return make_order(
        store, line_of(sku, 2), payments=(payment,), number=f"N{number}", buyer=buyer(number), placed_at=at
    )


def fill() -> None:
    """Goods, stock, orders, and a ticket with a file."""
    call_command("install_reference", stdout=StringIO())
    store, sku = make_store("own"), make_sku("apple")
    put_in_stock(sku, make_warehouse("main", store=store), 10_000)
    for number in range(ORDERS):
        order = place(number)
    customer = find_customers("13800000001").get()
    ticket = open_ticket(NewTicket("坏了", store, "mail", customer=customer, order=order), now=NOON)
    message = receive_message(ticket, body="收到的苹果坏了，请看图。", sent_at=NOON)
    attach_file(message, file_name="apple.png", content=PICTURE)


def write() -> None:
    """Orders without end, each told when it is committed; ends when nobody listens any more."""
    number = 1000
    while True:
        place(number)
        print(number, flush=True)
        number += 1


def personal() -> dict[str, list[object]]:
    """Every encrypted value of every table, in the clear."""
    return {
        f"{model._meta.label}.{name}": list(model._base_manager.order_by("pk").values_list(name, flat=True))
        for model, name in encrypted_fields()
    }


def attachments() -> list[bool]:
    """Whether each attachment's bytes are those that were sent."""
    return [
        hashlib.sha256(default_storage.open(row.file.name).read()).hexdigest() == row.file_hash
        for row in Attachment.objects.order_by("pk")
    ]


def count() -> None:
    """How many orders there are."""
    print(Order.objects.count())


def tell() -> None:
    """Everything that must be the same after a restore, as one line of JSON."""
    found = {
        "counts": {model._meta.label: model._base_manager.count() for model in apps.get_models()},
        "sums": {
            "sales": str(SalesEntry.objects.aggregate(found=Sum("gross_amount"))["found"]),
            "payments": str(Payment.objects.aggregate(found=Sum("amount"))["found"]),
            "moved": str(StockMovement.objects.aggregate(found=Sum("quantity"))["found"]),
            "stock": list(StockBalance.objects.values_list("on_hand", "reserved")),
        },
        "personal": personal(),
        "found": [[row.number for row in find_customers(f"138{number:08d}")] for number in range(ORDERS)],
        "orders": Order.objects.count(),
        "tickets": Ticket.objects.count(),
        "attachments": attachments(),
    }
    print(json.dumps(found, default=str, ensure_ascii=False))


if __name__ == "__main__":
    {"fill": fill, "write": write, "count": count, "tell": tell}[sys.argv[1]]()
