"""Our weekly forecast against plain exponential smoothing on a real shop's nine months."""

import csv
import lzma
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from fulfillment.forecasting import AccuracyReport, WeeklyUnits, weekly_accuracy
from tests.real_data import real_file

pytestmark = [pytest.mark.real_data, pytest.mark.slow]
NOT_GOODS = {"POST", "DOT", "C2", "D", "M", "S", "B", "CRUK", "PADS", "AMAZONFEE", "BANK CHARGES"}
ORIGINS = 16


@dataclass(frozen=True)
class RealWeeks:
    units: np.ndarray
    first_week: np.ndarray


def read_real_weeks(path: Path) -> RealWeeks:
    """Units per goods code and whole Monday week, gift lines included, nothing netted."""
    sold: dict[tuple[str, date], int] = defaultdict(int)
    with lzma.open(path, "rt", encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            code, quantity = line["StockCode"].strip().upper(), int(line["Quantity"])
            is_goods = code not in NOT_GOODS and not code.startswith("GIFT_")
            if is_goods and quantity > 0 and line["InvoiceNo"][0] not in "CA":
                sold[code, date.fromisoformat(line["InvoiceDate"][:10])] += quantity
    days = [day for _, day in sold]
    first_monday = min(days) + timedelta(-min(days).weekday() % 7)
    weeks = (max(days) - first_monday + timedelta(1)).days // 7
    codes = {code: row for row, code in enumerate(sorted({code for code, _ in sold}))}
    units = np.zeros((len(codes), weeks))
    first_week = np.full(len(codes), weeks)
    for (code, day), quantity in sold.items():
        row, week = codes[code], (day - first_monday).days // 7
        first_week[row] = min(first_week[row], week)
        if 0 <= week < weeks:
            units[row, week] += quantity
    return RealWeeks(units=units, first_week=first_week)


def smoothed(history: np.ndarray) -> float:
    """SES(0.2) of one SKU, begun with the mean of its first four weeks."""
    level = float(np.mean(history[:4]))
    for value in history[4:]:
        level += 0.2 * (value - level)
    return level


@pytest.fixture(scope="module")
def weeks() -> RealWeeks:
    return read_real_weeks(real_file())


@pytest.fixture(scope="module")
def report(weeks: RealWeeks) -> AccuracyReport:
    return weekly_accuracy(WeeklyUnits(units=weeks.units, first_sale_week=weeks.first_week), origins=ORIGINS)


def test_the_real_file_has_the_weeks_and_units_we_think_it_has(weeks: RealWeeks) -> None:
    assert weeks.units.shape == (3537, 38)
    assert weeks.units[:, -1].sum() == 98_619


def test_our_forecast_errs_less_than_smoothing_and_last_week(report: AccuracyReport) -> None:
    ours, ses, naive = (report.line(level="sku_week", method=method) for method in ("ours", "ses", "naive"))

    assert ours.wape < 0.95 * ses.wape
    assert ours.rmse < ses.rmse
    assert ours.wape < 0.80 * naive.wape
    assert abs(ours.bias) < 0.15


def test_all_methods_are_judged_on_the_same_skus_and_weeks(report: AccuracyReport) -> None:
    lines = [line for line in report.lines if line.level == "sku_week"]

    assert {(line.buckets, line.units) for line in lines} == {(50_204, 1_346_649.0)}
    assert report.origins == tuple(range(22, 38))


def test_the_smoothing_yardstick_agrees_with_one_written_by_hand(weeks: RealWeeks, report: AccuracyReport) -> None:
    error = total = 0.0
    for origin in range(22, 38):
        for row, units in enumerate(weeks.units):
            begun = weeks.first_week[row]
            if begun <= origin - 8 and units[max(0, origin - 26) : origin].sum() > 0:
                error += abs(units[origin] - smoothed(units[max(begun, 0) : origin]))
                total += units[origin]

    assert report.line(level="sku_week", method="ses").wape == pytest.approx(error / total)


def test_changing_a_week_does_not_change_what_was_forecast_for_it(weeks: RealWeeks) -> None:
    changed = weeks.units.copy()
    changed[:, 30:] = changed[::-1, 30:] * 3
    kept, other = (
        weekly_accuracy(WeeklyUnits(units=units[:, :31], first_sale_week=weeks.first_week), origins=1)
        for units in (weeks.units, changed)
    )

    assert kept.chosen == other.chosen
