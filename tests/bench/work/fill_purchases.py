"""Customers and purchases by set-based SQL: `fill_purchases CUSTOMERS PURCHASES`, paid within the year to 2026-06-30."""

import sys

from django.db import connection

from catalog.models import Channel, Store
from membership.models import Customer, Purchase
from tests.bench.rows import insert
from tests.bench.work import tell

LAST = "date '2026-06-30'"


def main(customers, purchases):
    """Fill and analyse; the keys of customers are 1 to `customers`."""
    channel = Channel.objects.create(code="channel", name="channel")
    store = Store.objects.create(code="store", name="store", channel=channel, currency="CNY")
    insert(Customer, {"number": "'CU' || n", "first_store": str(store.pk)}, count=customers)
    # Hashes spread days, amounts and buyers; some buy often, most seldom.
    day = f"({LAST} - (hashint8(n) & 2147483647) % 365)"
    amount = "(100 + (hashint8(n + 7) & 2147483647) % 99900) / 100.0"
    buyer = f"1 + floor(power(((hashint8(n + 13) & 2147483647) % 1000000) / 1000000.0, 1.5) * {customers})::bigint"
    columns = {
        "source_ref": "'P' || n",
        "checkout_ref": "'P' || n",
        "customer": buyer,
        "store": str(store.pk),
        "paid_at": f"{day}::timestamp AT TIME ZONE 'UTC'",
        "paid_on": day,
        "currency": "'CNY'",
        "amount": amount,
        "base_amount": amount,
        "goods_amount": amount,
        "goods_units": "1",
    }
    insert(Purchase, columns, count=purchases)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE membership_purchase, membership_customer")
    tell(customers=customers, purchases=purchases)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
