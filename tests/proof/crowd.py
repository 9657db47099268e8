"""Customers by the thousand, each with three purchases: `python -m tests.in_django tests.proof.crowd COUNT`."""

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from catalog.models import Store
from config.kernel.sql import insert_many
from fulfillment.models import OrderLine, SalesEntry
from membership.models import Customer, Purchase

EACH, STEP = 3, 20_000
NOON = datetime(2011, 2, 1, 12, tzinfo=UTC)


def purchase(customer: Customer, nth: int, store: Store) -> Purchase:
    """What a customer bought; days and amounts are spread by primes."""
    number = int(customer.number[2:])
    moment = NOON - timedelta(days=(number * 37 + nth * 101) % 364)
    amount = Decimal((number * 7919 + nth * 104_729) % 400_000) / 100
    ref = f"crowd:{number}:{nth}"
    return Purchase(
        source_ref=ref,
        checkout_ref=ref if (number + nth) % 4 else f"crowd:{number}:0",
        customer_id=customer.pk,
        store_id=store.pk,
        paid_at=moment,
        paid_on=moment.date(),
        currency=store.currency,
        amount=amount,
        base_amount=amount,
        goods_amount=amount,
        goods_units=1,
    )


def entry(bought: Purchase) -> SalesEntry:
    """Its place in the ledger: postage alone, so that no SKU has sold more."""
    return SalesEntry(
        source_ref=bought.source_ref,
        store_id=bought.store_id,
        kind=SalesEntry.Kind.SALE,
        line_kind=OrderLine.Kind.SHIPPING,
        store_date=bought.paid_on,
        occurred_at=bought.paid_at,
        shipping_amount=bought.amount,
        currency=bought.currency,
    )


def main() -> None:
    """Write them."""
    store = Store.objects.get()
    for start in range(0, int(sys.argv[1]), STEP):
        numbers = range(start, min(start + STEP, int(sys.argv[1])))
        with transaction.atomic():
            people = [Customer(number=f"CR{number}", first_store=store, first_seen_at=NOON) for number in numbers]
            insert_many(people, needs_keys=True)
            bought = [purchase(one, nth, store) for one in people for nth in range(EACH)]
            insert_many(bought)
            insert_many([entry(one) for one in bought])


if __name__ == "__main__":
    main()
