"""Inventory position: what there is, is promised, and is already on its way."""

from dataclasses import dataclass
from typing import Any, Self

from fulfillment.replenishment.plain import to_plain


@dataclass(frozen=True, slots=True)
class InventoryPosition:
    """Units of one SKU at one warehouse.

    `on_order` is the open rest of purchase orders in every state that will still arrive: automatic
    drafts, sent, confirmed, received in part. Drafts must count, or the next run orders the same
    need again. `overdue_on_order` is the part of `on_order` whose date has passed: it still counts,
    because an order that is late is to be chased, not placed twice.
    """

    on_hand: int
    allocated: int = 0
    backorders: int = 0
    on_order: int = 0
    transfers_in: int = 0
    accepted_proposals: int = 0
    overdue_on_order: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.overdue_on_order <= self.on_order:
            raise ValueError("overdue_on_order must be a part of on_order")

    @property
    def available(self) -> int:
        """Units that a new customer order could take now; below zero when more is owed than is there."""
        return self.on_hand - self.allocated - self.backorders

    @property
    def total(self) -> int:
        """The inventory position that is compared with the reorder point."""
        return self.available + self.on_order + self.transfers_in + self.accepted_proposals

    def to_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = to_plain(self)
        return plain

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**data)
