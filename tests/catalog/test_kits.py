"""Kits: what can be made of the parts, and how their money is shared."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.kits import kit_stock, split_kit_revenue
from catalog.models import KitPart
from catalog.queries import kit_parts_of
from tests.catalog.factories import make_sku


@pytest.mark.parametrize(
    ("parts", "kits"),
    [
        ([], 0),
        ([(1, 10)], 10),
        ([(2, 11), (1, 7)], 5),
        ([(2, 11), (1, 3)], 3),
        ([(1, 5), (1, 0)], 0),
        ([(1, 5), (1, -2)], 0),
        ([(3, 2)], 0),
    ],
)
def test_the_scarcest_part_decides(parts, kits):
    assert kit_stock(parts) == kits


@pytest.mark.parametrize(
    ("amount", "parts", "shares"),
    [
        ("10.00", [(1, "1"), (1, "1"), (1, "1")], ["3.34", "3.33", "3.33"]),
        ("90.00", [(1, "60"), (2, "15")], ["60.00", "30.00"]),
        ("9.00", [(1, "0"), (2, "0")], ["3.00", "6.00"]),
        ("9.00", [(1, "0"), (2, "1")], ["0.00", "9.00"]),
        ("-0.05", [(1, "1"), (1, "1")], ["-0.03", "-0.02"]),
        ("0.00", [(1, "1"), (1, "1")], ["0.00", "0.00"]),
    ],
)
def test_revenue_is_split_by_weight_and_pieces(amount, parts, shares):
    found = split_kit_revenue(Decimal(amount), [(pieces, Decimal(weight)) for pieces, weight in parts])
    assert found == [Decimal(share) for share in shares]


@given(
    st.decimals(-100_000, 100_000, places=2),
    st.lists(st.tuples(st.integers(1, 9), st.decimals(0, 999, places=4)), min_size=1, max_size=8),
)
def test_the_shares_add_up_to_the_cent(amount, parts):
    assert sum(split_kit_revenue(amount, parts)) == amount


@pytest.mark.django_db
def test_parts_are_told_by_kit_in_one_query(django_assert_num_queries):
    kit, plain, a, b = (make_sku(code) for code in ("KIT", "PLAIN", "A", "B"))
    first = KitPart.objects.create(kit=kit, part=b, quantity=2)
    second = KitPart.objects.create(kit=kit, part=a)
    with django_assert_num_queries(1):
        assert kit_parts_of([kit.pk, plain.pk]) == {kit.pk: [first, second]}
