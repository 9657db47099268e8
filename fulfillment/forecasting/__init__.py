"""Demand forecasting: pure arithmetic on arrays, without database or clock."""

from fulfillment.forecasting.accuracy import (
    AccuracyLine,
    AccuracyReport,
    WeeklyUnits,
    weekly_accuracy,
)
from fulfillment.forecasting.batch import forecast_demand, learn_pools
from fulfillment.forecasting.metrics import ErrorSums, accuracy_rate, coverage, pinball_loss
from fulfillment.forecasting.panel import DemandPanel, ForecastSettings
from fulfillment.forecasting.patterns import Classification, Pattern, classify_demand
from fulfillment.forecasting.pools import DemandPools
from fulfillment.forecasting.results import QUANTILE_LEVELS, BacktestTable, ForecastBatch
from fulfillment.forecasting.smoothing import tsb_last_level
from fulfillment.forecasting.uplift import estimate_uplift
from fulfillment.forecasting.weekly import (
    WeeklyForecast,
    WeeklyForecaster,
    WeeklyMethod,
    forecast_next_week,
)

__all__ = [
    "QUANTILE_LEVELS",
    "AccuracyLine",
    "AccuracyReport",
    "BacktestTable",
    "Classification",
    "DemandPanel",
    "DemandPools",
    "ErrorSums",
    "ForecastBatch",
    "ForecastSettings",
    "Pattern",
    "WeeklyForecast",
    "WeeklyForecaster",
    "WeeklyMethod",
    "WeeklyUnits",
    "accuracy_rate",
    "classify_demand",
    "coverage",
    "estimate_uplift",
    "forecast_demand",
    "forecast_next_week",
    "learn_pools",
    "pinball_loss",
    "tsb_last_level",
    "weekly_accuracy",
]
