"""Stock: balances, movements and reservations."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, QuerySet, When

from fulfillment.books.sums import NO_MONEY, NO_PIECES, sum_of
from fulfillment.models import Reservation, StockBalance, StockMovement


def _of_place(model: Any, **where: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(
        sku_id=OuterRef("sku_id"), warehouse_id=OuterRef("warehouse_id"), lot_id=OuterRef("lot_id"), **where
    )
    return found


def balances_against_movements() -> Iterator[str]:
    """Pieces and value of each balance are the sums of its movements."""
    moves = _of_place(StockMovement, bucket=OuterRef("bucket"))
    rows = StockBalance.objects.annotate(
        moved=sum_of(moves, by="bucket", of="quantity", nothing=NO_PIECES),
        worth=sum_of(moves, by="bucket", of="value", nothing=NO_MONEY),
    ).select_related("sku", "warehouse")
    for row in rows.iterator():
        # SQLite adds money as floats: the comparison is of cents.
        if row.on_hand != row.moved or row.value != row.worth.quantize(row.value):
            yield (
                f"stock {row.sku.code} @ {row.warehouse.code} {row.bucket}: on hand {row.on_hand} worth {row.value}, "
                f"movements {row.moved} worth {row.worth}"
            )


def movements_without_balance() -> Iterator[str]:
    """Every movement has its balance row."""
    balance = _of_place(StockBalance, bucket=OuterRef("bucket"))
    rows = StockMovement.objects.filter(~Exists(balance))
    for key in rows.order_by("pk").values_list("idempotency_key", flat=True).iterator():
        yield f"movement {key}: there is no balance"


def reserved_against_reservations() -> Iterator[str]:
    """What counts as reserved are the held and committed reservations."""
    active = _of_place(Reservation, state__in=Reservation.ACTIVE_STATES)
    promised = Case(
        When(bucket="available", then=sum_of(active, by="lot_id", of="quantity", nothing=NO_PIECES)),
        default=NO_PIECES,
        output_field=IntegerField(),
    )
    rows = StockBalance.objects.annotate(promised=promised).exclude(reserved=F("promised"))
    for row in rows.select_related("sku", "warehouse").iterator():
        yield f"stock {row.sku.code} @ {row.warehouse.code}: reserved {row.reserved}, reservations {row.promised}"
