"""The smallest valid objects of membership and of what it stands on."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import count

from catalog.models import Channel, Product, Sku, Store
from membership.models import Customer
from membership.services import PurchaseFact, PurchaseFactLine, RefundFact, RefundFactLine

_numbers = count(1)


def make_store(code="", *, currency="CNY", **values):
    """A store on a channel of its own."""
    code = code or f"store-{next(_numbers)}"
    channel = Channel.objects.create(code=f"channel-{code}", name=code)
    return Store.objects.create(code=code, name=code, channel=channel, currency=currency, **values)


def make_sku(code=""):
    """A SKU of a product of its own."""
    code = code or f"sku-{next(_numbers)}"
    return Sku.objects.create(product=Product.objects.create(code=f"product-{code}", name=code), code=code)


def make_customer(**values):
    """A customer nobody knows anything of."""
    return Customer.objects.create(number=f"CU{next(_numbers):08d}", **values)


def noon(day: date) -> datetime:
    """Twelve o'clock in London."""
    return datetime.combine(day, time(12), tzinfo=UTC)


def purchase(ref, customer, store, day, amount, *, base="same", units=1, checkout="", sku=None, currency="CNY"):
    """The fact of a sale of `units` pieces; base amount None where no rate is known."""
    amount = Decimal(amount)
    return PurchaseFact(
        source_ref=ref,
        checkout_ref=checkout or ref,
        customer_id=customer.pk if customer else None,
        store_id=store.pk,
        paid_at=noon(day),
        paid_on=day,
        currency=currency,
        amount=amount,
        base_amount=amount if base == "same" else base,
        goods_amount=amount,
        cost=None,
        lines=[PurchaseFactLine(sku_id=sku.pk if sku else None, quantity=units, net=amount)] if units else [],
    )


def refund(ref, customer, store, day, amount, *, of=None, base="same", units=0, currency="CNY"):
    """The fact of money that went back; `of` is the purchase's reference, None for an unlinked refund."""
    amount = Decimal(amount)
    return RefundFact(
        source_ref=ref,
        purchase_ref=of,
        customer_id=customer.pk if customer else None,
        store_id=store.pk,
        refunded_at=noon(day),
        refunded_on=day,
        currency=currency,
        amount=amount,
        base_amount=amount if base == "same" else base,
        lines=[RefundFactLine(sku_id=None, quantity=units, amount=amount)] if units else [],
    )
