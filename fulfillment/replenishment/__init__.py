"""Replenishment: when to order and how much, as pure arithmetic with its steps shown."""

from fulfillment.replenishment.batch import RestockBatch
from fulfillment.replenishment.classes import abc_classes, settle_class, xyz_classes
from fulfillment.replenishment.inputs import (
    SERVICE_DEFAULTS,
    DemandOutlook,
    LeadTime,
    LotRules,
    RestockInputs,
    ServicePolicy,
)
from fulfillment.replenishment.position import InventoryPosition
from fulfillment.replenishment.purchasing import (
    BuyLine,
    BuyShare,
    fill_supplier_minimum,
    share_open_to_buy,
)
from fulfillment.replenishment.suggestion import (
    RestockColumns,
    RestockResult,
    TrailStep,
    economic_order_quantity,
    suggest_many,
    suggest_restock,
    suggest_restock_batch,
)

__all__ = [
    "SERVICE_DEFAULTS",
    "BuyLine",
    "BuyShare",
    "DemandOutlook",
    "InventoryPosition",
    "LeadTime",
    "LotRules",
    "RestockBatch",
    "RestockColumns",
    "RestockInputs",
    "RestockResult",
    "ServicePolicy",
    "TrailStep",
    "abc_classes",
    "economic_order_quantity",
    "fill_supplier_minimum",
    "settle_class",
    "share_open_to_buy",
    "suggest_many",
    "suggest_restock",
    "suggest_restock_batch",
    "xyz_classes",
]
