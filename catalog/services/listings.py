"""Stores, and the codes under which they list our SKUs."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Channel, Listing, Product, Sku, Store
from catalog.queries import skus_by_listing_code
from config.kernel.audit import record_change
from config.kernel.errors import InvalidInput
from config.kernel.sql import insert_new

LONGEST_CODE = 60


@transaction.atomic
def ensure_store(
    code: str, *, currency: str, time_zone: str, name: str = "", channel_code: str = "", english_name: str = ""
) -> Store:
    """The store with the code, made with a channel where it is missing. Two callers at once make one."""
    known = Store.objects.filter(code=code).first()
    if known is not None:
        return known
    channel_code = channel_code or code
    insert_new([Channel(code=channel_code, name=name or channel_code)], conflict=["code"])
    channel = Channel.objects.get(code=channel_code)
    row = Store(
        code=code, name=name or code, english_name=english_name, channel=channel, currency=currency, time_zone=time_zone
    )
    if insert_new([row], conflict=["code"]):
        record_change("store.made", after={"code": code, "currency": currency, "time_zone": time_zone}, store_code=code)
    return Store.objects.get(code=code)


@transaction.atomic
def ensure_skus(store: Store, *, items: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Listing code -> SKU id for every (code, title), with a provisional product where the code was never seen.

    A code that is a SKU's own is matched to it. What is made is marked provisional, so that a person completes it.
    """
    titles = dict(items)
    found = skus_by_listing_code(store, titles)
    missing = [code for code in titles if code not in found]
    if not missing:
        return found
    for start in range(0, len(missing), 500):
        found.update(_match_or_make(store, {code: titles[code] for code in missing[start : start + 500]}))
    return found


def _match_or_make(store: Store, titles: dict[str, str]) -> dict[str, int]:
    own_codes = {code: code[:LONGEST_CODE] for code in titles}
    known = dict(Sku.objects.filter(code__in=own_codes.values()).values_list("code", "pk"))
    new = [code for code, own in own_codes.items() if own not in known]
    products = [Product(code=own_codes[code], name=titles[code][:300] or code, is_provisional=True) for code in new]
    insert_new(products, conflict=["code"])
    product_ids = dict(Product.objects.filter(code__in=[own_codes[code] for code in new]).values_list("code", "pk"))
    insert_new([Sku(product_id=product_ids[own_codes[code]], code=own_codes[code]) for code in new], conflict=["code"])
    known = dict(Sku.objects.filter(code__in=own_codes.values()).values_list("code", "pk"))
    listings = [
        Listing(store=store, code=code, title=titles[code][:300], sku_id=known[own]) for code, own in own_codes.items()
    ]
    insert_new(listings, conflict=["store", "code"])
    # Codes that a parked order left behind without a SKU get it now.
    for code, own in own_codes.items():
        Listing.objects.filter(store=store, code=code, sku__isnull=True).update(sku_id=known[own])
    return skus_by_listing_code(store, titles)


@transaction.atomic
def match_listing(listing: Listing, *, sku: Sku) -> Listing:
    """Say which SKU or kit a store's code means; orders parked for it can be sent again afterwards."""
    if sku.state == Sku.State.RETIRED:
        raise InvalidInput("sku_retired", _("%(sku)s is retired.") % {"sku": sku.code})
    before = listing.sku_id
    listing.sku = sku
    listing.save(update_fields=["sku"])
    record_change(
        "listing.matched", on=listing, before={"sku": before}, after={"sku": sku.pk}, store_code=listing.store.code
    )
    return listing
