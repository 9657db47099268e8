"""Promises of pieces: made, made firm, given up, and run out. Never more than lie there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import DateField, F, IntegerField, QuerySet, Subquery
from django.utils import timezone

from catalog.models import Sku
from config.kernel.commits import in_small_commits
from config.kernel.sql import Given, WrittenUpdate, insert_new
from fulfillment.models import Bucket, Reservation, StockBalance
from fulfillment.queries.stock import kits_of
from fulfillment.services.stock.postings import short_of_stock
from fulfillment.services.stock.retries import tried_again
from fulfillment.stock_rules import Need, expand_kits, merge_needs

State = Reservation.State


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of a SKU or kit that are to be promised from one warehouse, for an order line where there is one."""

    sku_id: int
    warehouse_id: int
    quantity: int
    order_line_id: int | None = None


class _KnownAlready(Exception):
    """This key has made promises before: what was taken now is given back."""


@tried_again
def reserve_stock(
    lines: Sequence[Wanted], *, key: str, expires_at: datetime | None = None, order_line: int | None = None
) -> list[Reservation]:
    """Promise everything, or nothing: DomainError "stock_short" names each short SKU with wanted and available.

    Kits promise their parts. Lots that expire first go first, those past their day never. Before it refuses, the call
    releases the SKU's holds that have run out and tries once more. The same key again gives the first reservations.
    `order_line` is the line of all wanted pieces that name none.
    """
    if len(lines) == 1 and (made := _reserve_plainly(lines[0], key=key, expires_at=expires_at, order_line=order_line)):
        return made
    needs = needs_of(lines, order_line=order_line)
    try:
        with transaction.atomic():
            made, missing = promise_needs(needs, key=key, expires_at=expires_at)
            if missing:
                raise short_of_stock(_in_words(needs, missing))
            return made
    except _KnownAlready:
        return _known(needs, key=key)


def _reserve_plainly(
    line: Wanted, *, key: str, expires_at: datetime | None, order_line: int | None
) -> list[Reservation]:
    """The common case in one statement: a SKU that is no kit, with all pieces in its first lot. Nothing in others."""
    if line.quantity < 1:
        return []
    need = Need(line.warehouse_id, line.sku_id, line.order_line_id or order_line or 0, line.quantity)
    made = _row(need, need.quantity, place=0, key=key, expires_at=expires_at)
    try:
        return [made] if TAKE.with_row(made, **_taken(need)) else []
    except IntegrityError:
        # The key's second call, at the same time or later. Anything else that is wrong with the row is wrong again.
        return _known([need], key=key)


@tried_again
def reserve_what_is_there(
    lines: Sequence[Wanted], *, key: str, expires_at: datetime | None = None
) -> tuple[list[Reservation], list[Need]]:
    """Promise what lies there and give the rest back as needs that are open: for orders that are sold already."""
    needs = needs_of(lines)
    try:
        with transaction.atomic():
            return promise_needs(needs, key=key, expires_at=expires_at)
    except _KnownAlready:
        return _known(needs, key=key), []


def needs_of(lines: Iterable[Wanted], *, order_line: int | None = None) -> list[Need]:
    """What has to be promised, kits replaced by their parts, in the order of locking."""
    wanted = [line for line in lines if line.quantity > 0]
    kits = kits_of({line.sku_id for line in wanted})
    return merge_needs(
        Need(line.warehouse_id, sku_id, line.order_line_id or order_line or 0, quantity)
        for line in wanted
        for sku_id, quantity in expand_kits({line.sku_id: line.quantity}, kits=kits).items()
    )


def _row_key(key: str, need: Need, place: int) -> str:
    return f"{key}:{need.line_id}:{need.sku_id}:{need.warehouse_id}:{place}"


def _known(needs: Sequence[Need], *, key: str) -> list[Reservation]:
    """The reservations that this key made before: found by their first rows, which have fixed keys."""
    firsts = [_row_key(key, need, 0) for need in needs]
    if not Reservation.objects.filter(idempotency_key__in=firsts).exists():
        return []
    rows = Reservation.objects.filter(sku_id__in={need.sku_id for need in needs}, idempotency_key__startswith=f"{key}:")
    return list(rows.order_by("pk"))


