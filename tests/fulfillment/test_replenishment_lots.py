"""Rounding of a need, step by step, against an oracle of plain integers."""

import json
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fulfillment.replenishment import (
    DemandOutlook,
    InventoryPosition,
    LeadTime,
    LotRules,
    RestockInputs,
    RestockResult,
    ServicePolicy,
    economic_order_quantity,
    suggest_many,
    suggest_restock,
)


def case(*, on_hand=0, daily=10.0, lot=None, position=None, **policy):
    """Steady demand without scatter: S = 80, s = 70 at ten a day."""
    return RestockInputs(
        position=InventoryPosition(on_hand, **(position or {})),
        demand=DemandOutlook(daily * 8, daily * 7, daily, 0.0),
        lead_time=LeadTime(7, 0, 1),
        policy=ServicePolicy(
            **{
                "measure": "cycle",
                "level": 0.5,
                "cover_min_days": 0,
                "cover_max_days": 0,
                "max_cover_days": 30,
                **policy,
            }
        ),
        lot=LotRules(**(lot or {})),
    )


def steps(result):
    return {step.step: step.quantity for step in result.trail}


@pytest.mark.parametrize(
    ("name", "inputs", "quantity", "reason", "flags"),
    [
        ("plain need", case(on_hand=60), 20, "order", ()),
        ("above the reorder point", case(on_hand=71), 0, "above_reorder_point", ()),
        ("at the reorder point", case(on_hand=70), 10, "order", ()),
        ("minimum order", case(on_hand=60, lot={"moq": 50}), 50, "order", ()),
        ("whole packs", case(on_hand=60, lot={"pack": 12}), 24, "order", ()),
        ("minimum in packs", case(on_hand=60, lot={"moq": 50, "pack": 12}), 60, "order", ()),
        (
            "a small rest is dropped",
            case(on_hand=58, lot={"pack": 21}),
            21,
            "order",
            ("pack_rounded_down",),
        ),
        (
            "but never below the minimum",
            case(on_hand=58, lot={"pack": 21, "moq": 22}),
            42,
            "order",
            (),
        ),
        ("nor to zero", case(on_hand=70, daily=10, lot={"pack": 200}), 200, "order", ()),
        (
            "maximum cover",
            case(on_hand=60, max_cover_days=7.5),
            15,
            "order",
            ("capped_by_max_cover",),
        ),
        (
            "minimum lot above maximum cover is bought with a flag",
            case(on_hand=60, lot={"moq": 500}),
            500,
            "order",
            ("minimum_lot_over_cover",),
        ),
        (
            "or held back by policy",
            case(on_hand=60, lot={"moq": 500}, moq_over_cover="hold"),
            0,
            "moq_over_cover",
            (),
        ),
        (
            "shelf life",
            case(on_hand=60, lot={"shelf_days": 10, "min_remaining_days": 3, "pack": 5}),
            10,
            "order",
            ("capped_by_shelf_life",),
        ),
        (
            "shelf life too short for a pack",
            case(on_hand=60, lot={"shelf_days": 10, "min_remaining_days": 3, "pack": 12}),
            0,
            "shelf_life",
            (),
        ),
        (
            "open to buy",
            case(on_hand=60, lot={"budget_units": 17, "pack": 5}),
            15,
            "order",
            ("capped_by_budget",),
        ),
        (
            "no open to buy",
            case(on_hand=60, lot={"budget_units": 4, "pack": 5}),
            0,
            "no_open_to_buy",
            (),
        ),
        (
            "too little to be worth an order",
            case(on_hand=70, min_days_between_orders=3),
            0,
            "below_useful_lot",
            (),
        ),
        (
            "unless it runs out before the next review",
            case(
                on_hand=9,
                position={"on_order": 61, "overdue_on_order": 61},
                min_days_between_orders=3,
            ),
            10,
            "order",
            ("stockout_before_review",),
        ),
        (
            "which goods on their way can prevent",
            case(
                on_hand=9,
                position={"on_order": 61},
                lot={"arriving_before_review": 5},
                min_days_between_orders=3,
            ),
            0,
            "below_useful_lot",
            (),
        ),
        (
            "backorders without a forecast",
            case(daily=0.0, position={"backorders": 3}),
            3,
            "order",
            (),
        ),
        ("nothing sells and nothing is owed", case(daily=0.0), 0, "no_need", ()),
    ],
)
def test_a_need_is_rounded_and_says_why(name, inputs, quantity, reason, flags):
    result = suggest_restock(inputs)

    assert (result.quantity, result.reason, result.flags) == (quantity, reason, flags)


def test_the_trail_shows_the_quantity_after_every_step():
    result = suggest_restock(case(on_hand=58, lot={"moq": 30, "pack": 12, "budget_units": 30}, max_cover_days=9))

    assert steps(result) == {
        "need": 22,
        "moq": 30,
        "pack": 36,
        "useful_lot": 36,
        "max_cover": 36,
        "shelf_life": 36,
        "open_to_buy": 0,
    }
    assert result.reason == "no_open_to_buy"
    assert result.days_of_stock == pytest.approx(5.8)


def test_the_position_counts_everything_on_its_way_and_everything_owed():
    position = InventoryPosition(
        on_hand=50,
        allocated=5,
        backorders=3,
        on_order=20,
        transfers_in=4,
        accepted_proposals=6,
        overdue_on_order=20,
    )

    assert position.available == 42
    assert position.total == 72


def test_a_late_purchase_order_is_chased_and_not_ordered_again():
    late = suggest_restock(case(on_hand=5, position={"on_order": 75, "overdue_on_order": 75}))
    on_time = suggest_restock(case(on_hand=5, position={"on_order": 75}))

    assert (late.quantity, late.expedite) == (0, True)
    assert (on_time.quantity, on_time.expedite) == (0, False)


