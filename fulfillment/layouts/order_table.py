"""Files in which each row is a line of an order, or an order, with the order's values beside it.

`generic` and `marketplace-zh` are such files; they differ in their headings and in what may be left out.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from config.kernel.importing.headings import FieldRow
from config.kernel.importing.moments import DayOrder, parse_moment
from config.kernel.importing.values import BadValue, parse_identifier
from fulfillment.layouts.base import (
    Layout,
    ParsedLine,
    ParsedOrder,
    ParsedUnit,
    StoreDefaults,
    payload_hash,
    rejected_unit,
)
from fulfillment.layouts.count import NOTHING
from fulfillment.layouts.order_amounts import OrderAmounts, check_amounts, read_amounts
from fulfillment.layouts.order_buyers import read_buyer, region_of
from fulfillment.layouts.order_lines import read_lines
from fulfillment.layouts.order_payments import OrderTimes, read_payments, settle_state
from fulfillment.layouts.order_reader import OrderReader
from fulfillment.layouts.tally import accepted_unit

NUMBER_LIMIT = 64
NOTE_LIMIT = 2_000
# Stands in for a missing time until the order is rejected for it.
NEVER = datetime(1990, 1, 1, tzinfo=UTC)
_CURRENCY = re.compile(r"[A-Z]{3}")


class OrderTableLayout(Layout):
    """`required_values` must be filled on every order, not only have a column."""

    required_values: ClassVar[tuple[str, ...]] = ("order_number", "placed_at")
    day_order: ClassVar[DayOrder] = DayOrder.UNKNOWN

    def key_of(self, row: FieldRow) -> str:
        try:
            return parse_identifier(row.get("order_number"), limit=NUMBER_LIMIT)
        except BadValue:
            return ""

    def sort_key_of(self, row: FieldRow, *, store: StoreDefaults) -> str:
        try:
            return parse_moment(row.get("placed_at"), zone=store.zone, day_order=self.day_order).at.isoformat()
        except BadValue:
            return ""

    def parse_unit(self, key: str, rows: Sequence[FieldRow], *, store: StoreDefaults) -> ParsedUnit:
        settled = self.settled(store)
        reader = OrderReader(rows, zone=settled.zone, day_order=self.day_order)
        order = self._read_order(reader, rows, store=settled)
        issues = reader.issues
        if order is None or any(issue.is_error for issue in issues):
            return rejected_unit(key, rows, issues=issues)
        return accepted_unit(key, rows=[row.number for row in rows], issues=issues, order=order)

    def settle_amounts(
        self, reader: OrderReader, amounts: OrderAmounts, *, lines: Sequence[ParsedLine], times: OrderTimes
    ) -> OrderAmounts:
        """Where a layout works out what its files leave out; nothing by default."""
        return amounts

    def _read_order(self, reader: OrderReader, rows: Sequence[FieldRow], *, store: StoreDefaults) -> ParsedOrder | None:
        """The order, or None when its time is missing; every value is read even after an error, to name all errors."""
        for name in self.required_values:
            if all(row.is_blank(name) for row in reader.rows):
                reader.error(name, "required_empty")
        number = reader.identifier("order_number", limit=NUMBER_LIMIT)
        times = OrderTimes(reader)
        lines = read_lines(reader)
        amounts = self.settle_amounts(reader, read_amounts(reader, lines=lines), lines=lines, times=times)
        state, words = settle_state(reader, times=times, amounts=amounts)
        if not reader.has_errors:  # a sum with an unreadable part says nothing
            check_amounts(reader, amounts, lines=lines, state=state)
        payments = read_payments(reader, state=state, times=times, amounts=amounts)
        buyer = read_buyer(reader, country=store.country)
        order = ParsedOrder(
            external_number=number,
            placed_at=times.placed.at if times.placed else NEVER,
            placed_on=times.placed.on if times.placed else NEVER.date(),
            state=state,
            status_text=words,
            buyer=buyer,
            currency=_currency(reader, store=store),
            country=reader.text("country", limit=64) or store.country,
            region=reader.text("region", limit=64) or region_of(buyer.address),
            lines=lines,
            payments=payments,
            payload_hash=payload_hash(rows),
        )
        order = _with_remarks(_with_times(_with_amounts(order, amounts), times), reader)
        return order if times.placed else None


def _with_amounts(order: ParsedOrder, amounts: OrderAmounts) -> ParsedOrder:
    return replace(
        order,
        goods_amount=amounts.goods,
        shop_discount_amount=amounts.shop_discount,
        platform_discount_amount=amounts.platform_discount,
        postage_amount=amounts.postage,
        total_amount=amounts.total,
        paid_amount=amounts.paid or NOTHING,
        refunded_amount=amounts.refunded,
        paid_is_after_refund=amounts.paid_is_after_refund,
    )


def _with_times(order: ParsedOrder, times: OrderTimes) -> ParsedOrder:
    paid = times.paid or times.balance_paid or times.deposit_paid
    return replace(
        order,
        paid_at=paid.at if paid else None,
        shipped_at=times.shipped.at if times.shipped else None,
        completed_at=times.completed.at if times.completed else None,
        dispatch_due_at=times.dispatch_due.at if times.dispatch_due else None,
    )


def _with_remarks(order: ParsedOrder, reader: OrderReader) -> ParsedOrder:
    return replace(
        order,
        buyer_note=reader.text("buyer_note", limit=NOTE_LIMIT),
        seller_memo=reader.text("seller_memo", limit=NOTE_LIMIT),
        flag=reader.text("flag", limit=32),
        shipping_method=reader.text("shipping_method", limit=64),
        carrier=reader.text("carrier", limit=64),
        tracking_numbers=reader.identifiers("tracking_number"),
        invoice_title=reader.text("invoice_title"),
    )


def _currency(reader: OrderReader, *, store: StoreDefaults) -> str:
    said = reader.identifier("currency", limit=16).upper()
    if said and not _CURRENCY.fullmatch(said):
        reader.error("currency", "currency_unknown", value=said)
    return said or store.currency