def promise_needs(
    needs: Sequence[Need], *, key: str, expires_at: datetime | None
) -> tuple[list[Reservation], list[Need]]:
    """Promise pieces in the caller's transaction, `needs` in the order of locking; the reservations and what is missing.

    The key is new, or _KnownAlready ends the transaction.
    """
    rows: list[Reservation] = []
    missing: list[Need] = []
    for need in needs:
        taken, left = _take_or_free(need)
        if left:
            missing.append(replace(need, quantity=left))
        rows += [
            _row(need, quantity, place=place, key=key, expires_at=expires_at, lot_id=lot_id)
            for place, (lot_id, quantity) in enumerate(taken.items())
        ]
    if missing and _known(needs, key=key):
        raise _KnownAlready
    return _write(rows), missing


def _row(
    need: Need, quantity: int, *, place: int, key: str, expires_at: datetime | None, lot_id: int | None = None
) -> Reservation:
    row = Reservation(
        idempotency_key=_row_key(key, need, place),
        order_line_id=need.line_id or None,
        sku_id=need.sku_id,
        warehouse_id=need.warehouse_id,
        quantity=quantity,
        expires_at=expires_at,
    )
    if lot_id is not None:
        row.lot_id = lot_id
    return row


def _write(rows: list[Reservation]) -> list[Reservation]:
    """Insert the reservations. Who comes second with a key, or at the same time, is told so by the insert itself."""
    made = insert_new(rows, conflict=["idempotency_key"], returning=["idempotency_key", "id"])
    if len(made) < len(rows):
        raise _KnownAlready
    ids = dict(made)
    for row in rows:
        row.pk, row._state.adding = ids[row.idempotency_key], False
    return rows


def _take_or_free(need: Need) -> tuple[dict[int, int], int]:
    """Pieces by lot and how many nobody has, after the SKU's holds that have run out were freed."""
    taken, left = _take(need)
    if not left or not release_run_out(sku_id=need.sku_id, warehouse_id=need.warehouse_id, now=timezone.now()):
        return taken, left
    more, left = _take(replace(need, quantity=left))
    return {lot_id: taken.get(lot_id, 0) + more.get(lot_id, 0) for lot_id in taken | more}, left


def _take(need: Need) -> tuple[dict[int, int], int]:
    """(pieces by lot, pieces that nobody has): each taken by one conditional UPDATE whose row count decides."""
    lot_id = _take_from_first_lot(need)
    return _take_by_lots(need) if lot_id is None else ({lot_id: need.quantity}, 0)


def _take_from_first_lot(need: Need) -> int | None:
    """Take all pieces of a SKU that is no kit from the lot that goes first; its id, None where they are not there."""
    lots = TAKE(**_taken(need))
    return lots[0][0] if lots else None


def _taken(need: Need) -> dict[str, Any]:
    return {
        "sku": need.sku_id,
        "warehouse": need.warehouse_id,
        "count": need.quantity,
        "today": timezone.localdate(),
    }


def _take_of_first_lot() -> tuple[QuerySet[StockBalance], dict[str, Any]]:
    number = IntegerField()
    rows = _sellable(Given("sku", number), Given("warehouse", number), today=Given("today", DateField()))
    first = Subquery(rows.filter(on_hand__gt=F("reserved"), sku__is_kit=False).values("pk")[:1])
    reserved = F("reserved") + Given("count", number)
    return StockBalance.objects.filter(pk=first, on_hand__gte=reserved), {"reserved": reserved}


TAKE = WrittenUpdate(StockBalance, _take_of_first_lot, returning=["lot"])


def _take_by_lots(need: Need) -> tuple[dict[int, int], int]:
    """`_take` where the first lot has not enough, or somebody else was quicker."""
    taken: dict[int, int] = {}
    left = need.quantity
    while left:
        free = F("on_hand") - F("reserved")
        rows = _sellable(need.sku_id, need.warehouse_id, today=timezone.localdate()).annotate(free=free)
        row = rows.filter(free__gt=0).values_list("pk", "lot_id", "free").first()
        if row is None:
            break
        balance_id, lot_id, available = row
        count = min(left, available)
        promised = StockBalance.objects.filter(pk=balance_id, on_hand__gte=F("reserved") + count)
        # No row changed: somebody else was quicker, and what is left is looked at again.
        if promised.update(reserved=F("reserved") + count):
            taken[lot_id] = taken.get(lot_id, 0) + count
            left -= count
    return taken, left


