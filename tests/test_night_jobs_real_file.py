"""The three night jobs on the real shop's file as of 31 August 2011, by command, each against an independent calculation."""

import csv
import json
import math
import sqlite3
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from statistics import NormalDist

import pytest

from tests.membership import rfm_oracle
from tests.processes import sqlite_place
from tests.real_data import real_file

pytestmark = [pytest.mark.real_data, pytest.mark.process, pytest.mark.slow]
DAY = "2011-08-31"


def figures(place, *words):
    done = place.run("manage.py", *words)
    assert done.returncode == 0, done.stderr[-3000:]
    return [dict(pair.split("=", 1) for pair in line.split()) for line in done.stdout.strip().splitlines()]


@pytest.fixture(scope="module")
def place(migrated_file, tmp_path_factory):
    """The real file, imported once for all tests of this module."""
    path = real_file()
    place = sqlite_place(tmp_path_factory.mktemp("real"), like=migrated_file.folder)
    figures(place, "import_orders", path, "--layout", "online-retail", "--store", "uk")
    return place


def rows(place, question):
    with sqlite3.connect(place.folder / "db.sqlite3") as connection:
        return connection.execute(question).fetchall()


def rfm_inputs(place):
    """Customer -> (days, occasions, cents) by plain reading of the fact tables."""
    last = date.fromisoformat(DAY)
    first = (last - timedelta(days=364)).isoformat()
    bought = rows(
        place,
        "SELECT id, customer_id, checkout_ref, paid_on, amount, goods_units FROM membership_purchase"
        f" WHERE customer_id IS NOT NULL AND paid_on BETWEEN '{first}' AND '{DAY}'",
    )
    back = rows(
        place,
        "SELECT purchase_id, customer_id, amount, goods_units, refunded_on FROM membership_purchaserefund"
        f" WHERE refunded_on <= '{DAY}'",
    )
    returned = defaultdict(lambda: [0, Decimal(0)])
    loose = defaultdict(Decimal)
    for purchase, customer, amount, units, day in back:
        if purchase is not None:
            returned[purchase][0] += units
            returned[purchase][1] += Decimal(str(amount))
        elif customer is not None and day >= first:
            loose[customer] += Decimal(str(amount))
    people = defaultdict(lambda: [None, set(), Decimal(0)])
    for purchase, customer, checkout, day, amount, units in bought:
        units_back, money_back = returned[purchase]
        paid = Decimal(str(amount))
        if (units and units_back >= units) or (not units and money_back >= paid):
            continue
        person = people[customer]
        person[0] = max(filter(None, (person[0], day)))
        person[1].add(checkout)
        person[2] += paid - money_back
    return {
        customer: ((last - date.fromisoformat(day)).days, len(checkouts), round((money - loose[customer]) * 100))
        for customer, (day, checkouts, money) in people.items()
    }


def test_segments_equal_an_independent_calculation_row_by_row(place, tmp_path):
    output = tmp_path / "segments.csv"
    [printed] = figures(place, "segment_customers", "--store", "uk", "--as-of", DAY, "--output", output)
    people = rfm_inputs(place)
    expected = dict(zip(people, rfm_oracle.segment(list(people.values())), strict=True))
    stored = rows(
        place,
        "SELECT customer_id, recency_days, frequency, monetary, recency_score, frequency_score, monetary_score,"
        " segment, value_segment, is_dormant FROM membership_rfmscore",
    )
    assert {row[0]: (row[1], row[2], round(Decimal(str(row[3])) * 100)) for row in stored} == people
    assert {row[0]: (*row[4:9], bool(row[9])) for row in stored} == expected
    assert printed == {"customers": str(len(people)), "segments": str(len({row[3] for row in expected.values()}))}
    with output.open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(people)


def test_the_forecast_beats_exponential_smoothing_on_the_same_skus_and_weeks(place):
    lines = figures(place, "forecast_accuracy", "--weeks", "16", "--store", "uk", "--as-of", DAY)
    ours = lines[-1]
    assert (ours["level"], ours["method"]) == ("sku_week", "ours")
    assert float(ours["wape"]) < float(ours["ses"]) < float(ours["naive"])
    assert len({line["buckets"] for line in lines if line["level"] == "sku_week"}) == 1


