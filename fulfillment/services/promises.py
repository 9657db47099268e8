"""What an order's lines are promised from which warehouse, and the shortage where nobody has it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.commits import in_small_commits
from config.kernel.work_items import close_work_items, open_work_item
from fulfillment.models import Order, OrderLine, Reservation, ShortLine, StoreSupply
from fulfillment.queries.stock import kits_of, offers_for_store, sku_codes
from fulfillment.services.contents import Contents
from fulfillment.services.stock import (
    Wanted,
    commit_reservations,
    release_reservations,
    reserve_stock,
    reserve_what_is_there,
)
from fulfillment.services.stock.postings import short_of_stock
from fulfillment.services.stock.reservations import promise_needs, release_pieces, release_run_out
from fulfillment.services.stock.retries import tried_again
from fulfillment.stock_rules import Need, Offer, expand_kits, merge_needs, spread_over_warehouses

SHORTAGE = "order_short"


@dataclass(frozen=True, slots=True)
class _Missing:
    line_id: int
    sku_id: int
    quantity: int


def moved_lines(order: Order) -> list[OrderLine]:
    """The lines that are counted, promised and shipped."""
    return Contents(order).moved


def promise_all(contents: Contents) -> None:
    """Promise everything an own order wants until it runs out, or raise DomainError "stock_short"."""
    order = contents.order
    wanted, missing = _plan_or_free(contents)
    if missing:
        raise short_of_stock(_in_words(contents, missing))
    contents.promises = reserve_stock(wanted, key=f"order:{order.number}", expires_at=order.expires_at)


def promise_what_is_there(contents: Contents) -> None:
    """Promise to a new order what the store's warehouses have; the rest becomes shortages and a work item."""
    order = contents.order
    wanted, missing = _plan_or_free(contents)
    # The plan has taken kits apart, and a number that was just given out has no promises yet.
    needs = merge_needs(Need(one.warehouse_id, one.sku_id, one.order_line_id or 0, one.quantity) for one in wanted)
    contents.promises, late = promise_needs(needs, key=f"order:{order.number}", expires_at=order.expires_at)
    # Somebody else took pieces between the plan and the promise: they are missing as well.
    missing += [_Missing(need.line_id, need.sku_id, need.quantity) for need in late]
    if missing:
        _open_shortages(order, missing)


def make_firm(contents: Contents) -> None:
    """The order's promises no longer run out; those that have run out meanwhile are no longer among them."""
    held = [one for one in contents.promises if one.state == Reservation.State.HELD]
    if held and commit_reservations(held) < len(held):
        del contents.promises


def promise_again(contents: Contents) -> None:
    """Promise what an order paid late has lost: its hold had run out and the pieces were free for others."""
    order = contents.order
    kept = {one.order_line_id for one in contents.promises}
    lost = [line for line in contents.moved if line.pk not in kept]
    if not lost or ShortLine.objects.filter(order_line__order=order).exists():
        return
    wanted, missing = _plan(contents, lines=lost)
    made, late = reserve_what_is_there(wanted, key=f"order:{order.number}:again")
    commit_reservations(made)
    del contents.promises
    missing += [_Missing(need.line_id, need.sku_id, need.quantity) for need in late]
    if missing:
        _open_shortages(order, missing)


def _plan_or_free(contents: Contents) -> tuple[list[Wanted], list[_Missing]]:
    """The plan; where pieces are missing, made again after the holds on them that have run out were freed."""
    wanted, missing = _plan(contents, lines=contents.moved)
    if not missing:
        return wanted, missing
    supplies = StoreSupply.objects.filter(store_id=contents.order.store_id).values_list("warehouse_id", flat=True)
    now = timezone.now()
    freed = [
        release_run_out(sku_id=sku_id, warehouse_id=warehouse_id, now=now)
        for warehouse_id in sorted(supplies)
        for sku_id in sorted({one.sku_id for one in missing})
    ]
    return _plan(contents, lines=contents.moved) if any(freed) else (wanted, missing)


