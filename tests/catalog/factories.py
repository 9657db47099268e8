"""The smallest valid objects of the catalog."""

from itertools import count

from catalog.models import Channel, Listing, Product, Sku, Store

_numbers = count(1)


def make_store(code="", *, currency="CNY", **values):
    """A store on a channel of its own."""
    code = code or f"store-{next(_numbers)}"
    channel = Channel.objects.create(code=f"channel-{code}", name=code)
    return Store.objects.create(code=code, name=code, channel=channel, currency=currency, **values)


def make_sku(code="", **values):
    """A SKU of a product of its own."""
    code = code or f"sku-{next(_numbers)}"
    return Sku.objects.create(product=Product.objects.create(code=f"product-{code}", name=code), code=code, **values)


def make_listing(store, sku=None, *, code=""):
    """What a store calls a SKU; without one, a code that nobody knows yet."""
    return Listing.objects.create(store=store, sku=sku, code=code or (sku.code if sku else f"code-{next(_numbers)}"))
