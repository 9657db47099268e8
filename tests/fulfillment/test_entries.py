"""What an order is in the sales ledger: the rows add up to what the channel took."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from fulfillment.entries import Entry, KitShare, RefundPart, refund_parts, sale_entries, split_over_kit, take_back_entry
from fulfillment.layouts.base import LineKind, ParsedLine, ParsedOrder, ParsedPayment, PaymentKind, SourceState
from fulfillment.layouts.buyers import Buyer
from fulfillment.order_money import settle_order

MOMENT = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
D = Decimal


def line(kind: LineKind, quantity: int, price: str, **more: Any) -> ParsedLine:
    amount = (quantity * D(price)).quantize(D("0.01"))
    return ParsedLine(
        row=2,
        position=1,
        kind=kind,
        sku_code="A",
        title="",
        quantity=quantity,
        unit_price=D(price),
        amount=amount,
        **more,
    )


def order(*lines: ParsedLine, paid: str, **more: Any) -> ParsedOrder:
    return ParsedOrder(
        external_number="1",
        placed_at=MOMENT,
        placed_on=date(2026, 3, 1),
        state=more.pop("state", SourceState.COMPLETED),
        buyer=Buyer(),
        currency="CNY",
        country="CN",
        lines=lines,
        payments=more.pop("payments", (ParsedPayment(PaymentKind.FULL, D(paid), MOMENT),)),
        payload_hash="x",
        paid_amount=D(paid),
        **more,
    )


def columns(entries: list[Entry]) -> list[tuple[str, int, str, str, str]]:
    return [
        (str(entry.line_kind), entry.quantity, str(entry.gross), str(entry.discount), str(entry.shipping))
        for entry in entries
    ]


def test_each_kind_of_line_goes_to_its_own_column() -> None:
    parsed = order(
        line(LineKind.GOODS, 2, "10.00"),
        line(LineKind.GIFT, 1, "0.00"),
        line(LineKind.SHIPPING, 1, "5.00"),
        line(LineKind.FEE, 1, "3.00"),
        line(LineKind.VOUCHER, 1, "20.00"),
        paid="48.00",
        postage_amount=D("5.00"),
    )
    assert columns(sale_entries(parsed, settle_order(parsed))) == [
        ("goods", 2, "20.00", "0.00", "0.00"),
        ("gift", 1, "0.00", "0.00", "0.00"),
        ("shipping", 0, "0.00", "0.00", "5.00"),
        ("fee", 0, "3.00", "0.00", "0.00"),
        ("voucher", 0, "20.00", "0.00", "0.00"),
    ]


def test_what_lies_between_lines_and_payment_is_shared_out_as_discount_to_the_cent() -> None:
    parsed = order(
        line(LineKind.GOODS, 1, "10.00", discount_amount=D("1.00")),
        line(LineKind.GOODS, 1, "20.00"),
        paid="24.01",
        postage_amount=D("6.00"),
        shop_discount_amount=D("8.00"),
        platform_discount_amount=D("2.99"),
    )
    money = settle_order(parsed)
    assert columns(sale_entries(parsed, money)) == [
        ("goods", 1, "10.00", "4.41", "0.00"),
        ("goods", 1, "20.00", "7.58", "0.00"),
        ("shipping", 0, "0.00", "0.00", "6.00"),
    ]
    assert sum(share.platform_discount for share in money.shares) == D("2.99")


@pytest.mark.parametrize(
    ("paid", "postage", "expected_loose", "expected_surplus"),
    [("35.00", "0", "0.00", "5.00"), ("30.00", "0", "0.00", "0.00"), ("0.00", "4.00", "0.00", "0.00")],
)
def test_the_rows_add_up_even_where_the_file_does_not(
    paid: str, postage: str, expected_loose: str, expected_surplus: str
) -> None:
    parsed = order(line(LineKind.GOODS, 3, "10.00"), paid=paid, postage_amount=D(postage))
    money = settle_order(parsed)
    assert sum(entry.paid for entry in sale_entries(parsed, money)) == D(paid)
    assert (str(money.loose_discount), str(money.surplus)) == (expected_loose, expected_surplus)


def test_an_order_without_lines_is_one_row() -> None:
    parsed = order(paid="30.00", postage_amount=D("6.00"))
    assert columns(sale_entries(parsed, settle_order(parsed))) == [("goods", 0, "24.00", "0.00", "6.00")]


def test_an_unpaid_order_is_due_what_the_channel_asks() -> None:
    parsed = order(
        line(LineKind.GOODS, 1, "10.00"), paid="0", payments=(), state=SourceState.UNPAID, total_amount=D("9.50")
    )
    money = settle_order(parsed)
    assert (money.due, money.shares[0].net) == (D("9.50"), D("9.50"))


def test_a_full_refund_takes_back_every_piece_and_the_postage() -> None:
    parsed = order(line(LineKind.GOODS, 2, "10.00"), line(LineKind.GIFT, 1, "0"), paid="24.00", postage_amount=D("4"))
    parts = refund_parts(parsed, settle_order(parsed), amount=D("24.00"), is_all=True)
    assert parts == [
        RefundPart(0, LineKind.GOODS, 2, D("20.00")),
        RefundPart(1, LineKind.GIFT, 1, D("0.00")),
        RefundPart(None, LineKind.SHIPPING, 0, D("4.00")),
    ]


def test_a_partial_refund_follows_the_lines_of_the_file_and_counts_pieces_of_whole_lines_only() -> None:
    parsed = order(
        line(LineKind.GOODS, 2, "10.00", refunded_amount=D("20.00")), line(LineKind.GOODS, 1, "30.00"), paid="50.00"
    )
    parts = refund_parts(parsed, settle_order(parsed), amount=D("25.00"), is_all=False)
    assert parts == [RefundPart(0, LineKind.GOODS, 2, D("20.00")), RefundPart(1, LineKind.GOODS, 0, D("5.00"))]


def test_the_rest_of_a_refund_takes_what_the_first_part_left() -> None:
    parsed = order(line(LineKind.GOODS, 2, "10.00"), paid="20.00")
    parts = refund_parts(parsed, settle_order(parsed), amount=D("15.00"), is_all=True, taken=[D("5.00")])
    assert parts == [RefundPart(0, LineKind.GOODS, 2, D("15.00"))]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (LineKind.GOODS, ("refund", -2, "-7.00", "0.00", "0.00")),
        (LineKind.SHIPPING, ("shipping_refund", 0, "0.00", "0.00", "-7.00")),
        (LineKind.DISCOUNT, ("refund", 0, "0.00", "7.00", "0.00")),
        (LineKind.FEE, ("refund", 0, "-7.00", "0.00", "0.00")),
    ],
)
def test_a_reversal_lowers_the_column_that_the_sale_raised(
    kind: LineKind, expected: tuple[str, int, str, str, str]
) -> None:
    entry = take_back_entry(kind, units=2, amount=D("7.00"))
    found = (entry.kind, entry.quantity, str(entry.gross), str(entry.discount), str(entry.shipping))
    assert found == expected
    assert entry.paid == D("-7.00")


def test_a_kit_is_booked_by_its_parts_to_the_cent() -> None:
    sold = Entry("sale", "goods", 0, 3, gross=D("10.00"), discount=D("1.00"))
    parts = split_over_kit(sold, [KitShare(7, 2, D(1)), KitShare(8, 1, D(1))])
    assert [(sku, row.quantity, str(row.gross), str(row.discount)) for sku, row in parts] == [
        (7, 6, "6.67", "0.67"),
        (8, 3, "3.33", "0.33"),
    ]
    back = replace(sold, gross=D("-10.00"), discount=D(0))
    assert [str(row.gross) for _, row in split_over_kit(back, [KitShare(7, 1, D(0)), KitShare(8, 1, D(0))])] == [
        "-5.00",
        "-5.00",
    ]
