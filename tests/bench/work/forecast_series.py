"""Made demand of many series, and our forecasts of it: `forecast_series make|tsb|full FILE SERIES`."""

import sys
import time

import numpy as np

from fulfillment.forecasting import DemandPanel, ForecastSettings, forecast_demand, tsb_last_level
from tests.bench.work import tell

DAYS = 365
CHUNK = 2048


def made(series, *, days=DAYS):
    """Units (series, days): a few sell daily, most now and then."""
    chance = np.random.default_rng(7)
    rates = np.exp(chance.normal(-2.0, 1.6, size=(series, 1)))
    return chance.poisson(np.minimum(rates, 40), size=(series, days)).astype(np.float64)


def main(what, path, series):
    """Make the file, or take the time of one way over all of it."""
    if what == "make":
        np.save(path, made(series))
        tell(series=series)
        return
    units = np.load(path)
    total = 0.0
    started = time.perf_counter()
    if what == "tsb":
        for first in range(0, len(units), CHUNK):
            total += tsb_last_level(units[first : first + CHUNK], alpha=0.1, beta=0.1).sum()
    else:
        for first in range(0, len(units), CHUNK):
            panel = DemandPanel.of(units[first : first + CHUNK], first_weekday=0)
            forecast_demand(panel, interval_days=14, settings=ForecastSettings(horizon_days=28))
    tell(seconds=time.perf_counter() - started, mean=total / len(units))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
