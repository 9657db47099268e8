"""Prices as dated rows."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Listing, Price
from catalog.models.prices import PriceQuerySet
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
    _hold(listing.pk)
    _end_open_row(Price.objects.standing().filter(listing=listing, kind=kind), at=since)
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
    record_change(
        "price.set",
        on=listing,
        after={"kind": kind, "amount": str(amount), "since": since.isoformat()},
        reason=reason,
        store_code=listing.store.code,
        batch_ref=batch_ref,
    )
    return price


@transaction.atomic
def withdraw_price(price: Price, *, reason: str = "") -> Price | None:
    """Take back a price that has not begun; what holds before it holds on. Returns that price's new row, if there is one.

    The withdrawn row stays and says so. The row before it has its end already, and an end is set once: a row that points
    back takes its place, with the same price and start, and the withdrawn one's end. Raises DomainError when the price has
    begun, was withdrawn, or was replaced.
    """
    _hold(price.listing_id)
    now = timezone.now()
    rows = Price.objects.standing().filter(listing=price.listing_id, kind=price.kind)
    if not rows.filter(pk=price.pk, valid_from__gt=now).update(withdrawn_at=now):
        raise _not_scheduled(price)
    # Its end may have been set since the caller read it.
    price.refresh_from_db()
    former = rows.filter(valid_to=price.valid_from).first()
    record_change(
        "price.withdrawn",
        on=price.listing,
        before={"kind": price.kind, "amount": str(price.amount), "since": price.valid_from.isoformat()},
        after={"amount": str(former.amount) if former else None},
        reason=reason,
        store_code=price.listing.store.code,
    )
    return _lengthen(former, until=price.valid_to, now=now) if former else None


def _end_open_row(rows: PriceQuerySet, *, at: datetime) -> None:
    if rows.filter(valid_from__gte=at).exists():
        raise DomainError("price_scheduled", _("Another price begins then or later. Withdraw it first."))
    rows.filter(valid_to__isnull=True).update(valid_to=at)


def _hold(listing_id: int) -> None:
    """Make the listing's row the lock: of two writers the second sees what the first has written."""
    Listing.objects.filter(pk=listing_id).update(state=F("state"))


def _not_scheduled(price: Price) -> DomainError:
    if Price.objects.standing().filter(pk=price.pk).exists():
        return DomainError("price_begun", _("This price has begun and is history now. Set a new one instead."))
    return DomainError("price_withdrawn", _("This price was withdrawn already, or another row took its place."))


def _lengthen(price: Price, *, until: datetime | None, now: datetime) -> Price:
    """The same price from the same moment on, up to `until`, in a row that points back to the replaced one."""
    Price.objects.filter(pk=price.pk).update(replaced_at=now)
    return Price.objects.create(
        replaces_id=price.pk,
        listing_id=price.listing_id,
        kind=price.kind,
        amount=price.amount,
        currency=price.currency,
        valid_from=price.valid_from,
        valid_to=until,
        source=price.source,
        actor_id=price.actor_id,
        reason=price.reason,
        batch_ref=price.batch_ref,
    )
