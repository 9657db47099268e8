"""Any order of receipts, promises, parcels and corrections leaves stock as a dictionary says."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from config.kernel.errors import DomainError
from fulfillment.books import balances_against_movements, reserved_against_reservations
from fulfillment.models import Reservation, StockBalance
from fulfillment.services.stock import (
    Delivery,
    Place,
    Wanted,
    adjust_stock,
    commit_reservations,
    expire_holds,
    find_lot,
    receive_stock,
    release_reservations,
    reserve_stock,
    return_stock,
    ship_reserved,
)
from tests.fulfillment.factories import NOON, make_sku, make_warehouse

PIECES = st.integers(1, 6)


class StockMachine(RuleBasedStateMachine):
    """The doors beside a model: pieces on hand, and promises by key as [pieces, state]."""

    def __init__(self) -> None:
        super().__init__()
        self.point = transaction.atomic()
        self.point.__enter__()
        sku, warehouse = make_sku(), make_warehouse()
        self.place = Place(sku.pk, warehouse.pk, find_lot(sku).pk)
        self.calls, self.on_hand = 0, 0
        self.promises: dict[str, list] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.point.__exit__(None, None, None)

    def _key(self) -> str:
        self.calls += 1
        return f"call:{self.calls}"

    def _delivery(self, count: int) -> Delivery:
        return Delivery(self.place.sku_id, self.place.warehouse_id, self.place.lot_id, count)

    @property
    def reserved(self) -> int:
        return sum(count for count, state in self.promises.values() if state in ("held", "late", "committed"))

    def _rows(self, key: str) -> list[Reservation]:
        return list(Reservation.objects.filter(idempotency_key__startswith=f"{key}:"))

    def _choose(self, data, *states: str) -> str | None:
        keys = [key for key, (_count, state) in self.promises.items() if state in states]
        return data.draw(st.sampled_from(keys)) if keys else None

    @rule(count=PIECES, twice=st.booleans())
    def receive(self, count, twice):
        key = self._key()
        for _again in range(1 + twice):
            receive_stock(self._delivery(count), key=key, occurred_at=NOON)
        self.on_hand += count

    @rule(count=PIECES)
    def come_back(self, count):
        return_stock(self._delivery(count), key=self._key(), occurred_at=NOON)
        self.on_hand += count

    @rule(count=PIECES, is_late=st.booleans())
    def reserve(self, count, is_late):
        key, now = self._key(), timezone.now()
        wanted = [Wanted(self.place.sku_id, self.place.warehouse_id, count)]
        expires_at = now + timedelta(hours=-1 if is_late else 1)
        late = [one for one, (_count, state) in self.promises.items() if state == "late"]
        could_free = sum(self.promises[one][0] for one in late)
        free = self.on_hand - self.reserved
        if count > free + could_free:
            with pytest.raises(DomainError):
                reserve_stock(wanted, key=key, expires_at=expires_at)
            return
        reserve_stock(wanted, key=key, expires_at=expires_at)
        if count > free:
            for one in late:
                self.promises[one][1] = "expired"
        self.promises[key] = [count, "late" if is_late else "held"]

    @rule(data=st.data())
    def commit(self, data):
        key = self._choose(data, "held", "late", "released", "expired")
        if key:
            assert commit_reservations(self._rows(key)) == int(self.promises[key][1] in ("held", "late"))
            if self.promises[key][1] in ("held", "late"):
                self.promises[key][1] = "committed"

    @rule(data=st.data())
    def release(self, data):
        key = self._choose(data, "held", "late", "committed", "shipped", "expired")
        if key:
            count, state = self.promises[key]
            is_active = state in ("held", "late", "committed")
            assert release_reservations(self._rows(key)) == (count if is_active else 0)
            if is_active:
                self.promises[key][1] = "released"

    @rule()
    def expire(self):
        late = [key for key, (_count, state) in self.promises.items() if state == "late"]
        assert expire_holds(now=timezone.now()) == len(late)
        for key in late:
            self.promises[key][1] = "expired"

    @rule(data=st.data(), twice=st.booleans())
    def ship(self, data, twice):
        key = self._choose(data, "held", "late", "committed")
        if key:
            rows, parcel = self._rows(key), self._key()
            for _again in range(1 + twice):
                ship_reserved(rows, key=parcel, occurred_at=NOON)
            self.on_hand -= self.promises[key][0]
            self.promises[key][1] = "shipped"

    @rule(count=st.integers(-6, 6).filter(bool))
    def adjust(self, count):
        words = {"reason": "counted", "actor": None, "occurred_at": NOON, "key": self._key()}
        if self.on_hand - self.reserved + count < 0:
            with pytest.raises(DomainError):
                adjust_stock(self.place, quantity=count, **words)
            return
        adjust_stock(self.place, quantity=count, **words)
        self.on_hand += count

    @invariant()
    def the_books_say_what_the_model_says(self):
        found = StockBalance.objects.filter(sku_id=self.place.sku_id).values_list("on_hand", "reserved")
        assert list(found) in ([(self.on_hand, self.reserved)], [] if not self.on_hand else None)
        assert list(balances_against_movements()) == []
        assert list(reserved_against_reservations()) == []


@pytest.mark.django_db
def test_any_order_of_calls_leaves_stock_as_the_model_says():
    quick = settings(
        max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(StockMachine, settings=quick)