def _plan(contents: Contents, *, lines: Sequence[OrderLine]) -> tuple[list[Wanted], list[_Missing]]:
    """Which warehouse is asked for what, line by line, by the store's priorities and less what they hold back."""
    pieces = [
        (line.pk, sku_id, quantity)
        for line in lines
        if line.sku_id
        for sku_id, quantity in expand_kits({line.sku_id: line.quantity}, kits=contents.goods.kits).items()
    ]
    offers = dict(offers_for_store(contents.order.store_id, sku_ids={sku_id for _line, sku_id, _count in pieces}))
    wanted: list[Wanted] = []
    missing: list[_Missing] = []
    for line_id, sku_id, quantity in pieces:
        given, left = spread_over_warehouses(quantity, offers=offers[sku_id])
        wanted += [Wanted(sku_id, warehouse, count, line_id) for warehouse, count in given.items()]
        offers[sku_id] = [_less(offer, given.get(offer.warehouse_id, 0)) for offer in offers[sku_id]]
        if left:
            missing.append(_Missing(line_id, sku_id, left))
    return wanted, missing


def _less(offer: Offer, count: int) -> Offer:
    return Offer(offer.warehouse_id, offer.free - count, offer.buffer)


def _in_words(contents: Contents, missing: Sequence[_Missing]) -> list[dict[str, object]]:
    wanted: dict[int, int] = {}
    for line in contents.moved:
        for sku_id, count in expand_kits({line.sku_id or 0: line.quantity}, kits=contents.goods.kits).items():
            wanted[sku_id] = wanted.get(sku_id, 0) + count
    lacking: dict[int, int] = {}
    for one in missing:
        lacking[one.sku_id] = lacking.get(one.sku_id, 0) + one.quantity
    codes = sku_codes(lacking)
    return [
        {"sku": codes[sku_id], "wanted": wanted[sku_id], "available": wanted[sku_id] - lacking[sku_id]}
        for sku_id in sorted(lacking, key=lambda one: codes[one])
    ]


def _open_shortages(order: Order, missing: Sequence[_Missing]) -> None:
    counts: dict[tuple[int, int], int] = {}
    for one in missing:
        counts[one.line_id, one.sku_id] = counts.get((one.line_id, one.sku_id), 0) + one.quantity
    first = StoreSupply.objects.filter(store_id=order.store_id).order_by("priority", "pk").first()
    ShortLine.objects.bulk_create(
        ShortLine(
            order_line_id=line_id, sku_id=sku_id, quantity=count, warehouse_id=first.warehouse_id if first else None
        )
        for (line_id, sku_id), count in counts.items()
    )
    codes = sku_codes({sku_id for _line, sku_id in counts})
    open_work_item(
        SHORTAGE,
        title=_("%(number)s lacks stock") % {"number": order.number},
        source_ref=f"order:{order.number}",
        link=reverse("orders:order", args=[order.number]),
        store_code=order.store.code,
        body="\n".join(f"{codes[sku_id]} × {count}" for (_line, sku_id), count in sorted(counts.items())),
    )


def give_up_promises(order: Order) -> int:
    """Release exactly the promises that exist and close the shortages; returns the pieces that are free again."""
    ShortLine.objects.filter(order_line__order=order, state=ShortLine.State.OPEN).update(
        state=ShortLine.State.CANCELLED, ended_at=timezone.now()
    )
    close_work_items(SHORTAGE, source_ref=f"order:{order.number}")
    return release_reservations(Contents(order).promises)


