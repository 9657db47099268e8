"""Prices and costs as dated rows."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Listing, Price, Sku, SkuCost
from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User


@transaction.atomic
def set_price(
    listing: Listing,
    *,
    amount: Decimal,
    since: datetime,
    kind: str = Price.Kind.LIST,
    source: str = Price.Source.MANUAL,
    actor: User | None = None,
    reason: str = "",
    batch_ref: str = "",
) -> Price:
    """Let a price begin at `since`, now or later; the open row ends there.

    Raises DomainError when another price begins at or after that moment: scheduled prices are never wiped silently.
    """
    if amount < 0:
        raise InvalidInput("price_negative", _("A price is not negative."), fields={"amount": [_("Enter 0 or more.")]})
    # The listing's row is the lock: of two writers the second sees what the first has opened.
    Listing.objects.filter(pk=listing.pk).update(state=F("state"))
    rows = Price.objects.standing().filter(listing=listing, kind=kind)
    if rows.filter(valid_from__gte=since).exists():
        raise DomainError("price_scheduled", _("Another price begins then or later. End it first."))
    rows.filter(valid_to__isnull=True).update(valid_to=since)
    price = Price.objects.create(
        listing=listing,
        kind=kind,
        amount=amount,
        currency=listing.store.currency,
        valid_from=since,
        source=source,
        actor=actor,
        reason=reason,
        batch_ref=batch_ref,
    )
    record_change("price.set", on=listing, after={"kind": kind, "amount": str(amount), "since": since.isoformat()})
    return price


@transaction.atomic
def withdraw_price(price: Price, *, actor: User | None = None, reason: str = "") -> Price | None:
    """Take back a price that has not begun; what held before it goes on. Returns the row in which it goes on, if any.

    The withdrawn row stays and says so. Raises DomainError when the price has begun, was withdrawn, or is followed by
    another one, which has to be withdrawn first.
    """
    Listing.objects.filter(pk=price.listing_id).update(state=F("state"))
    now = timezone.now()
    rows = Price.objects.standing().filter(listing=price.listing_id, kind=price.kind)
    if rows.filter(valid_from__gt=price.valid_from).exists():
        raise DomainError("price_followed", _("Another price begins after this one. Withdraw that one first."))
    if not rows.filter(pk=price.pk, valid_from__gt=now).update(withdrawn_at=now):
        raise DomainError("price_begun", _("This price has begun or was withdrawn already; set a new one instead."))
    price.refresh_from_db()
    record_change("price.withdrawn", on=price.listing, before={"amount": str(price.amount)}, reason=reason)
    former = rows.filter(valid_to=price.valid_from).first()
    if former is None:
        return None
    return Price.objects.create(
        listing_id=price.listing_id,
        kind=price.kind,
        amount=former.amount,
        currency=former.currency,
        valid_from=price.valid_from,
        source=former.source,
        actor=actor,
        reason=reason,
    )


@transaction.atomic
def set_cost(
    sku: Sku,
    *,
    amount: Decimal,
    since: date,
    source: str = SkuCost.Source.MANUAL,
    actor: User | None = None,
    reason: str = "",
) -> SkuCost:
    """Append a cost in the base currency; the SKU shows the newest."""
    if amount < 0:
        raise InvalidInput("cost_negative", _("A cost is not negative."))
    row = SkuCost.objects.create(sku=sku, amount=amount, valid_from=since, source=source, actor=actor, reason=reason)
    # A cost that begins later is kept, and shown when its day has come and the next cost is set.
    begun = SkuCost.objects.filter(sku=sku, valid_from__lte=timezone.localdate())
    newest = begun.order_by("-valid_from", "-pk").first()
    if newest is not None:
        Sku.objects.filter(pk=sku.pk).update(unit_cost=newest.amount)
    record_change("cost.set", on=sku, before={"cost": str(sku.unit_cost)}, after={"cost": str(amount)}, reason=reason)
    sku.refresh_from_db(fields=["unit_cost"])
    return row
