"""How figures read: rounded once, half up, and the same on a card, in a table and in a sentence."""

from decimal import Decimal as D

import pytest
from django.utils import translation

from analytics import reading
from analytics.boards.cells import change_of, metric_card
from analytics.measures import Measures
from analytics.metrics import BY_CODE

SECTION = {"currency": "CNY", "headline": {"against": "previous"}}


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (685, 564, "▲ 21.5 %"),  # 21.4539 %: by way of 21.45 % it became 21.4 % in one place and 21.5 % in another
        (12845, 10000, "▲ 28.5 %"),
        (12835, 10000, "▲ 28.4 %"),  # half up on both sides of an even digit
        (7155, 10000, "▼ 28.5 %"),
        (10001, 10000, "▲ < 0.1 %"),  # a change that is there never reads as none
        (10000, 10000, "="),
        (5, 0, "—"),
    ],
)
def test_a_change_is_rounded_once_and_alike_on_a_card_in_a_table_and_in_a_sentence(now, before, expected):
    both = [Measures(paid_amount=D(one)) for one in (now, before)]
    with translation.override("en"):
        assert metric_card("gmv", *both, currency="CNY").change.text == expected
        assert change_of("gmv", *both).text == expected
        head = {**SECTION["headline"], "gmv": str(now), "gmv_before": str(before)}
        if before and now != before:
            assert f" {expected} against the period before" in reading.what_moved({**SECTION, "headline": head})


def test_a_rate_that_moved_a_little_says_so():
    refunds = BY_CODE["refund_rate"]
    with translation.override("en"):
        assert reading.change_cell(refunds, D("0.03149"), D("0.03151")).text == "▼ < 0.1 points"
        assert reading.change_cell(refunds, D("0.0315"), D("0.0310")).text == "▲ 0.1 points"


def test_values_are_rounded_half_up_and_chinese_percentages_have_no_blank():
    rate = BY_CODE["refund_rate"]
    with translation.override("en"):
        assert reading.format_value(rate, D("0.21450"), currency="CNY") == "21.5 %"
        assert reading.format_value(BY_CODE["units_per_order"], D("1.125"), currency="CNY") == "1.13"
    with translation.override("zh-hans"):
        assert reading.format_value(rate, D("0.21450"), currency="CNY") == "21.5%"


def section_of(stores, *, now, before):
    headline = {"gmv": now, "gmv_before": before, "contributions": {"buyers": "1"}, "by_store": stores}
    return {"currency": "CNY", "headline": headline}


def test_a_store_that_fell_is_not_told_as_what_made_the_whole_rise():
    content = {"stores": [{"code": code, "name": code, "english_name": ""} for code in ("big", "mid", "small")]}
    stores = {"big": "-1043.08", "mid": "518.18", "small": "545.90"}
    with translation.override("en"):
        (risen,) = reading.why(content, section_of(stores, now="3521.00", before="3500.00"))
        assert risen.endswith("Up most by store: small +¥545.90. Down most by store: big −¥1,043.08.")
        (fallen,) = reading.why(content, section_of(stores, now="3400.00", before="3500.00"))
        assert fallen.endswith("Down most by store: big −¥1,043.08. Up most by store: small +¥545.90.")


def test_a_store_row_of_an_older_report_has_the_amount_that_its_contribution_was_taken_from():
    content = {"stores": [{"code": "a", "name": "a", "english_name": ""}]}
    row = {"store": "a", "gmv": "1276.22", "previous": "845.82", "orders": 11, "refunds": "0.00"}
    section = {**section_of({"a": "518.18"}, now="1276.22", before="758.04"), "by_store": [row]}
    (shown,) = reading.store_rows(content, section)
    assert (shown["gmv"], shown["before"], shown["contribution"]) == ("¥1,276.22", "¥758.04", "+¥518.18")
