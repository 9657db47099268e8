"""The tables of fulfillment."""

from fulfillment.models.ledger import SalesEntry
from fulfillment.models.orders import Order, OrderEvent, OrderLine
from fulfillment.models.payments import Payment, Refund, RefundLine
from fulfillment.models.purchasing import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseOrder,
    PurchaseOrderLine,
)
from fulfillment.models.restock import (
    ForecastAccuracy,
    RestockPolicy,
    RestockRun,
    RestockSuggestion,
    SkuForecast,
)
from fulfillment.models.stock import (
    Bucket,
    DemandDay,
    Lot,
    Reservation,
    ShortLine,
    StockBalance,
    StockMovement,
    StockSnapshot,
)
from fulfillment.models.supply import StoreSupply, Supplier, SupplierItem, Warehouse

__all__ = [
    "Bucket",
    "DemandDay",
    "ForecastAccuracy",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Lot",
    "Order",
    "OrderEvent",
    "OrderLine",
    "Payment",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "Refund",
    "RefundLine",
    "Reservation",
    "RestockPolicy",
    "RestockRun",
    "RestockSuggestion",
    "SalesEntry",
    "ShortLine",
    "SkuForecast",
    "StockBalance",
    "StockMovement",
    "StockSnapshot",
    "StoreSupply",
    "Supplier",
    "SupplierItem",
    "Warehouse",
]
