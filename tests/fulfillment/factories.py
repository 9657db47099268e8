"""The smallest valid objects of fulfillment and of what it stands on."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from catalog.models import Channel, KitPart, Listing, Product, Sku, Store
from fulfillment.models import Lot, Order, RestockRun, RestockSuggestion, StoreSupply, Supplier, Warehouse
from fulfillment.orders import BuyerInput, LineInput, OrderInput, PaymentInput
from fulfillment.services.intake import take_in_order
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


def line_of(sku: Sku, quantity: int = 1, price: str = "10.00", **values: object) -> LineInput:
    """One line of an order that comes in."""
    return LineInput(sku.pk, quantity, Decimal(price), code=sku.code, **values)


def payment_of(amount: str, *, ref: str = "", at: datetime = NOON, stage: str = "full") -> PaymentInput:
    """One payment that comes in."""
    return PaymentInput(Decimal(amount), at, ref or f"pay-{next(_numbers)}", stage=stage)


def order_of(*lines: LineInput, paid: str = "", number: str = "", **values: object) -> OrderInput:
    """An order that comes in, paid at noon where an amount is given."""
    payments = (payment_of(paid),) if paid else ()
    values = {"placed_at": NOON, "payments": payments, "buyer": BuyerInput(id="buyer-1", name="张三")} | values
    return OrderInput(number or f"T{next(_numbers)}", lines=lines, **values)


def make_order(store: Store, *lines: LineInput, paid: str = "", **values: object) -> Order:
    """A marketplace order that was taken in."""
    return take_in_order(store, order=order_of(*lines, paid=paid, **values)).order


def make_supplier(code: str = "", *, minimum: str = "0", **values: object) -> Supplier:
    """A supplier that delivers for `minimum` and more."""
    code = code or f"supplier-{next(_numbers)}"
    return Supplier.objects.create(code=code, name=code, minimum_order_amount=Decimal(minimum), **values)


def make_restock_run() -> RestockRun:
    """A finished restock check."""
    return RestockRun.objects.create(business_date=NOON.date(), slot=f"slot-{next(_numbers)}", is_finished=True)


def make_suggestion(
    run: RestockRun,
    sku: Sku,
    warehouse: Warehouse,
    supplier: Supplier | None,
    *,
    quantity: int = 10,
    cost: str = "4.00",
) -> RestockSuggestion:
    """An open suggestion."""
    return RestockSuggestion.objects.create(
        run=run,
        sku=sku,
        warehouse=warehouse,
        supplier=supplier,
        state=RestockSuggestion.State.OPEN,
        suggested_quantity=quantity,
        quantity=quantity,
        unit_cost=Decimal(cost),
        value=Decimal(cost) * quantity,
        inputs={},
        arithmetic={},
    )