def left_to_ship(lines: Sequence[OrderLine]) -> dict[int, int]:
    """By line, how many are still promised or missing, in the line's own units: kits count as kits."""
    per_piece = _pieces_per_unit(lines)
    counts: dict[tuple[int, int], int] = {}
    ids = [line.pk for line in lines]
    promised = Reservation.objects.filter(order_line_id__in=ids, state__in=Reservation.ACTIVE_STATES)
    missing = ShortLine.objects.filter(order_line_id__in=ids, state=ShortLine.State.OPEN)
    columns = ("order_line_id", "sku_id", "quantity")
    for line_id, sku_id, quantity in [*promised.values_list(*columns), *missing.values_list(*columns)]:
        place = (line_id or 0, sku_id)
        counts[place] = counts.get(place, 0) + quantity
    return {
        line.pk: min(counts.get((line.pk, sku_id), 0) // needed for sku_id, needed in per_piece[line.pk].items())
        for line in lines
        if per_piece[line.pk]
    }


def _pieces_per_unit(lines: Sequence[OrderLine]) -> dict[int, dict[int, int]]:
    kits = kits_of({line.sku_id for line in lines if line.sku_id})
    return {line.pk: expand_kits({line.sku_id: 1}, kits=kits) if line.sku_id else {} for line in lines}


def choose_pieces(line: OrderLine, units: int) -> dict[int, tuple[Reservation, int]] | None:
    """Which promises `units` of a line come from, {promise id: (promise, pieces)}; None when they do not reach."""
    chosen: dict[int, tuple[Reservation, int]] = {}
    for sku_id, needed in _pieces_per_unit([line])[line.pk].items():
        left = needed * units
        rows = Reservation.objects.filter(order_line=line, sku_id=sku_id, state__in=Reservation.ACTIVE_STATES)
        for one in rows.order_by("pk"):
            count = min(left, one.quantity)
            if count:
                chosen[one.pk] = (one, count)
                left -= count
        if left:
            return None
    return chosen


def take_off_promise(line: OrderLine, units: int) -> None:
    """Give up `units` of a line that will not be shipped: missing pieces first, then promised ones."""
    for sku_id, needed in _pieces_per_unit([line])[line.pk].items():
        left = needed * units
        short = ShortLine.objects.filter(order_line=line, sku_id=sku_id, state=ShortLine.State.OPEN).first()
        if short is not None:
            count = min(left, short.quantity)
            _reduce_shortage(short, count, to=ShortLine.State.CANCELLED)
            left -= count
        rows = Reservation.objects.filter(order_line=line, sku_id=sku_id, state__in=Reservation.ACTIVE_STATES)
        for one in rows.order_by("-pk"):
            count = min(left, one.quantity)
            if count:
                release_pieces(one, count)
                left -= count


def _reduce_shortage(short: ShortLine, count: int, *, to: str) -> None:
    if not count:
        return
    open_rows = ShortLine.objects.filter(pk=short.pk, state=ShortLine.State.OPEN, quantity=short.quantity)
    if count == short.quantity:
        open_rows.update(state=to, ended_at=timezone.now())
    else:
        open_rows.update(quantity=F("quantity") - count)


def fill_shortages() -> int:
    """Promise what has come in meanwhile to open shortages, the oldest order first; returns how many are filled."""
    filled = 0

    def fill(rows: list[ShortLine]) -> None:
        nonlocal filled
        filled += sum(_fill(row) for row in rows)

    in_small_commits(_fillable(), fill, largest=50)
    return filled


def _fillable() -> list[ShortLine]:
    rows = list(
        ShortLine.objects.filter(state=ShortLine.State.OPEN)
        .select_related("order_line__order__store")
        .order_by("order_line__order__placed_at", "pk")
    )
    by_store: dict[int, set[int]] = {}
    for row in rows:
        by_store.setdefault(row.order_line.order.store_id, set()).add(row.sku_id)
    free = {
        (store_id, sku_id)
        for store_id, skus in by_store.items()
        for sku_id, offers in offers_for_store(store_id, sku_ids=skus).items()
        if any(offer.most for offer in offers)
    }
    return [row for row in rows if (row.order_line.order.store_id, row.sku_id) in free]


@tried_again
@transaction.atomic
def _fill(row: ShortLine) -> bool:
    """Promise to one shortage what there is; True when nothing is missing any more."""
    # The order is owned first, as everywhere: a cancellation at this moment waits or is seen.
    order = row.order_line.order
    Order.objects.filter(pk=order.pk).update(updated_at=timezone.now())
    short = ShortLine.objects.filter(pk=row.pk, state=ShortLine.State.OPEN).first()
    if short is None:
        return False
    offers = offers_for_store(order.store_id, sku_ids=[short.sku_id])[short.sku_id]
    given, left = spread_over_warehouses(short.quantity, offers=offers)
    wanted = [Wanted(short.sku_id, warehouse, count, short.order_line_id) for warehouse, count in given.items()]
    key = f"short:{short.pk}:{short.quantity}"
    made, late = reserve_what_is_there(wanted, key=key)
    if order.paid_at is not None:
        commit_reservations(made)
    left += sum(need.quantity for need in late)
    _reduce_shortage(short, short.quantity - left, to=ShortLine.State.FILLED)
    others = ShortLine.objects.filter(order_line__order=order, state=ShortLine.State.OPEN)
    if not others.exists():
        close_work_items(SHORTAGE, source_ref=f"order:{order.number}", reason=_("Stock has come in."))
    return not left
