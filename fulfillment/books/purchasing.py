"""Are purchase orders, their lines and their receipts of one mind?"""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from fulfillment.models import GoodsReceiptLine, PurchaseOrder, PurchaseOrderLine

State = PurchaseOrder.State
OPEN_REST = Q(quantity__gt=F("received_quantity") + F("cancelled_quantity"))


def received_against_receipts() -> Iterator[str]:
    """What a line says has come, and what its receipts say."""
    came = GoodsReceiptLine.objects.filter(order_line=OuterRef("pk")).order_by().values("order_line")
    booked = came.annotate(n=Sum(F("accepted_quantity") + F("damaged_quantity"))).values("n")
    lines = PurchaseOrderLine.objects.annotate(booked=Coalesce(Subquery(booked), 0))
    for line in lines.exclude(booked=F("received_quantity")).select_related("order", "sku").order_by("pk"):
        yield (
            f"purchase order {line.order.number}, {line.sku.code}: {line.received_quantity} received, receipts say"
            f" {line.booked}"
        )


def rest_against_state() -> Iterator[str]:
    """An order that is received or closed waits for nothing, and a rest is called off only by closing."""
    waiting = PurchaseOrderLine.objects.filter(OPEN_REST, order=OuterRef("pk"))
    done = PurchaseOrder.objects.filter(Exists(waiting), state__in=(State.RECEIVED, State.CLOSED))
    for number, state in done.order_by("pk").values_list("number", "state"):
        yield f"purchase order {number}: {state}, but pieces are still to come"
    called_off = PurchaseOrderLine.objects.filter(order=OuterRef("pk"), cancelled_quantity__gt=0)
    for number, state in (
        PurchaseOrder.objects.filter(Exists(called_off))
        .exclude(state=State.CLOSED)
        .order_by("pk")
        .values_list("number", "state")
    ):
        yield f"purchase order {number}: {state}, but a rest is cancelled"
