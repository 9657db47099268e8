"""Arithmetic of stock: what pieces are worth, what a kit needs, and which warehouse serves how many. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from config.kernel.money import CENT, round_money

NOTHING = Decimal("0.00")


@dataclass(frozen=True, order=True, slots=True)
class Need:
    """Pieces wanted of a SKU in a warehouse, for an order line where there is one. Sorts in the order of locking."""

    warehouse_id: int
    sku_id: int
    line_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What a warehouse can give a store, in the order of priority: `free` pieces less `buffer` that it holds back."""

    warehouse_id: int
    free: int
    buffer: int = 0

    @property
    def most(self) -> int:
        """The pieces that may be promised."""
        return max(self.free - self.buffer, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """How many of a SKU one piece of a kit holds."""

    sku_id: int
    quantity: int


def expand_kits(wanted: Mapping[int, int], *, kits: Mapping[int, Sequence[Part]]) -> dict[int, int]:
    """Pieces by SKU with every kit replaced by its parts; kits do not nest."""
    pieces: dict[int, int] = {}
    for sku_id, quantity in wanted.items():
        for part in kits.get(sku_id) or (Part(sku_id, 1),):
            pieces[part.sku_id] = pieces.get(part.sku_id, 0) + part.quantity * quantity
    return pieces


def merge_needs(needs: Iterable[Need]) -> list[Need]:
    """One need for each warehouse, SKU and line, in the order in which rows are locked."""
    merged: dict[tuple[int, int, int], Need] = {}
    for need in needs:
        place = (need.warehouse_id, need.sku_id, need.line_id)
        known = merged.get(place)
        merged[place] = replace(need, quantity=need.quantity + known.quantity) if known else need
    return sorted(merged.values())


def spread_over_warehouses(quantity: int, *, offers: Sequence[Offer]) -> tuple[dict[int, int], int]:
    """Pieces by warehouse, and how many nobody has.

    The first warehouse that can send everything in one parcel does; else each gives what it can, in the order given.
    """
    for offer in offers:
        if offer.most >= quantity:
            return {offer.warehouse_id: quantity}, 0
    given: dict[int, int] = {}
    for offer in offers:
        count = min(quantity, offer.most)
        if count:
            given[offer.warehouse_id] = count
            quantity -= count
    return given, quantity


def value_of_incoming(quantity: int, *, unit_cost: Decimal) -> Decimal:
    """What `quantity` pieces add to the value, to the cent: the moving average becomes (V + q x cost) / (Q + q)."""
    return round_money(unit_cost * quantity)


def value_of_outgoing(quantity: int, *, on_hand: int, value: Decimal) -> Decimal:
    """What `quantity` of `on_hand` pieces take away at the moving average; the last piece takes all that is left."""
    if not 0 < quantity <= on_hand:
        raise ValueError("only pieces that are there can go")
    return value if quantity == on_hand else (value * quantity / on_hand).quantize(CENT)


def average_cost(*, on_hand: int, value: Decimal) -> Decimal | None:
    """The moving average of a piece, None where nothing lies."""
    return value / on_hand if on_hand else None
