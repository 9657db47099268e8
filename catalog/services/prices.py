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
    rows = Price.objects.filter(listing=listing, kind=kind)
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
