"""Stores, and the codes under which they list our SKUs."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils.translation import gettext as _

from catalog.models import Channel, Listing, Product, Sku, Store
from config.kernel.audit import record_change
from config.kernel.errors import InvalidInput
from config.kernel.sql import insert_new

LONGEST_CODE = 60
LONGEST_TITLE = 300
AT_ONCE = 400


@transaction.atomic
def ensure_store(
    code: str, *, currency: str, time_zone: str, name: str = "", channel_code: str = "", english_name: str = ""
) -> Store:
    """The store with the code, made with its channel where it is missing. Two callers at once make one.

    A store that is there keeps its name, currency and clock.
    """
    known = Store.objects.select_related("channel").filter(code=code).first()
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
    return Store.objects.select_related("channel").get(code=code)


@transaction.atomic
def ensure_skus(store: Store, *, items: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Listing code -> SKU id for every (code, title), made where the code was never seen.

    A code without a listing in the store means the SKU of that code, else a provisional product with one SKU that a
    person completes. Two callers at once make one. The number of queries depends on batches of 400 codes only.
    """
    titles = dict(items)
    found: dict[str, int] = {}
    codes = sorted(titles)
    for start in range(0, len(codes), AT_ONCE):
        batch = {code: titles[code] for code in codes[start : start + AT_ONCE]}
        known = _listed(store, batch)
        missing = {code: title for code, title in batch.items() if code not in known}
        if missing:
            known |= _list_missing(store, missing)
        found |= known
    return found


def _listed(store: Store, codes: Iterable[str]) -> dict[str, int]:
    listings = Listing.objects.filter(store=store, code__in=list(codes), sku__isnull=False)
    return dict(listings.values_list("code", "sku_id"))


def _list_missing(store: Store, titles: Mapping[str, str]) -> dict[str, int]:
    """List the codes; returns the SKU id of each, which is another one where somebody listed the code meanwhile."""
    own_codes = {code: own_code(code) for code in titles}
    known = _sku_ids(own_codes.values())
    new = {own: titles[code][:LONGEST_TITLE] or code for code, own in own_codes.items() if own not in known}
    if new:
        known |= _make_provisional(new)
    listings = [
        Listing(store=store, code=code, title=titles[code][:LONGEST_TITLE], sku_id=known[own])
        for code, own in own_codes.items()
    ]
    meant = {code: known[own] for code, own in own_codes.items()}
    if len(insert_new(listings, conflict=["store", "code"])) < len(listings):
        _match_waiting(store, meant)
        return _listed(store, titles)
    return meant


def own_code(listing_code: str) -> str:
    """The SKU code for a listing code; one that is too long is cut and told apart by a hash of the whole."""
    if len(listing_code) <= LONGEST_CODE:
        return listing_code
    return f"{listing_code[: LONGEST_CODE - 9]}-{sha256(listing_code.encode()).hexdigest()[:8]}"


def _sku_ids(codes: Iterable[str]) -> dict[str, int]:
    return dict(Sku.objects.filter(code__in=list(codes)).values_list("code", "pk"))


def _make_provisional(titles: Mapping[str, str]) -> dict[str, int]:
    """Make a product with one SKU for each code; returns the SKU ids by code. What somebody made meanwhile is taken."""
    products = [Product(code=code, name=title, is_provisional=True) for code, title in titles.items()]
    made = dict(insert_new(products, conflict=["code"], returning=["code", "id"]))
    if others := titles.keys() - made.keys():
        made |= dict(Product.objects.filter(code__in=others).values_list("code", "pk"))
    skus = [Sku(product_id=made[code], code=code) for code in titles]
    ids: dict[str, int] = dict(insert_new(skus, conflict=["code"], returning=["code", "id"]))
    return ids if len(ids) == len(titles) else _sku_ids(titles)


def _match_waiting(store: Store, sku_ids: Mapping[str, int]) -> None:
    """Codes that an order left behind without a SKU get theirs; a match that a person made stays."""
    waiting = Listing.objects.filter(store=store, code__in=list(sku_ids), sku__isnull=True)
    codes = list(waiting.values_list("code", flat=True))
    if codes:
        whens = [When(code=code, then=Value(sku_ids[code])) for code in codes]
        waiting.filter(code__in=codes).update(sku_id=Case(*whens, output_field=IntegerField()))


@transaction.atomic
def match_listing(listing: Listing, *, sku: Sku) -> Listing:
    """Say which SKU or kit a store's code means; orders parked for it can be sent again afterwards."""
    if sku.state == Sku.State.RETIRED:
        no = _("%(sku)s is retired.") % {"sku": sku.code}
        raise InvalidInput("sku_retired", no, fields={"sku": [no]})
    _match(listing, sku=sku)
    return listing


@transaction.atomic
def save_listing(listing: Listing) -> Listing:
    """Save what a person or a sheet says of a listing; another SKU than before, or none any more, goes into the trail."""
    chosen = listing.sku
    former = Listing.objects.filter(pk=listing.pk).values_list("sku_id", flat=True).first() if listing.pk else None
    listing.sku_id = former
    listing.save()
    if chosen is not None and chosen.pk != former:
        return match_listing(listing, sku=chosen)
    if chosen is None and former is not None:
        _match(listing, sku=None)
    return listing


def _match(listing: Listing, *, sku: Sku | None) -> None:
    # The caller's row may be older than the last match, or carry the new SKU already.
    before = Listing.objects.filter(pk=listing.pk).values_list("sku_id", flat=True).get()
    listing.sku = sku
    listing.save(update_fields=["sku"])
    after = None if sku is None else sku.pk
    record_change(
        "listing.matched", on=listing, before={"sku": before}, after={"sku": after}, store_code=listing.store.code
    )