def quantity_by_hand(inputs, arithmetic):
    """What is ordered, from the stored inputs and the stored levels: need, minimum, pack, useful lot, cover, shelf life."""
    position, lot, policy, demand = (inputs[name] for name in ("position", "lot", "policy", "demand"))
    there = (
        position["on_hand"]
        - position["allocated"]
        - position["backorders"]
        + position["on_order"]
        + position["transfers_in"]
        + position["accepted_proposals"]
    )
    assert there <= arithmetic["reorder_point"]
    need = arithmetic["order_up_to"] - there
    quantity = max(need, lot["moq"])
    packs, rest = divmod(quantity, lot["pack"])
    rounds_down = rest and rest < policy["pack_tolerance_rate"] * lot["pack"] and packs * lot["pack"] >= lot["moq"]
    quantity = (packs + (1 if rest and not rounds_down else 0)) * lot["pack"]
    most = math.floor(policy["max_cover_days"] * demand["daily_mean"] - there + 1e-9)
    return quantity, most


def test_every_suggestion_follows_from_its_stored_inputs(place):
    figures(place, "assume_supply", "--store", "uk", "--cover-days", "14", "--lead-days", "7", "--pack", "6")
    [printed] = figures(place, "restock_check", "--store", "uk", "--as-of", DAY)
    stored = rows(
        place,
        "SELECT inputs, arithmetic, quantity, suggested_quantity, unit_cost, value, flags, state"
        " FROM fulfillment_restocksuggestion WHERE state = 'open'",
    )
    assert len(stored) == int(printed["suggestions"]) > 100
    assert sum(row[2] for row in stored) == int(printed["units"])
    for text, arithmetic_text, quantity, suggested, unit_cost, value, flags, _state in stored:
        inputs, arithmetic = json.loads(text), json.loads(arithmetic_text)
        by_hand, most = quantity_by_hand(inputs, arithmetic)
        assert quantity == suggested == arithmetic["quantity"]
        assert quantity == by_hand or (quantity < by_hand and quantity <= max(most, inputs["lot"]["moq"]))
        assert arithmetic["order_up_to"] == pytest.approx(
            math.ceil(round(inputs["demand"]["interval_mean"] + arithmetic["safety_stock"], 9)), abs=1
        )
        assert "assumed_stock" in json.loads(flags)
        if unit_cost is not None:
            assert Decimal(str(value)) == (Decimal(str(unit_cost)) * quantity).quantize(
                Decimal("0.01"), "ROUND_HALF_UP"
            )
    normal = [json.loads(row[1]) for row in stored if json.loads(row[1])["distribution"] == "normal"]
    for result in normal:
        assert result["safety_stock_unclamped"] == pytest.approx(
            NormalDist().inv_cdf(_level(stored, result)) * math.sqrt(result["variance"]), rel=1e-6
        )


def _level(stored, result):
    return next(json.loads(row[0])["policy"]["level"] for row in stored if json.loads(row[1]) == result)


def test_the_report_of_august_adds_up_with_the_ledger(place):
    [printed] = figures(place, "build_report", "monthly", "--store", "uk", "--date", DAY)
    [(content,)] = rows(place, f"SELECT content FROM analytics_report WHERE id = {int(printed['report'])}")
    section = json.loads(content)["sections"][0]
    gmv = next(row for row in section["metrics"] if row["code"] == "gmv")
    [(paid,)] = rows(
        place,
        "SELECT sum(gross_amount - discount_amount + shipping_amount) FROM fulfillment_salesentry"
        " WHERE kind = 'sale' AND store_date BETWEEN '2011-08-01' AND '2011-08-31'",
    )
    assert section["currency"] == "GBP"
    assert Decimal(gmv["value"]) == Decimal(str(paid)).quantize(Decimal("0.01"))
    [(orders,)] = rows(
        place, "SELECT count(*) FROM fulfillment_order WHERE paid_on BETWEEN '2011-08-01' AND '2011-08-31'"
    )
    assert Decimal(next(row["value"] for row in section["metrics"] if row["code"] == "paid_orders")) == orders


def test_building_the_report_again_keeps_the_one_that_is_there(place):
    first = figures(place, "build_report", "monthly", "--store", "uk", "--date", DAY)
    assert figures(place, "build_report", "monthly", "--store", "uk", "--date", DAY) == first
