"""Values in lists and on pages that nobody may type into read as people write them."""

from decimal import Decimal

import pytest
from django.utils.translation import override

from config.account.browsers import browser_name
from config.kernel.admin.columns import amount, facts, share


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("19.9000", "19.90"),
        ("1276.22", "1,276.22"),
        ("0.1250", "0.125"),
        ("1000000", "1,000,000.00"),
        ("-8.2300", "-8.23"),
        ("0E-8", "0.00"),
        ("7.12345678", "7.12345678"),
    ],
)
def test_amounts_are_grouped_and_end_at_the_second_place(value, shown):
    for language in ("en", "zh-hans"):
        with override(language):
            assert amount(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.050000", "5 %"), ("0.006000", "0.6 %"), ("1.000000", "100 %"), ("0", "0 %"), ("0.95", "95 %")],
)
def test_shares_are_percent(value, shown):
    with override("en"):
        assert share(Decimal(value)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"款式": "原味", "规格": "120g"}, "款式: 原味 · 规格: 120g"),
        ({}, ""),
        ([], ""),
        (None, ""),
        ([1500, 2], "1,500, 2"),
        ({"cents": 36350.67035830619}, '<dl class="zg-told"><div><dt>spent (cents)</dt><dd>36,350.67</dd></div></dl>'),
        (True, "✓"),
    ],
)
def test_facts_are_words(value, shown):
    with override("en"):
        assert facts(value) == shown


def test_named_figures_are_told_by_name_and_text_is_escaped():
    with override("en"):
        told = facts({"units": 1332, "reasons": {"no_need": 79}, "kind": "<b>"})
    assert "<dt>units</dt><dd>1,332</dd>" in told
    assert "<dt>no need</dt><dd>79</dd>" in told
    assert "&lt;b&gt;" in told


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
            "Chrome · Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0", "WeChat · iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", ""),
    ],
)
def test_a_browser_is_named_in_a_few_words(said, shown):
    assert browser_name(said) == shown
