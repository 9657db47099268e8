"""Classes, shared budgets, supplier minimums, and the cost of importing."""

import subprocess
import sys
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fulfillment.forecasting import DemandPanel, forecast_demand
from fulfillment.replenishment import (
    BuyLine,
    DemandOutlook,
    abc_classes,
    fill_supplier_minimum,
    settle_class,
    share_open_to_buy,
    xyz_classes,
)


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ([50, 30, 10, 5, 5], "AABBC"),
        ([5, 50, 5, 30, 10], "BACAB"),
        ([100], "A"),
        ([0, 0], "CC"),
        ([90, -5, 10], "ACB"),
    ],
)
def test_abc_follows_the_share_of_value_reached_before_a_sku(values, classes):
    assert "".join(abc_classes(np.array(values, dtype=float))) == classes


def test_xyz_follows_the_variation_of_weekly_demand_without_its_season():
    weekly = np.array([[10.0, 10, 10, 10], [1, 3, 1, 3], [2, 18, 2, 18], [0, 0, 0, 9], [0, 0, 0, 0]])
    season = np.array([0.2, 1.8, 0.2, 1.8])

    assert "".join(xyz_classes(weekly)) == "XYYZZ"
    assert xyz_classes(weekly, season=season)[2] == "X"


@pytest.mark.parametrize(
    ("current", "previous", "candidate", "settled"),
    [
        (None, None, "B", "B"),
        ("A", "A", "B", "A"),
        ("A", "B", "B", "B"),
        ("A", "C", "B", "A"),
        ("A", "B", "A", "A"),
    ],
)
def test_a_class_changes_only_after_two_months_of_the_same_wish(current, previous, candidate, settled):
    assert settle_class(current=current, candidate=candidate, previous_candidate=previous) == settled


def line(key, quantity, cost, *, margin="1", risk=0.5, **extra):
    return BuyLine(key, quantity, Decimal(cost), Decimal(margin), risk, **extra)


def test_open_to_buy_goes_first_where_a_shortage_would_cost_most():
    lines = [
        line("dull", 10, "5", risk=0.1),
        line("urgent", 10, "5", risk=0.9),
        line("packs", 24, "1", risk=0.1, pack=12, moq=12),
    ]

    shares = share_open_to_buy(lines, budget=Decimal(82))

    assert [(share.key, share.quantity, share.reason) for share in shares] == [
        ("dull", 1, "cut_to_budget"),
        ("urgent", 10, "whole"),
        ("packs", 24, "whole"),
    ]


def test_a_line_whose_minimum_does_not_fit_leaves_the_money_to_the_next():
    lines = [line("big", 100, "1", risk=0.9, moq=100), line("small", 5, "1")]

    shares = share_open_to_buy(lines, budget=Decimal(20))

    assert [(share.quantity, share.reason) for share in shares] == [(0, "no_budget"), (5, "whole")]
    with pytest.raises(ValueError, match="budget"):
        share_open_to_buy(lines, budget=Decimal(-1))


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 50), st.integers(1, 900), st.integers(1, 12), st.floats(0, 1)),
        max_size=15,
    ),
    budget=st.integers(0, 20_000),
)
def test_a_budget_is_never_exceeded_and_only_whole_packs_are_bought(rows, budget):
    lines = [
        line(str(index), packs * pack, Decimal(cents) / 100, risk=risk, pack=pack)
        for index, (packs, cents, pack, risk) in enumerate(rows)
    ]

    shares = share_open_to_buy(lines, budget=Decimal(budget) / 100)

    spent = sum(share.quantity * each.unit_cost for share, each in zip(shares, lines, strict=True))
    assert spent <= Decimal(budget) / 100
    assert all(
        share.quantity % each.pack == 0 and share.quantity <= each.quantity
        for share, each in zip(shares, lines, strict=True)
    )


def test_a_supplier_minimum_is_filled_with_what_is_due_next():
    lines = [
        line("now", 10, "2"),
        line("soon", 0, "3", pack=4, days_to_next_order=2, max_extra=8),
        line("later", 0, "1", days_to_next_order=9, max_extra=50),
    ]

    filled = fill_supplier_minimum(lines, minimum_value=Decimal(50))
    hopeless = fill_supplier_minimum(lines, minimum_value=Decimal(500))

    assert [share.quantity for share in filled] == [10, 8, 6]
    assert [share.reason for share in filled] == ["whole", "topped_up", "topped_up"]
    assert [share.quantity for share in hopeless] == [10, 0, 0]


def test_a_forecast_hands_its_figures_to_the_outlook():
    units = np.random.default_rng(5).poisson(20, (1, 300)).astype(float)
    batch = forecast_demand(DemandPanel.of(units, first_weekday=0), interval_days=8)

    outlook = DemandOutlook.from_forecast(batch, index=0, lead_days=7, interval_days=8)

    assert outlook.interval_mean == pytest.approx(batch.interval_mean[0])
    assert outlook.lead_mean == pytest.approx(batch.daily[0, :7].sum())
    assert outlook.windows == 180
    assert [level for level, _ in outlook.error_quantiles] == list(batch.quantile_levels)


def test_importing_the_two_packages_loads_neither_scipy_nor_django():
    check = (
        "import sys, fulfillment.forecasting, fulfillment.replenishment;"
        "print([name for name in ('scipy', 'django') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
