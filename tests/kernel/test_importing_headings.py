"""Which column is which field."""

import pytest

from config.kernel.importing.headings import ColumnMapping, FieldSpec, propose_mapping
from config.kernel.importing.problems import FileProblem
from config.kernel.importing.tables import SourceRow

FIELDS = (
    FieldSpec("number", "Order number", ("订单编号", "订单号", "Order ID"), required=True),
    FieldSpec("paid", "Paid", ("买家实际支付金额", "实付金额"), required=True),
    FieldSpec("paid_at", "Paid at", ("付款时间",)),
    FieldSpec("note", "Note", ("买家留言",)),
    FieldSpec("memo", "Memo", ("备注", "卖家备注")),
)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("订单编号", "number"),
        (" 订单 编号 ", "number"),
        ("ORDER_ID", "number"),
        ("ｏｒｄｅｒ　ｉｄ", "number"),
        ("number", "number"),
        ("买家实际支付金额(元)", "paid"),
        ("买家实际支付金额（元）", "paid"),
        ("实付金额【含运费】", "paid"),
        ("付款时间*", "paid_at"),
    ],
)
def test_a_heading_is_known_in_many_spellings(heading, field):
    assert propose_mapping([heading], fields=FIELDS).mapping.columns == {field: heading}


def test_a_likeness_is_only_a_guess():
    proposal = propose_mapping(["订单编号", "实付金额", "订单付款时间", "天气"], fields=FIELDS)
    assert proposal.mapping.columns == {"number": "订单编号", "paid": "实付金额"}
    assert [(guess.field, guess.heading) for guess in proposal.guesses] == [("paid_at", "订单付款时间")]
    assert proposal.unused == ("订单付款时间", "天气")


def test_a_plain_heading_beats_one_with_brackets():
    proposal = propose_mapping(["备注(旧)", "备注"], fields=FIELDS)
    assert proposal.mapping.columns == {"memo": "备注"}
    assert proposal.ambiguous == {}


def test_the_first_alias_wins_among_equals():
    assert (
        propose_mapping(["实付金额", "买家实际支付金额"], fields=FIELDS).mapping.columns["paid"] == "买家实际支付金额"
    )


def test_two_equal_headings_are_ambiguous_and_named():
    proposal = propose_mapping(["订单号", "Order ID", "实付金额"], fields=FIELDS)
    assert proposal.ambiguous == {"number": ("订单号", "Order ID")}
    with pytest.raises(FileProblem) as caught:
        proposal.certain(fields=FIELDS)
    assert caught.value.code == "ambiguous_heading"
    assert "订单号, Order ID" in caught.value.message


def test_a_repeated_heading_is_ambiguous_although_it_was_numbered():
    proposal = propose_mapping(["订单编号", "实付金额", "卖家备注", "卖家备注 (2)"], fields=FIELDS)
    assert proposal.ambiguous == {"memo": ("卖家备注", "卖家备注 (2)")}


def test_a_missing_required_heading_is_named():
    proposal = propose_mapping(["订单编号"], fields=FIELDS)
    assert proposal.missing == ("paid",)
    with pytest.raises(FileProblem) as caught:
        proposal.certain(fields=FIELDS)
    assert (caught.value.code, caught.value.column) == ("missing_heading", "买家实际支付金额")
    assert "买家实际支付金额" in caught.value.message


def test_a_saved_mapping_reads_renamed_headings():
    saved = ColumnMapping({"number": "单号", "paid": "顾客付款"}).to_json()
    bound = ColumnMapping.from_json(saved).bind(["顾客付款（元）", "x", " 单号"], fields=FIELDS)
    row = bound.row(SourceRow(7, ("9.90", "", "1001")))
    assert (row.number, row.get("number"), row.get("paid"), row.get("note")) == (7, "1001", "9.90", "")
    assert row.heading("paid") == "顾客付款（元）"


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"number": "单号"}, "missing_heading"),
        ({"number": "单号", "paid": "没有"}, "mapped_heading_missing"),
        ({"number": "单号", "paid": "单号"}, "heading_used_twice"),
        ({"number": "单号", "paid": "付", "weather": "付"}, "unknown_field"),
        ({"number": "单号", "paid": "款"}, "ambiguous_heading"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(columns, code):
    with pytest.raises(FileProblem) as caught:
        ColumnMapping(columns).bind(["单号", "付", "款(1)", "款(2)"], fields=FIELDS)
    assert caught.value.code == code
