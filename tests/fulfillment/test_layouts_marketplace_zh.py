"""The layout of Chinese marketplace exports: single orders, then a whole file with a broken row of every sort."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from config.kernel.importing.headings import ColumnMapping, propose_mapping
from config.kernel.importing.problems import FileProblem
from fulfillment.layouts import LAYOUTS
from fulfillment.layouts.base import LineKind, PaymentKind, SourceState
from fulfillment.layouts.count import FileCount
from fulfillment.layouts.reading import open_order_file, propose_for
from tests.fulfillment.marketplace_file import COLUMNS, MAPPING, write_csv, write_xlsx
from tests.fulfillment.order_rows import STORE, found_in, parse

LAYOUT = LAYOUTS["marketplace-zh"]


def order(**values: str) -> dict[str, str]:
    return {
        "order_number": "202603010000000001",
        "placed_at": "2026-03-01 00:30:00",
        "paid_at": "2026-03-01 00:31:00",
        "status": "卖家已发货，等待买家确认",
        "goods_amount": "56.80",
        "postage": "6.00",
        "total": "62.80",
        "shop_discount": "3.00",
        "platform_discount": "2.80",
        "paid": "60.00",
        "refund": "0.00",
        "name": "王小明",
        "phone": "138 0013 8000",
        "address": "浙江省杭州市文三路1号",
        "title": "核桃",
        "sku_code": "nut-1",
        "quantity": "2",
        "unit_price": "29.90",
    } | values


def test_an_order_with_lines_is_read_with_all_its_amounts():
    unit = parse("marketplace-zh", [order()])
    found = unit.order
    assert found_in(unit) == []
    assert (found.placed_on, found.placed_at) == (date(2026, 3, 1), datetime(2026, 2, 28, 16, 30, tzinfo=UTC))
    assert (found.currency, found.country, found.region, found.state) == ("CNY", "CN", "浙江", SourceState.SHIPPED)
    assert (found.goods_amount, found.postage_amount, found.total_amount) == (
        Decimal("56.80"),
        Decimal("6.00"),
        Decimal("62.80"),
    )
    assert (found.shop_discount_amount, found.platform_discount_amount) == (Decimal("3.00"), Decimal("2.80"))
    assert [(payment.kind, payment.amount) for payment in found.payments] == [(PaymentKind.FULL, Decimal("60.00"))]
    assert [(line.kind, line.sku_code, line.quantity, line.amount) for line in found.lines] == [
        (LineKind.GOODS, "NUT-1", 2, Decimal("59.80"))
    ]
    assert found.buyer.identity == ("phone", "+8613800138000")


def test_seven_columns_are_enough_for_orders_without_lines():
    headings = ["订单编号", "总金额", "买家实际支付金额", "收货地址 ", "订单创建时间", "订单付款时间 ", "退款金额"]
    proposal = propose_mapping(headings, fields=LAYOUT.fields)
    assert set(proposal.mapping.columns) == {
        "order_number",
        "total",
        "paid",
        "address",
        "placed_at",
        "paid_at",
        "refund",
    }
    unpaid = parse("marketplace-zh", [
        {"order_number": "1", "total": "178.8", "paid": "0", "address": "上海", "placed_at": "2020-02-21 00:00:00", "paid_at": "", "refund": "0"}
    ])  # fmt: skip
    assert (unpaid.order.state, unpaid.order.payments, unpaid.order.region) == (SourceState.UNPAID, (), "上海")
    assert unpaid.count.order_rows == 1
    assert found_in(unpaid) == []


def test_a_paid_amount_that_is_left_after_a_refund_is_recognised_by_the_sums():
    unit = parse("marketplace-zh", [
        {"order_number": "5", "total": "64.8", "paid": "0", "placed_at": "2020-02-20", "paid_at": "2020-02-20", "refund": "64.8"}
    ])  # fmt: skip
    assert unit.order.paid_amount == Decimal("0.00")
    assert (unit.order.received_amount, unit.order.net_amount) == (Decimal("64.80"), Decimal("0.00"))
    assert found_in(unit) == [(2, "PAID", "paid_after_refund")]


def test_a_refund_of_a_fully_shown_payment_lowers_the_net_amount():
    unit = parse("marketplace-zh", [order(refund="20.00")])
    assert (unit.order.received_amount, unit.order.net_amount) == (Decimal("60.00"), Decimal("40.00"))
    assert found_in(unit) == []


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("等待买家付款", "unpaid"),
        ("买家已付款,等待卖家发货", "paid"),
        ("待发货", "paid"),
        ("卖家部分发货", "part_shipped"),
        ("卖家已发货，等待买家确认", "shipped"),
        ("交易成功", "completed"),
        ("已签收", "completed"),
        ("交易关闭", "closed"),
        ("已取消", "closed"),
        ("定金已付，尾款未付", "deposit_paid"),
    ],
)
def test_the_channels_words_are_understood(words, state):
    assert parse("marketplace-zh", [order(status=words)]).order.state == state


def test_unknown_words_are_said_and_the_facts_decide():
    unit = parse("marketplace-zh", [order(status="神秘", shipped_at="2026-03-02")])
    assert unit.order.state == SourceState.SHIPPED
    assert (unit.order.status_text, found_in(unit)) == ("神秘", [(2, "STATUS", "status_unknown")])
    assert "神秘" in unit.issues[0].message


def test_a_presale_has_two_payments():
    cells = {
        "deposit": "10.00",
        "balance": "50.00",
        "deposit_paid_at": "2026-03-01 00:31",
        "balance_paid_at": "2026-03-05 20:00",
    }
    unit = parse("marketplace-zh", [order(**cells)])
    assert [(payment.kind, payment.amount, payment.paid_at.day) for payment in unit.order.payments] == [
        (PaymentKind.DEPOSIT, Decimal("10.00"), 28),
        (PaymentKind.BALANCE, Decimal("50.00"), 5),
    ]
    waiting = parse("marketplace-zh", [order(status="等待付尾款", paid="10.00", deposit="10.00", balance="50.00")])
    assert [payment.kind for payment in waiting.order.payments] == [PaymentKind.DEPOSIT]
    assert waiting.order.net_amount == Decimal("10.00")
    assert found_in(waiting) == []


@pytest.mark.parametrize(
    ("cells", "finding", "difference"),
    [
        ({"goods_amount": "56.90", "total": "62.90", "paid": "60.10"}, ("GOODS_AMOUNT", "lines_do_not_add_up"), "0.10"),
        ({"total": "63.00", "paid": "60.20"}, ("TOTAL", "total_does_not_add_up"), "0.20"),
        ({"paid": "59.00"}, ("PAID", "paid_does_not_add_up"), "-1.00"),
        ({"deposit": "10.00", "balance": "49.00"}, ("PAID", "parts_do_not_add_up"), "1.00"),
        ({"refund": "60.01"}, ("REFUND", "refund_exceeds_paid"), None),
        ({"status": "等待买家付款"}, ("STATUS", "status_contradicts"), None),
        ({"paid_at": "2026-02-28 23:00"}, ("PAID_AT", "paid_before_placed"), None),
        ({"phone": "12345"}, ("PHONE", "phone_invalid"), None),
    ],
)
def test_what_does_not_fit_is_warned_of_and_never_rewritten(cells, finding, difference):
    unit = parse("marketplace-zh", [order(**cells)])
    assert found_in(unit) == [(2, *finding)]
    assert unit.issues[0].params.get("difference") == difference
    assert not unit.is_rejected
    assert unit.order.paid_amount == Decimal(cells.get("paid", "60.00"))


@pytest.mark.parametrize(
    ("cells", "flags"),
    [
        ({"name": "王**", "phone": "138****8000"}, (True, True, False)),
        ({"phone": "13800138000-1234"}, (False, False, True)),
        ({"phone": "13800138000转1234"}, (False, False, True)),
        ({"name": "王小明[1234]"}, (False, False, True)),
    ],
)
def test_hidden_and_virtual_numbers_are_no_key_to_a_person(cells, flags):
    buyer = parse("marketplace-zh", [order(buyer_nick="t**9", **cells)]).order.buyer
    assert (buyer.is_name_masked, buyer.is_phone_masked, buyer.is_phone_virtual) == flags
    assert buyer.identity is None
    assert buyer.phone == cells.get("phone", "138 0013 8000")


def test_a_landline_is_not_virtual():
    assert parse("marketplace-zh", [order(phone="0571-88157858")]).order.buyer.identity == ("phone", "+8657188157858")


def test_values_of_the_order_may_stand_on_its_first_row_only():
    second = {"order_number": "202603010000000001", "sku_code": "nut-2", "quantity": "1", "unit_price": "0"}
    unit = parse("marketplace-zh", [order(tracking_number="SF1"), second | {"tracking_number": "SF2"}])
    assert [line.kind for line in unit.order.lines] == [LineKind.GOODS, LineKind.GIFT]
    assert unit.order.tracking_numbers == ("SF1", "SF2")
    assert found_in(unit) == []


def test_rows_that_contradict_each_other_reject_the_order():
    unit = parse("marketplace-zh", [order(), order(paid="61.00")])
    assert found_in(unit) == [(3, "PAID", "values_differ")]
    assert unit.count.rejected == 2


def test_no_heading_serves_two_fields():
    for layout in LAYOUTS.values():
        aliases = Counter(alias.casefold() for spec in layout.fields for alias in {*spec.aliases})
        assert [alias for alias, count in aliases.items() if count > 1] == []


def test_a_file_without_a_required_column_is_refused_by_name(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("订单编号,订单创建时间\n1,2026-03-01\n", encoding="gb18030")
    with pytest.raises(FileProblem) as caught:
        open_order_file(path, layout=LAYOUT, spool_path=tmp_path / "spool", store=STORE)
    assert "买家实际支付金额" in caught.value.message


def test_a_file_of_headings_alone_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("订单编号,订单创建时间,买家实际支付金额\n", encoding="gb18030")
    with pytest.raises(FileProblem) as caught:
        open_order_file(path, layout=LAYOUT, spool_path=tmp_path / "spool", store=STORE)
    assert caught.value.code == "only_headings"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_two_thousand_orders_become_exactly_what_was_written(tmp_path, kind):
    path = tmp_path / f"orders.{kind}"
    expected = write_csv(path) if kind == "csv" else write_xlsx(path)
    mapping = None if kind == "csv" else ColumnMapping.from_json(ColumnMapping(MAPPING).to_json())
    count, customers, states, located, codes = FileCount(), set(), Counter(), set(), Counter()
    with open_order_file(
        path, layout=LAYOUT, spool_path=tmp_path / "spool", store=STORE, mapping=mapping
    ) as order_file:
        for _, unit in order_file.units():
            count += unit.count
            located |= set(found_in(unit))
            codes.update(issue.code for issue in unit.issues)
            if unit.order:
                states[unit.order.state.value] += 1
                customers.update([unit.order.buyer.identity[1]] if unit.order.buyer.identity else [])
    assert located == expected.located
    assert codes == expected.error_codes + expected.warning_codes
    assert customers == expected.customers
    assert states == expected.states
    assert count == FileCount(
        rows=expected.rows,
        units=2_000,
        orders=expected.orders,
        lines=expected.lines,
        goods=expected.lines - expected.gifts,
        gifts=expected.gifts,
        order_rows=expected.orders_without_lines,
        rejected=expected.rejected,
        rejected_units=2_000 - expected.orders,
        warnings=expected.warning_codes.total(),
        net_amount=expected.net_amount,
        refund_amount=expected.refund_amount,
    )
    assert count.adds_up


def test_the_renamed_workbook_needs_its_mapping(tmp_path):
    write_xlsx(tmp_path / "orders.xlsx", orders=50)
    proposal = propose_for(tmp_path / "orders.xlsx", layout=LAYOUT)
    assert proposal.missing == ("order_number", "placed_at", "paid")
    with pytest.raises(FileProblem):
        open_order_file(tmp_path / "orders.xlsx", layout=LAYOUT, spool_path=tmp_path / "spool", store=STORE)


def test_the_sample_file_is_the_same_every_time(tmp_path):
    write_csv(tmp_path / "one.csv", orders=200)
    write_csv(tmp_path / "two.csv", orders=200)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()
    assert (tmp_path / "one.csv").read_bytes().startswith("订单编号,子订单编号".encode("gb18030"))


def test_a_spool_is_taken_up_where_it_was_left(tmp_path):
    write_csv(tmp_path / "a.csv", orders=60)
    place = {"layout": LAYOUT, "spool_path": tmp_path / "spool", "store": STORE}
    with open_order_file(tmp_path / "a.csv", **place) as order_file:
        whole = list(order_file.units())
    made_at = (tmp_path / "spool").stat().st_mtime_ns
    with open_order_file(tmp_path / "a.csv", **place) as order_file:
        assert list(order_file.units(start=25)) == whole[25:]
        assert [row.number for row in order_file.raw_rows(25)] == list(whole[25][1].rows)
        assert len(order_file.raw_rows(25)[0].cells) == len(COLUMNS)
    assert (tmp_path / "spool").stat().st_mtime_ns == made_at
