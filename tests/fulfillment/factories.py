"""The smallest valid objects of fulfillment and of what it stands on."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from catalog.models import Channel, KitPart, Listing, Product, Sku, Store
from fulfillment.models import Lot, StoreSupply, Warehouse
from fulfillment.services.stock import Delivery, find_lot, receive_stock

NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)
_numbers = count(1)


def make_store(code: str = "", *, currency: str = "CNY", **values: object) -> Store:
    """A store on a channel of its own."""
    code = code or f"store-{next(_numbers)}"
    channel = Channel.objects.create(code=f"channel-{code}", name=code)
    return Store.objects.create(code=code, name=code, channel=channel, currency=currency, **values)


def make_sku(code: str = "", *, cost: str | None = "4.00", **values: object) -> Sku:
    """A SKU of a product of its own."""
    code = code or f"sku-{next(_numbers)}"
    product = Product.objects.create(code=f"product-{code}", name=code)
    return Sku.objects.create(product=product, code=code, unit_cost=None if cost is None else Decimal(cost), **values)


def make_kit(code: str, *, parts: dict[Sku, int]) -> Sku:
    """A kit of parts of equal weight."""
    kit = make_sku(code, cost=None, is_kit=True)
    for part, quantity in parts.items():
        KitPart.objects.create(kit=kit, part=part, quantity=quantity)
    return kit


def make_listing(store: Store, sku: Sku | None, *, code: str = "") -> Listing:
    """What a store calls a SKU; without one, a code that nobody knows yet."""
    return Listing.objects.create(store=store, sku=sku, code=code or (sku.code if sku else f"code-{next(_numbers)}"))


def make_warehouse(code: str = "", *, store: Store | None = None, priority: int = 1, buffer: int = 0) -> Warehouse:
    """A warehouse, serving a store where one is given."""
    code = code or f"warehouse-{next(_numbers)}"
    warehouse = Warehouse.objects.create(code=code, name=code)
    if store:
        StoreSupply.objects.create(store=store, warehouse=warehouse, priority=priority, buffer_units=buffer)
    return warehouse


def put_in_stock(
    sku: Sku, warehouse: Warehouse, quantity: int, *, cost: str | None = "4.00", lot: Lot | None = None
) -> Lot:
    """Receive pieces."""
    lot = lot or find_lot(sku)
    receive_stock(
        Delivery(sku.pk, warehouse.pk, lot.pk, quantity, unit_cost=None if cost is None else Decimal(cost)),
        key=f"test:{next(_numbers)}",
        occurred_at=NOON,
    )
    return lot
