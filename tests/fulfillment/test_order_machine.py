"""Any order of payments, parcels, refunds and cancellations of an order leaves what a few plain numbers say."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from config.kernel.errors import DomainError
from fulfillment.books import checks
from fulfillment.models import Order, StockBalance
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.orders import cancel_order, clear_order, close_order, expire_unpaid, hold_order, place_order
from fulfillment.services.payments import record_payment
from fulfillment.services.refunds import RefundPiece, refund_lines
from tests.fulfillment.factories import (
    line_of,
    make_sku,
    make_store,
    make_warehouse,
    order_of,
    payment_of,
    put_in_stock,
)

PIECES, PRICE, STOCK = 4, 10, 6


class OrderMachine(RuleBasedStateMachine):
    """One order of four pieces at ten, beside a model of whole numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        store, self.sku = make_store(), make_sku()
        put_in_stock(self.sku, make_warehouse(store=store), STOCK)
        self.order = place_order(store, order=order_of(line_of(self.sku, PIECES), placed_at=timezone.now()))
        self.calls, self.state = 0, "new"
        # Amounts paid and given back; pieces sent, refunded, and of these never sent.
        self.paid = self.back = self.shipped = self.refunded = self.taken_back = 0
        self.booked = False

    def teardown(self) -> None:
        assert [problem for check in checks() for problem in check.run()] == []
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    @property
    def due(self) -> int:
        return PIECES * PRICE

    @property
    def left(self) -> int:
        """Pieces that are promised and neither sent nor called off."""
        return 0 if self.state == "cancelled" else PIECES - self.shipped - self.taken_back

    def _attempt(self, allowed: bool, work) -> bool:
        if allowed:
            work()
        else:
            with pytest.raises(DomainError), transaction.atomic():
                work()
        return allowed

    @rule(amount=st.sampled_from([10, 20, 40]), twice=st.booleans())
    def pay(self, amount, twice):
        self.calls += 1
        payment = payment_of(str(amount), ref=f"pay:{self.calls}", at=timezone.now())
        before = self.paid
        for _again in range(1 + twice):
            record_payment(self.order, payment=payment)
        self.paid += amount
        if self.state != "cancelled" and before < self.due <= self.paid:
            self.state = "confirmed" if self.state == "new" else self.state
            self.booked = self.state == "confirmed"

    @rule()
    def cancel(self):
        allowed = self.shipped == 0 and self.state not in ("closed",)
        if self._attempt(allowed, lambda: cancel_order(self.order, reason="no")) and self.state != "cancelled":
            self.state, self.back = "cancelled", self.paid

    @rule(count=st.integers(1, PIECES), twice=st.booleans())
    def ship(self, count, twice):
        self.calls += 1
        key, line = f"parcel-{self.calls}", self.order.lines.get()
        allowed = self.state == "confirmed" and count <= self.left

        def send():
            for _again in range(1 + twice):
                ship_lines(self.order, pieces={line.pk: count}, key=key, shipped_at=timezone.now())

        if self._attempt(allowed, send):
            self.shipped += count

    @rule(count=st.integers(1, PIECES))
    def refund(self, count):
        self.calls += 1
        piece = RefundPiece(self.order.lines.get().pk, count, Decimal(count * PRICE))
        # Money goes back for a sale that is in the books; a check that begins later does not take it out of them.
        booked = self.booked and self.state in ("confirmed", "closed", "risk_hold")
        within = self.refunded + count <= PIECES

        def give():
            refund_lines(self.order, lines=[piece], source_ref=f"r:{self.calls}", refunded_at=timezone.now())

        if self._attempt(booked and within and self.state != "cancelled", give):
            self.refunded += count
            never_sent = min(count, self.left)
            self.taken_back += never_sent
            self.back += count * PRICE

    @rule()
    def hold(self):
        allowed = self.state in ("new", "confirmed") and self.shipped == 0
        if self._attempt(allowed, lambda: hold_order(self.order, reason="look")):
            self.state = "risk_hold"

    @rule()
    def clear(self):
        if self._attempt(self.state == "risk_hold", lambda: clear_order(self.order, reason="fine")):
            self.state = "confirmed" if self.paid >= self.due else "new"
            self.booked = self.booked or self.state == "confirmed"

    @rule()
    def close(self):
        gone = self.left == 0 and self.state in ("confirmed", "closed")
        if self._attempt(gone, lambda: close_order(self.order)):
            self.state = "closed"

    @rule()
    def run_out(self):
        Order.objects.filter(pk=self.order.pk, expires_at__isnull=False).update(
            expires_at=timezone.now() - timedelta(minutes=1)
        )
        expire_unpaid(now=timezone.now())
        if self.state == "new" and not self.paid:
            self.state = "cancelled"

    @invariant()
    def the_order_says_what_the_model_says(self):
        found = Order.objects.get(pk=self.order.pk)
        assert (found.state, found.paid_amount, found.refunded_amount) == (self.state, self.paid, self.back)
        expected = "over" if self.paid > self.due else "paid" if self.paid == self.due else "partial"
        assert found.payment_state == (expected if self.paid else "unpaid")
        assert found.lines.get().shipped_quantity == self.shipped
        balance = StockBalance.objects.get(sku=self.sku)
        assert (balance.on_hand, balance.reserved) == (STOCK - self.shipped, self.left)


def run(examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(OrderMachine, settings=chosen)


@pytest.mark.django_db
def test_any_order_of_calls_leaves_an_order_as_the_model_says():
    run(8, 8)


@pytest.mark.django_db
@pytest.mark.slow
def test_many_long_orders_of_calls_leave_an_order_as_the_model_says():
    run(60, 25)