def test_an_overdue_part_larger_than_the_whole_is_refused():
    with pytest.raises(ValueError, match="overdue"):
        InventoryPosition(1, on_order=2, overdue_on_order=3)


QUANTITIES = st.integers(0, 300)
CASES = st.builds(
    RestockInputs,
    position=st.builds(InventoryPosition, QUANTITIES, QUANTITIES, QUANTITIES, QUANTITIES),
    demand=st.builds(
        lambda daily, deviation, windows, rmse: DemandOutlook(
            daily * 8,
            daily * 7,
            daily,
            deviation,
            forecast_rmse=rmse,
            windows=windows,
            pooled_rmse=rmse * 1.5,
            history_days=100,
            error_quantiles=((0.5, 0.0), (0.9, rmse), (0.995, rmse * 3)),
        ),
        st.floats(0, 40),
        st.floats(0, 60),
        st.integers(0, 120),
        st.floats(0.1, 200),
    ),
    lead_time=st.just(LeadTime(7, 1.5, 1)),
    policy=st.builds(
        ServicePolicy,
        st.sampled_from(["cycle", "fill"]),
        st.floats(0.6, 0.99),
        st.floats(0, 3),
        st.floats(3, 20),
        max_cover_days=st.floats(1, 120),
        min_days_between_orders=st.floats(0, 10),
        pack_tolerance_rate=st.floats(0, 0.5),
        moq_over_cover=st.sampled_from(["buy", "hold"]),
    ),
    lot=st.builds(
        LotRules,
        st.integers(1, 100),
        st.integers(1, 60),
        shelf_days=st.none() | st.integers(1, 200),
        budget_units=st.none() | QUANTITIES,
        order_cost=st.none() | st.just(Decimal("12.50")),
        holding_cost=st.just(Decimal("0.40")),
    ),
)


def rounded_by_hand(inputs, *, order_up_to, reorder_point):
    """The same rule for one case in plain integers."""
    position, lot, policy = inputs.position.total, inputs.lot, inputs.policy
    daily = inputs.demand.daily_mean
    if position > reorder_point or order_up_to <= position:
        return 0
    packs = math.ceil(max(order_up_to - position, lot.moq) / lot.pack)
    smallest = math.ceil(lot.moq / lot.pack) * lot.pack
    rest = max(order_up_to - position, lot.moq) % lot.pack
    quantity = packs * lot.pack
    if 0 < rest < policy.pack_tolerance_rate * lot.pack and quantity - lot.pack >= smallest:
        quantity -= lot.pack
    useful = max(lot.moq, math.ceil(round(daily * policy.min_days_between_orders, 9)))
    if quantity < useful and inputs.position.available >= daily * inputs.lead_time.review_days:
        return 0
    limit = math.floor(round(policy.max_cover_days * daily - position, 9))
    if quantity > limit:
        capped = max(limit, 0) // lot.pack * lot.pack
        if capped < smallest and policy.moq_over_cover == "hold":
            return 0
        quantity = max(capped, smallest)
    hard = [] if lot.budget_units is None else [lot.budget_units]
    if lot.shelf_days is not None:
        hard.append(math.floor(round(lot.shelf_days * daily - position, 9)))
    for limit in hard:
        if quantity > limit:
            quantity = max(limit, 0) // lot.pack * lot.pack
    return quantity if quantity >= smallest else 0


@settings(max_examples=300, deadline=None)
@given(inputs=CASES)
def test_a_rounded_quantity_is_what_the_oracle_says_and_keeps_the_rules(inputs):
    result = suggest_restock(inputs)

    assert result.quantity == rounded_by_hand(
        inputs, order_up_to=result.order_up_to, reorder_point=result.reorder_point
    )
    assert result.quantity >= 0
    assert result.quantity % inputs.lot.pack == 0
    assert result.quantity == 0 or result.quantity >= inputs.lot.moq
    assert (result.quantity > 0) == (result.reason == "order")
    assert result.trail[-1].quantity == result.quantity
    assert 0 <= result.predicted_fill <= 1
    assert 0 <= result.safety_stock


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(CASES, min_size=1, max_size=20))
def test_a_row_of_a_batch_equals_the_same_case_alone(rows):
    assert suggest_many(rows) == [suggest_restock(row) for row in rows]


@settings(max_examples=100, deadline=None)
@given(inputs=CASES)
def test_inputs_and_results_survive_json_and_give_the_same_suggestion_again(inputs):
    result = suggest_restock(inputs)
    stored = json.dumps([inputs.to_json(), result.to_json()], allow_nan=False)

    inputs_again, result_again = json.loads(stored)

    assert RestockInputs.from_json(inputs_again) == inputs
    assert RestockResult.from_json(result_again) == result
    assert suggest_restock(RestockInputs.from_json(inputs_again)) == result


def test_no_cases_give_no_suggestions():
    assert suggest_many([]) == []


def test_the_economic_order_quantity_is_a_hint_beside_the_suggestion():
    hinted = suggest_restock(case(lot={"order_cost": Decimal(20), "holding_cost": Decimal("0.50")}))

    assert hinted.eoq == pytest.approx(math.sqrt(2 * 20 * 3650 / 0.5))
    assert economic_order_quantity(yearly_units=3650, order_cost=20, holding_cost=0.5) == pytest.approx(hinted.eoq)
    assert suggest_restock(case()).eoq is None
    with pytest.raises(ValueError, match="holding_cost"):
        economic_order_quantity(yearly_units=1, order_cost=1, holding_cost=0)
