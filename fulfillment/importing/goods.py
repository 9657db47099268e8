"""What the codes of a store mean here, remembered for as long as a file is read."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.models import KitPart, Sku, Store
from catalog.services import ensure_skus
from fulfillment.entries import KitShare

# A shop with more codes than this reads them again; it bounds the memory of an import.
MOST_CODES = 20_000


@dataclass(frozen=True, slots=True)
class GoodsTerms:
    """A SKU or kit as an import needs it; the cost of one piece is in the base currency."""

    sku_id: int
    unit_cost: Decimal | None
    parts: tuple[KitShare, ...] = ()


class StoreGoods:
    """Codes of one store with their SKUs. Unknown codes get a provisional SKU."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[str, GoodsTerms] = {}

    def forget(self) -> None:
        """Drop everything: what was made in a transaction that failed does not exist."""
        self._known.clear()

    def learn(self, items: Iterable[tuple[str, str]]) -> None:
        """Look up (code, title) pairs, making the SKUs that are missing."""
        wanted = {code: title for code, title in reversed(list(items)) if code and code not in self._known}
        if not wanted:
            return
        if len(self._known) > MOST_CODES:
            self.forget()
        ids = ensure_skus(self.store, items=sorted(wanted.items()))
        costs, parts = _costs_and_kits(ids.values())
        for code, sku_id in ids.items():
            held = tuple(parts.get(sku_id, ()))
            self._known[code] = GoodsTerms(sku_id, _kit_cost(held) if held else costs[sku_id], held)

    def of(self, code: str) -> GoodsTerms | None:
        """What a learnt code means; None for goods without a code."""
        return self._known[code] if code else None


def _costs_and_kits(sku_ids: Iterable[int]) -> tuple[dict[int, Decimal | None], dict[int, list[KitShare]]]:
    """The cost of a piece of each SKU, and the parts of those that are kits."""
    rows = list(Sku.objects.filter(pk__in=list(sku_ids)).values_list("pk", "unit_cost", "is_kit"))
    parts: dict[int, list[KitShare]] = defaultdict(list)
    kits = [pk for pk, _, is_kit in rows if is_kit]
    if kits:
        columns = ("kit_id", "part_id", "quantity", "revenue_weight", "part__unit_cost")
        found = KitPart.objects.filter(kit_id__in=kits).order_by("kit_id", "part_id").values_list(*columns)
        for kit_id, part_id, quantity, weight, cost in found:
            parts[kit_id].append(KitShare(part_id, quantity, weight, cost))
    return {pk: cost for pk, cost, _ in rows}, parts


def _kit_cost(parts: Sequence[KitShare]) -> Decimal | None:
    cost = Decimal(0)
    for part in parts:
        if part.unit_cost is None:
            return None
        cost += part.unit_cost * part.quantity
    return cost
