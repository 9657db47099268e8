"""Purchase facts from the room above: noted once, however often they are reported."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from config.kernel.sql import fresh, insert_many, insert_new
from membership.models import Purchase, PurchaseLine, PurchaseRefund

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PurchaseFactLine:
    """A SKU within a purchase; `net` is what the buyer paid for the line."""

    sku_id: int | None
    quantity: int
    net: Decimal
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PurchaseFact:
    """A sale whose payment has become full. `checkout_ref` is the occasion that its parts share."""

    source_ref: str
    checkout_ref: str
    customer_id: int | None
    store_id: int
    paid_at: datetime
    paid_on: date
    currency: str
    amount: Decimal
    base_amount: Decimal | None
    goods_amount: Decimal
    cost: Decimal | None = None
    lines: Sequence[PurchaseFactLine] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class RefundFactLine:
    """What was taken back of a SKU."""

    sku_id: int | None
    quantity: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class RefundFact:
    """Money that went back; without `purchase_ref` it is unlinked and lowers the customer's value only."""

    source_ref: str
    purchase_ref: str | None
    customer_id: int | None
    store_id: int
    refunded_at: datetime
    refunded_on: date
    currency: str
    amount: Decimal
    base_amount: Decimal | None
    lines: Sequence[RefundFactLine] = field(default_factory=tuple)


def _purchase(fact: PurchaseFact) -> Purchase:
    return Purchase(
        source_ref=fact.source_ref,
        checkout_ref=fact.checkout_ref,
        customer_id=fact.customer_id,
        store_id=fact.store_id,
        paid_at=fact.paid_at,
        paid_on=fact.paid_on,
        currency=fact.currency,
        amount=fact.amount,
        base_amount=fact.base_amount,
        goods_amount=fact.goods_amount,
        goods_units=sum(line.quantity for line in fact.lines),
        cost=fact.cost,
    )


@transaction.atomic(savepoint=False)
def record_purchases(facts: Sequence[PurchaseFact]) -> int:
    """Note completed sales; one that is known already changes nothing, of two with one reference the first counts.

    Returns how many were new.
    """
    by_ref: dict[str, PurchaseFact] = {}
    for fact in facts:
        by_ref.setdefault(fact.source_ref, fact)
    rows = [_purchase(fact) for fact in by_ref.values()]
    new = dict(insert_new(rows, conflict=["source_ref"], returning=["source_ref", "id"]))
    insert_many(
        [
            fresh(
                PurchaseLine,
                purchase_id=new[fact.source_ref],
                sku_id=line.sku_id,
                quantity=line.quantity,
                net_amount=line.net,
                cost=line.cost,
            )
            for fact in by_ref.values()
            if fact.source_ref in new
            for line in fact.lines
        ]
    )
    return len(new)


@transaction.atomic
def record_refunds(facts: Sequence[RefundFact]) -> int:
    """Note refunds; one that is known already changes nothing. Returns how many were new."""
    refs = sorted({fact.purchase_ref for fact in facts if fact.purchase_ref})
    purchases: dict[str, int] = {}
    for start in range(0, len(refs), AT_ONCE):
        found = Purchase.objects.filter(source_ref__in=refs[start : start + AT_ONCE])
        purchases.update(found.values_list("source_ref", "pk"))
    rows = [
        PurchaseRefund(
            source_ref=fact.source_ref,
            purchase_id=purchases.get(fact.purchase_ref) if fact.purchase_ref else None,
            customer_id=fact.customer_id,
            store_id=fact.store_id,
            refunded_at=fact.refunded_at,
            refunded_on=fact.refunded_on,
            currency=fact.currency,
            amount=fact.amount,
            base_amount=fact.base_amount,
            goods_units=sum(line.quantity for line in fact.lines),
        )
        for fact in facts
    ]
    return len(insert_new(rows, conflict=["source_ref"]))


@transaction.atomic
def withdraw_refunds(source_refs: Sequence[str]) -> int:
    """Take back refund facts that should never have been told: each gets a row of its own day that reverses it.

    One that was withdrawn before, or that nobody told, changes nothing. Returns how many were withdrawn now.
    """
    rows = [
        _withdrawal(fact)
        for start in range(0, len(source_refs), AT_ONCE)
        for fact in PurchaseRefund.objects.filter(source_ref__in=source_refs[start : start + AT_ONCE]).order_by("pk")
    ]
    return len(insert_new(rows, conflict=["source_ref"]))


def _withdrawal(fact: PurchaseRefund) -> PurchaseRefund:
    return PurchaseRefund(
        source_ref=f"{fact.source_ref}{PurchaseRefund.WITHDRAWN}",
        purchase_id=fact.purchase_id,
        customer_id=fact.customer_id,
        store_id=fact.store_id,
        refunded_at=fact.refunded_at,
        refunded_on=fact.refunded_on,
        currency=fact.currency,
        amount=-fact.amount,
        base_amount=None if fact.base_amount is None else -fact.base_amount,
        goods_units=-fact.goods_units,
    )
