"""The layout of the Online Retail file, by hand and against an independent reading of the whole."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fulfillment.layouts import LAYOUTS
from fulfillment.layouts.base import LineKind, SourceState, StoreDefaults
from fulfillment.layouts.count import FileCount
from fulfillment.layouts.reading import open_order_file
from tests.fulfillment.online_retail_oracle import read_online_retail
from tests.fulfillment.order_rows import found_in, parse
from tests.real_data import real_file


def row(**values: str) -> dict[str, str]:
    return {
        "number": "536365",
        "code": "85123a",
        "title": "WHITE HANGING HEART ",
        "quantity": "6",
        "placed_at": "2011-07-01 08:26:00",
        "price": "2.55",
        "customer": "17850",
        "country": "United Kingdom",
    } | values


def test_an_invoice_is_an_order_paid_on_the_spot():
    unit = parse("online-retail", [row(), row(code="POST", quantity="1", price="18")])
    order = unit.order
    assert unit.issues == ()
    assert (order.external_number, order.state, order.currency) == ("536365", SourceState.COMPLETED, "GBP")
    assert order.placed_at == order.paid_at == datetime(2011, 7, 1, 7, 26, tzinfo=UTC)
    assert order.placed_on == date(2011, 7, 1)
    assert order.buyer.identity == ("external", "17850")
    assert [(line.kind, line.sku_code, line.amount) for line in order.lines] == [
        (LineKind.GOODS, "85123A", Decimal("15.30")),
        (LineKind.SHIPPING, "POST", Decimal("18.00")),
    ]
    assert order.lines[0].title == "WHITE HANGING HEART"
    assert (order.goods_amount, order.postage_amount, order.paid_amount) == (
        Decimal("15.30"),
        Decimal("18.00"),
        Decimal("33.30"),
    )


@pytest.mark.parametrize(
    ("code", "price", "kind"),
    [
        ("22423", "1", "goods"),
        ("DCGSSGIRL", "1", "goods"),
        ("22423", "0", "gift"),
        ("M", "0", "gift"),
        ("POST", "1", "shipping"),
        ("DOT", "1", "shipping"),
        ("C2", "1", "shipping"),
        ("D", "1", "discount"),
        ("m", "1", "fee"),
        ("S", "1", "fee"),
        ("B", "1", "fee"),
        ("CRUK", "1", "fee"),
        ("PADS", "0.001", "fee"),
        ("AMAZONFEE", "1", "fee"),
        ("BANK CHARGES", "1", "fee"),
        ("gift_0001_20", "1", "voucher"),
    ],
)
def test_a_line_is_what_its_code_says(code, price, kind):
    unit = parse("online-retail", [row(code=code, price=price)])
    assert unit.order.lines[0].kind == kind
    assert unit.count.adds_up


def test_cents_are_rounded_half_up_on_each_line_and_away_from_zero():
    unit = parse("online-retail", [row(quantity="1", price="0.005"), row(quantity="3", price="0.001")])
    assert [line.amount for line in unit.order.lines] == [Decimal("0.01"), Decimal("0.00")]
    back = parse("online-retail", [row(number="C1", quantity="-1", price="0.005")])
    assert back.cancellation.amount == Decimal("-0.01")


def test_a_cancellation_keeps_its_own_number_and_negative_lines():
    unit = parse(
        "online-retail",
        [row(number="c536379", quantity="-2"), row(number="C536379", code="D", quantity="-1", price="27.5")],
    )
    assert unit.order is None
    assert unit.cancellation.external_number == "C536379"
    assert unit.cancellation.amount == Decimal("-32.60")
    assert (unit.count.cancellations, unit.count.orders, unit.count.net_amount) == (1, 0, Decimal("-32.60"))


def test_an_adjustment_is_neither_order_nor_line():
    unit = parse("online-retail", [row(number="A563186", code="B", quantity="1", price="-11062.06", customer="")])
    assert (unit.order, unit.cancellation) == (None, None)
    assert [entry.amount for entry in unit.adjustments] == [Decimal("-11062.06")]
    assert (unit.count.lines, unit.count.net_amount) == (0, Decimal("0.00"))


def test_an_invoice_of_stock_notes_alone_is_no_order():
    unit = parse("online-retail", [row(quantity="-9600", price="0", customer="", title="damaged")])
    assert unit.order is None
    assert [(note.sku_code, note.quantity, note.description) for note in unit.stock_notes] == [
        ("85123A", -9600, "damaged")
    ]
    assert not unit.is_rejected


def test_of_two_times_the_earliest_is_taken_and_said():
    unit = parse("online-retail", [row(placed_at="2011-07-01 08:27"), row()])
    assert unit.order.placed_at == datetime(2011, 7, 1, 7, 26, tzinfo=UTC)
    assert found_in(unit) == [(3, "", "times_differ")]
    assert not unit.is_rejected


def test_equal_lines_are_kept():
    assert len(parse("online-retail", [row(), row()]).order.lines) == 2


def test_the_original_files_american_dates_are_understood():
    assert parse("online-retail", [row(placed_at="12/1/2010 8:26")]).order.placed_on == date(2010, 12, 1)


def test_without_a_customer_the_buyer_is_a_guest():
    assert parse("online-retail", [row(customer="")]).order.buyer.identity is None
    assert parse("online-retail", [row(customer="17850.0")]).order.buyer.identity == ("external", "17850")


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"number": "X12"}, ("NUMBER", "number_unknown_kind")),
        ({"number": ""}, ("NUMBER", "required_empty")),
        ({"code": ""}, ("CODE", "required_empty")),
        ({"quantity": "six"}, ("QUANTITY", "not_a_number")),
        ({"quantity": "0"}, ("QUANTITY", "quantity_zero")),
        ({"quantity": "-1"}, ("QUANTITY", "sale_negative")),
        ({"number": "C1"}, ("QUANTITY", "cancellation_positive")),
        ({"price": "-1"}, ("PRICE", "price_negative")),
        ({"price": ""}, ("PRICE", "required_empty")),
        ({"placed_at": "soon"}, ("PLACED_AT", "not_a_date")),
    ],
)
def test_a_broken_row_rejects_its_invoice_and_says_where(values, finding):
    unit = parse("online-retail", [row(**values)])
    assert unit.is_rejected
    assert unit.order is None
    assert found_in(unit) == [(2, *finding)]
    assert (unit.count.rows, unit.count.rejected, unit.count.adds_up) == (1, 1, True)


def test_all_errors_of_all_rows_are_told_at_once():
    unit = parse("online-retail", [row(quantity="six", price="free"), row(), row(placed_at="soon", customer="1")])
    assert found_in(unit) == [
        (2, "QUANTITY", "not_a_number"),
        (2, "PRICE", "not_a_number"),
        (4, "PLACED_AT", "not_a_date"),
    ]
    assert unit.count.rejected == 3


def test_rows_that_disagree_on_the_customer_are_refused():
    unit = parse("online-retail", [row(), row(customer="12345")])
    assert found_in(unit) == [(3, "CUSTOMER", "values_differ")]


def test_the_hash_does_not_depend_on_the_order_of_rows_but_on_their_content():
    one = parse("online-retail", [row(), row(code="22423")]).order.payload_hash
    assert parse("online-retail", [row(code="22423"), row()]).order.payload_hash == one
    assert parse("online-retail", [row(), row(code="22424")]).order.payload_hash != one


@pytest.mark.slow
@pytest.mark.real_data
def test_the_real_file_agrees_with_an_independent_reading_in_every_figure(tmp_path):
    path = real_file()
    oracle = read_online_retail(path)
    count, customers, placed, codes, units_sold = FileCount(), set(), {}, set(), 0
    layout, store = LAYOUTS["online-retail"], StoreDefaults("", "UTC")
    with open_order_file(path, layout=layout, spool_path=tmp_path / "spool", store=store) as order_file:
        assert (order_file.row_count, order_file.unit_count) == (oracle.rows, len(oracle.invoices))
        for _, unit in order_file.units():
            count += unit.count
            for found in (unit.order, unit.cancellation):
                if found:
                    codes.update(line.sku_code for line in found.lines)
                    customers.update([found.buyer.identity] if found.buyer.identity else [])
                    placed[found.external_number] = found.placed_at
            if unit.order:
                units_sold += sum(line.quantity for line in unit.order.lines)
    assert count == FileCount(
        rows=oracle.rows,
        units=len(oracle.invoices),
        orders=len(oracle.order_numbers),
        cancellations=len(oracle.cancellation_numbers),
        lines=oracle.lines,
        cancellation_lines=oracle.cancellation_lines,
        goods=oracle.kinds["goods"],
        gifts=oracle.kinds["gift"],
        shipping=oracle.kinds["shipping"],
        discounts=oracle.kinds["discount"],
        fees=oracle.kinds["fee"],
        vouchers=oracle.kinds["voucher"],
        adjustments=oracle.adjustments,
        stock_notes=oracle.stock_notes,
        warnings=38,
        net_amount=oracle.net_amount,
        adjustment_amount=oracle.adjustment_amount,
    )
    assert count.adds_up
    assert customers == {("external", number) for number in oracle.customer_ids}
    assert codes == oracle.codes
    assert units_sold == oracle.units_sold
    assert set(placed) == oracle.order_numbers | oracle.cancellation_numbers


@pytest.mark.slow
@pytest.mark.real_data
def test_the_facts_of_the_real_file_are_as_written_down():
    oracle = read_online_retail(real_file())
    kinds = [number[0] for number in oracle.invoices]
    assert (len(kinds), kinds.count("C"), kinds.count("A")) == (16_459, 2_554, 3)
    assert (oracle.rows, oracle.stock_notes, oracle.kinds["gift"]) == (320_705, 925, 872)
    assert len(oracle.customer_ids) == 3_360
