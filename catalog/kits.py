"""Kits: how many can be made of the parts there are, and how their revenue is split. Pure."""

from collections.abc import Sequence
from decimal import Decimal

from config.kernel.money import split_by_weight


def kit_stock(parts: Sequence[tuple[int, int]]) -> int:
    """How many kits `parts`, pairs of (pieces in a kit, pieces available), make: the least of them; 0 without parts."""
    return min((max(available, 0) // needed for needed, available in parts), default=0)


def split_kit_revenue(amount: Decimal, parts: Sequence[tuple[int, Decimal]]) -> list[Decimal]:
    """Split a kit's amount over its parts, pairs of (pieces, weight), by weight x pieces, to the cent.

    Parts that all weigh nothing share by pieces.
    """
    weights = [weight * pieces for pieces, weight in parts]
    if not sum(weights, Decimal(0)):
        weights = [Decimal(pieces) for pieces, _weight in parts]
    shares = split_by_weight(abs(amount), weights)
    return shares if amount >= 0 else [-share for share in shares]
