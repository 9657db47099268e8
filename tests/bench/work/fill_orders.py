"""Orders with their ledger and purchases over three years and five stores: `fill_orders ORDERS`, set-based on PostgreSQL."""

import sys

from django.db import connection

from catalog.models import Channel, Product, Sku, Store
from fulfillment.models import Order, SalesEntry
from membership.models import Customer, Purchase
from tests.bench.rows import insert
from tests.bench.work import tell

STORES, DAYS, PEOPLE = 5, 1095, 1000
DAY = f"(date '2026-06-30' - ((n / {STORES}) %% {DAYS})::int)".replace("%%", "%")
AT = f"({DAY}::timestamp + interval '9 hours') AT TIME ZONE 'UTC'"
AMOUNT = "(100 + n % 9900)::numeric / 10"


def main(orders):
    """Fill and analyse."""
    channel = Channel.objects.create(code="channel", name="channel")
    made = [
        Store.objects.create(code=f"store-{number}", name=f"store {number}", channel=channel, currency="CNY")
        for number in range(STORES)
    ]
    store = f"(ARRAY[{', '.join(str(one.pk) for one in made)}])[1 + n % {STORES}]"
    product = Product.objects.create(code="P", name="P")
    sku = str(Sku.objects.create(product=product, code="S").pk)
    people = max(PEOPLE, orders // 10)
    insert(Customer, {"number": "'CU' || n"}, count=people)
    buyer = f"1 + (n * 7919) % {people}"
    day = {"store": store, "customer": buyer, "currency": "'CNY'"}
    _orders(orders, day)
    line = {"source_ref": "'P' || n", "order": "n", "sku": sku, "kind": "'sale'", "line_kind": "'goods'"}
    money = {"store_date": DAY, "occurred_at": AT, "quantity": "1", "gross_amount": AMOUNT, "cost_amount": "4"}
    insert(SalesEntry, {**day, **line, **money}, count=orders)
    amounts = {"amount": AMOUNT, "base_amount": AMOUNT, "goods_amount": AMOUNT, "goods_units": "1"}
    ref = {"source_ref": "'P' || n", "checkout_ref": "'P' || n", "paid_at": AT, "paid_on": DAY}
    insert(Purchase, {**day, **ref, **amounts}, count=orders)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    tell(orders=orders)


def _orders(count, day):
    insert(
        Order,
        {
            **day,
            "number": "'SO' || n",
            "external_number": "'X' || n",
            "source": "'api'",
            "state": "'closed'",
            "payment_state": "'paid'",
            "fulfilment_state": "'shipped'",
            "payable_amount": AMOUNT,
            "paid_amount": AMOUNT,
            "placed_at": AT,
            "placed_on": DAY,
            "paid_at": AT,
            "paid_on": DAY,
            "closed_at": AT,
        },
        count=count,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
