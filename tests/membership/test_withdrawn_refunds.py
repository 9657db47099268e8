"""Refund facts that should never have been told."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from membership.models import PurchaseRefund
from membership.services import RefundFact, RefundFactLine, record_refunds, withdraw_refunds
from tests.fulfillment.factories import make_store

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 11, 4, 0, tzinfo=UTC)


def fact(store, ref: str, *, base: str | None = "5.00") -> RefundFact:
    return RefundFact(
        source_ref=ref,
        purchase_ref=None,
        customer_id=None,
        store_id=store.pk,
        refunded_at=NOON,
        refunded_on=date(2026, 11, 11),
        currency="CNY",
        amount=Decimal("5.00"),
        base_amount=None if base is None else Decimal(base),
        lines=[RefundFactLine(sku_id=None, quantity=2, amount=Decimal("5.00"))],
    )


def test_a_withdrawn_refund_adds_up_to_nothing_on_its_own_day():
    store = make_store()
    record_refunds([fact(store, "one"), fact(store, "other", base=None)])
    assert withdraw_refunds(["one", "nobody"]) == 1
    assert withdraw_refunds(["one"]) == 0
    sums = PurchaseRefund.objects.values("refunded_on").annotate(
        money=Sum("amount"), base=Sum("base_amount"), units=Sum("goods_units")
    )
    assert list(sums.order_by("refunded_on")) == [
        {"refunded_on": date(2026, 11, 11), "money": 5, "base": 0, "units": 2}
    ]
    assert withdraw_refunds(["one", "other"]) == 1
    assert PurchaseRefund.objects.get(source_ref="other:withdrawn").base_amount is None


def test_only_a_withdrawal_may_be_negative():
    store = make_store()
    with pytest.raises(IntegrityError), transaction.atomic():
        PurchaseRefund.objects.create(
            source_ref="bad", store=store, refunded_at=NOON, refunded_on=NOON.date(), currency="CNY", amount=-1
        )
    assert not PurchaseRefund.objects.exists()
