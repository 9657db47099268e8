"""A restock check gives each SKU the same rows however its SKUs are cut into parts, and learns from a bounded number of them."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from catalog.models import Category
from config.kernel.jobs import run_now
from fulfillment.jobs.restock import KIND, restock_parameters
from fulfillment.models import DemandDay, RestockRun, RestockSuggestion, SkuForecast, StockSnapshot, SupplierItem
from fulfillment.services import restock as service
from fulfillment.services import restock_outlook
from fulfillment.services.restock_outlook import spread_over_categories
from tests.fulfillment.factories import make_sku, make_store, make_supplier, make_warehouse, put_in_stock

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
KINDS = ("fast", "rare", "lumpy", "new", "none")


def demand_of(kind, draw, *, days=200):
    """Units of the last days of one kind of SKU."""
    units = {
        "fast": lambda: draw.poisson(np.resize([1, 2, 3, 4, 5, 9, 7], days)),
        "rare": lambda: draw.random(days) < 0.2,
        "lumpy": lambda: np.where(draw.random(days) < 0.2, draw.geometric(0.1, days), 0),
        "new": lambda: np.concatenate([np.zeros(days - 12), draw.poisson(6, 12) + 1]),
        "none": lambda: np.zeros(days),
    }[kind]()
    return units.astype(int).tolist()


@pytest.fixture
def warehouse():
    """Twenty SKUs of all kinds in three categories, with lead times from none to two months."""
    warehouse = make_warehouse("main", store=make_store("shop"))
    categories = [Category.objects.create(code=f"c{number}", name=f"c{number}") for number in range(2)]
    suppliers = [make_supplier(lead_days=days) for days in (2, 14, 61)]
    draw = np.random.default_rng(3)
    for number in range(20):
        sku = make_sku(f"S{number:02}")
        sku.product.category = [*categories, None][number % 3]
        sku.product.save()
        put_in_stock(sku, warehouse, 3)
        if number % 4:
            SupplierItem.objects.create(sku=sku, supplier=suppliers[number % 3], unit_cost=Decimal(4), pack_units=6)
        units = demand_of(KINDS[number % 5], draw)
        DemandDay.objects.bulk_create(
            DemandDay(sku=sku, warehouse=warehouse, day=DAY - timedelta(days=age), units=Decimal(count))
            for age, count in enumerate(reversed(units))
            if count
        )
        if number % 2:
            StockSnapshot.objects.create(sku=sku, warehouse=warehouse, day=DAY - timedelta(days=5), on_hand=0)
    return warehouse


def rows_of_a_check(slot):
    """Everything that a check writes, without its own keys."""
    run_now(KIND, parameters=restock_parameters(as_of=DAY, slot=slot))
    run = RestockRun.objects.get(slot=slot)
    forecasts = SkuForecast.objects.filter(run=run).order_by("sku_id")
    suggestions = RestockSuggestion.objects.filter(run=run).order_by("sku_id")
    written = [
        *forecasts.values_list(
            "sku_id", "demand_class", "method", "daily_mean", "horizon_days", "daily_units", "evidence"
        ),
        *suggestions.values_list(
            "sku_id", "quantity", "value", "stock_out_on", "order_by", "flags", "inputs", "arithmetic"
        ),
    ]
    return written, run.job_run.parts.count(), run.figures


def test_the_rows_of_a_sku_do_not_depend_on_how_the_skus_are_cut_into_parts(warehouse, monkeypatch):
    whole, parts, figures = rows_of_a_check("whole")
    assert (parts, figures["skus"]) == (1, 20)
    assert {row[1] for row in whole[:20]} >= {"smooth", "lumpy", "new", "no_demand"}
    # The longest lead time of all decides how far ahead everybody is forecast.
    assert {row[4] for row in whole[:20]} == {62}
    assert figures["suggestions"] > 5
    for size, expected in ((7, 3), (1, 20)):
        monkeypatch.setattr(service, "PART_SKUS", size)
        cut, parts, _figures = rows_of_a_check(f"cut-{size}")
        assert parts == expected
        assert cut == whole


def test_what_is_learned_of_a_few_skus_serves_all_and_any_cut_as_well(warehouse, monkeypatch):
    monkeypatch.setattr(restock_outlook, "POOLED_SKUS", 6)
    whole, _parts, _figures = rows_of_a_check("whole")
    monkeypatch.setattr(service, "PART_SKUS", 3)
    cut, parts, _figures = rows_of_a_check("cut")
    assert parts == 7
    assert cut == whole


@pytest.mark.parametrize(
    ("most", "chosen"),
    [
        (100, [*range(1, 17)]),
        (8, [1, 4, 7, 11, 12, 13, 14, 15]),
        (2, [1]),
        (0, []),
    ],
)
def test_learners_are_spread_over_the_categories_and_their_ids(most, chosen):
    sizes = {1: range(1, 11), 2: range(11, 16), None: range(16, 17)}
    category_of = {sku: category for category, skus in sizes.items() for sku in skus}
    found = spread_over_categories(category_of, most=most)
    assert len(found) <= most or most == 100
    if most in (100, 0):
        assert found == chosen
    elif most == 8:
        assert [sum(category_of[sku] == category for sku in found) for category in (1, 2, None)] == [4, 3, 1]