def _sellable(sku: int | Given, warehouse: int | Given, *, today: date | Given) -> QuerySet[StockBalance]:
    """The balances to take from, first expired first out; a lot past its day is not sold."""
    rows = StockBalance.objects.filter(sku_id=sku, warehouse_id=warehouse, bucket=Bucket.AVAILABLE)
    rows = rows.exclude(lot__expires_on__lt=today)
    return rows.order_by(F("lot__expires_on").asc(nulls_last=True), "lot_id")


def _in_words(needs: Sequence[Need], missing: Sequence[Need]) -> list[dict[str, object]]:
    """What the refusal tells: by SKU, how many were wanted and how many there are."""
    skus = {need.sku_id for need in missing}
    codes = dict(Sku.objects.filter(pk__in=skus).values_list("pk", "code"))
    short: list[dict[str, object]] = []
    for sku_id in sorted(skus, key=lambda one: codes[one]):
        wanted = sum(need.quantity for need in needs if need.sku_id == sku_id)
        lacking = sum(need.quantity for need in missing if need.sku_id == sku_id)
        short.append({"sku": codes[sku_id], "wanted": wanted, "available": wanted - lacking})
    return short


@tried_again
@transaction.atomic(savepoint=False)
def commit_reservations(reservations: Sequence[Reservation]) -> int:
    """Make holds firm: they no longer run out. Returns how many were held; others were given up or committed before."""
    ids = [one.pk for one in reservations]
    return Reservation.objects.filter(pk__in=ids, state=State.HELD).update(state=State.COMMITTED, expires_at=None)


@tried_again
@transaction.atomic
def release_reservations(reservations: Iterable[Reservation]) -> int:
    """Give up promises that are still active; returns the pieces that are free again.

    Exactly the rows that exist are given up: a row that was shipped, released or has run out frees nothing.
    """
    return sum(one.quantity for one in _in_lock_order(reservations) if _end(one, to=State.RELEASED, now=timezone.now()))


def _in_lock_order(reservations: Iterable[Reservation]) -> list[Reservation]:
    return sorted(reservations, key=lambda one: (one.warehouse_id, one.sku_id, one.lot_id, one.pk))


def _end(one: Reservation, *, to: str, now: datetime) -> bool:
    """End an active promise; False when someone else ended or shipped it, or a part of it, meanwhile."""
    active = Reservation.objects.filter(pk=one.pk, state__in=Reservation.ACTIVE_STATES, quantity=one.quantity)
    if to == State.EXPIRED:
        active = active.filter(state=State.HELD, expires_at__lte=now)
    if not active.update(state=to, ended_at=now):
        return False
    _free(one, one.quantity)
    return True


def _free(one: Reservation, count: int) -> None:
    StockBalance.objects.filter(
        sku_id=one.sku_id, warehouse_id=one.warehouse_id, lot_id=one.lot_id, bucket=Bucket.AVAILABLE
    ).update(reserved=F("reserved") - count)


@tried_again
@transaction.atomic
def release_pieces(one: Reservation, count: int) -> int:
    """Give up `count` of a promise's pieces; returns how many are free again, 0 when it was ended or changed meanwhile."""
    if count >= one.quantity:
        return one.quantity if _end(one, to=State.RELEASED, now=timezone.now()) else 0
    active = Reservation.objects.filter(pk=one.pk, state__in=Reservation.ACTIVE_STATES, quantity=one.quantity)
    if not active.update(quantity=F("quantity") - count):
        return 0
    _free(one, count)
    return count


def release_run_out(*, sku_id: int, warehouse_id: int, now: datetime) -> int:
    """Free the holds on one SKU in one warehouse that have run out; returns the pieces. In the caller's transaction."""
    run_out = Reservation.objects.filter(
        sku_id=sku_id, warehouse_id=warehouse_id, state=State.HELD, expires_at__lte=now
    )
    return sum(one.quantity for one in _in_lock_order(run_out) if _end(one, to=State.EXPIRED, now=now))


def expire_holds(*, now: datetime) -> int:
    """Free every hold that has run out, in small transactions; returns how many."""
    run_out = Reservation.objects.filter(state=State.HELD, expires_at__lte=now)
    ended = 0

    def free(holds: list[Reservation]) -> None:
        nonlocal ended
        ended += sum(_end(one, to=State.EXPIRED, now=now) for one in holds)

    in_small_commits(_in_lock_order(run_out), free, largest=100)
    return ended
