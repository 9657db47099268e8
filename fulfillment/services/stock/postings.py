"""The one place that changes what lies on hand: a balance row and its movement, together."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Sku
from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.sql import insert_new
from fulfillment.models import Bucket, StockBalance, StockMovement
from fulfillment.stock_rules import NOTHING, average_cost, value_of_incoming, value_of_outgoing


@dataclass(frozen=True, slots=True)
class Place:
    """One balance: a SKU in a warehouse, by lot and by what can be done with the pieces."""

    sku_id: int
    warehouse_id: int
    lot_id: int
    bucket: str = Bucket.AVAILABLE


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement to be made. `quantity` is signed; `from_reserved` of the pieces going out were promised before."""

    place: Place
    kind: str
    quantity: int
    occurred_at: datetime
    unit_cost: Decimal | None = None
    from_reserved: int = 0
    document_ref: str = ""
    actor: User | None = None
    reason: str = ""
    reverses: StockMovement | None = None
    is_assumed: bool = False


class _PostedMeanwhile(Exception):
    """Another process posted the same key between our look and our insert."""


def post(posting: Posting, *, key: str) -> StockMovement:
    """Make a movement and change its balance; the same key again gives the first movement and moves nothing.

    Pieces going out are valued at the balance's moving average, pieces coming in at `unit_cost`, without one at the
    average or the SKU's newest cost. Raises DomainError "stock_short" when the free pieces do not reach.
    """
    known = StockMovement.objects.filter(idempotency_key=key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return _post(posting, key=key)
    except _PostedMeanwhile:
        return StockMovement.objects.get(idempotency_key=key)


def _post(posting: Posting, *, key: str) -> StockMovement:
    balance = _move_pieces(posting)
    value, unit_cost = _value(posting, balance)
    StockBalance.objects.filter(pk=balance.pk).update(value=balance.value + value)
    place = posting.place
    movement = StockMovement(
        idempotency_key=key,
        kind=posting.kind,
        sku_id=place.sku_id,
        warehouse_id=place.warehouse_id,
        lot_id=place.lot_id,
        bucket=place.bucket,
        quantity=posting.quantity,
        unit_cost=unit_cost,
        value=value,
        on_hand_after=balance.on_hand,
        document_ref=posting.document_ref,
        actor=posting.actor,
        reason=posting.reason[:200],
        reverses=posting.reverses,
        is_assumed=posting.is_assumed,
        occurred_at=posting.occurred_at,
    )
    inserted = insert_new([movement], conflict=["idempotency_key"])
    if not inserted:
        raise _PostedMeanwhile
    return StockMovement.objects.get(pk=inserted[0][0])


def _move_pieces(posting: Posting) -> StockBalance:
    """Change `on_hand` by one conditional UPDATE and give the row as it is then.

    The UPDATE owns the row until the transaction ends, so what is read after it cannot change under us.
    """
    place, quantity = posting.place, posting.quantity
    row = {
        "sku_id": place.sku_id,
        "warehouse_id": place.warehouse_id,
        "lot_id": place.lot_id,
        "bucket": place.bucket,
    }
    rows = StockBalance.objects.filter(**row)
    if quantity > 0 and not rows.exists():
        insert_new([StockBalance(**row)], conflict=["sku", "warehouse", "lot", "bucket"])
    enough = rows.filter(on_hand__gte=F("reserved") - quantity - posting.from_reserved)
    enough = enough.filter(reserved__gte=posting.from_reserved)
    moved = enough.update(on_hand=F("on_hand") + quantity, reserved=F("reserved") - posting.from_reserved)
    if not moved:
        raise short_of_stock([_missing(place, wanted=-quantity)])
    return rows.get()


def _missing(place: Place, *, wanted: int) -> dict[str, object]:
    balance = StockBalance.objects.filter(
        sku_id=place.sku_id, warehouse_id=place.warehouse_id, lot_id=place.lot_id, bucket=place.bucket
    ).first()
    code = Sku.objects.values_list("code", flat=True).get(pk=place.sku_id)
    free = balance.on_hand - balance.reserved if balance else 0
    return {"sku": code, "wanted": wanted, "available": free}


def short_of_stock(short: list[dict[str, object]]) -> DomainError:
    """The refusal for lack of stock; `short` holds sku, wanted and available for each SKU."""
    words = _("Not enough stock of %(skus)s.") % {"skus": ", ".join(str(one["sku"]) for one in short)}
    return DomainError("stock_short", words, detail={"lines": short})


def _value(posting: Posting, balance: StockBalance) -> tuple[Decimal, Decimal | None]:
    """(change of value, cost of a piece) of a posting; `balance` holds the pieces after it and the value before it."""
    before = balance.on_hand - posting.quantity
    if posting.quantity < 0:
        gone = value_of_outgoing(-posting.quantity, on_hand=before, value=balance.value)
        return -gone, average_cost(on_hand=before, value=balance.value)
    if not posting.quantity:
        return NOTHING, None
    unit_cost = posting.unit_cost
    if unit_cost is None:
        unit_cost = average_cost(on_hand=before, value=balance.value)
    if unit_cost is None:
        unit_cost = Sku.objects.values_list("unit_cost", flat=True).get(pk=balance.sku_id)
    if unit_cost is None:
        return NOTHING, None
    return value_of_incoming(posting.quantity, unit_cost=unit_cost), unit_cost
