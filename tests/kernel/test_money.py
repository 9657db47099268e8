"""Money adds up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kernel.money import convert, format_money, round_money, split_by_weight


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        ("10.00", ["1", "1", "1"], ["3.34", "3.33", "3.33"]),
        ("0.05", ["90", "10"], ["0.05", "0.00"]),
        ("7.00", ["30", "40"], ["3.00", "4.00"]),
        ("0.00", ["1", "2"], ["0.00", "0.00"]),
    ],
)
def test_the_parts_of_a_discount_add_up_to_it(amount, weights, expected):
    assert split_by_weight(Decimal(amount), [Decimal(one) for one in weights]) == [Decimal(one) for one in expected]


@given(
    st.decimals(min_value=0, max_value=10**7, places=2),
    st.lists(st.decimals(min_value=0, max_value=10**4, places=2), min_size=1, max_size=12).filter(any),
)
def test_parts_add_up_stay_whole_cents_and_near_their_share(amount, weights):
    parts = split_by_weight(amount, weights)
    total = sum(weights)
    assert sum(parts) == amount
    assert all(part >= 0 and part == part.quantize(Decimal("0.01")) for part in parts)
    assert all(
        abs(part - amount * weight / total) < Decimal("0.01") for part, weight in zip(parts, weights, strict=True)
    )


@pytest.mark.parametrize(("amount", "weights"), [("-1", ["1"]), ("1", ["0"]), ("1", ["2", "-1"])])
def test_what_cannot_be_split_is_refused(amount, weights):
    with pytest.raises(ValueError, match="negative"):
        split_by_weight(Decimal(amount), [Decimal(one) for one in weights])


def test_halves_go_up_and_yen_have_no_cents():
    assert round_money(Decimal("2.345")) == Decimal("2.35")
    assert round_money(Decimal("-2.345")) == Decimal("-2.35")
    assert round_money(Decimal("99.5"), currency="JPY") == Decimal("100.00")
    assert convert(Decimal("10.00"), rate=Decimal("9.12345")) == Decimal("91.23")


def test_amounts_for_people():
    assert format_money(Decimal("-1234.5"), currency="CNY") == "−¥1,234.50"
    assert format_money(Decimal("1234"), currency="JPY") == "JP¥1,234"
    assert format_money(None, currency="CNY") == "—"
