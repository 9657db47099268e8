"""One part of a restock check: forecast and decide for a range of SKUs in a warehouse."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from config.kernel.money import round_money
from config.kernel.sql import insert_many
from fulfillment.forecasting import ForecastBatch, Pattern, forecast_demand
from fulfillment.models import RestockPolicy, RestockRun, RestockSuggestion, SkuForecast
from fulfillment.queries.demand import DemandHistory, load_history
from fulfillment.queries.positions import positions
from fulfillment.queries.terms import BuyingTerms, buying_terms
from fulfillment.replenishment import (
    DemandOutlook,
    InventoryPosition,
    RestockInputs,
    RestockResult,
    suggest_many,
)
from fulfillment.services.policies import policies_of, service_policy
from fulfillment.services.restock_outlook import WarehouseOutlook, interval_days, policy_of


@dataclass(frozen=True)
class CheckRange:
    """The SKUs of one part, and what is known of the warehouse as a whole."""

    warehouse_id: int
    is_assumed: bool
    sku_ids: Sequence[int]
    as_of: date
    # SKU -> velocity class; missing means long tail
    velocity: dict[int, str]
    outlook: WarehouseOutlook


@dataclass(frozen=True)
class Case:
    """One SKU in one warehouse: everything that its rows are made of."""

    sku_id: int
    index: int
    velocity_class: str
    terms: BuyingTerms
    inputs: RestockInputs
    unknown_days: int


def check_range(run: RestockRun, *, scope: CheckRange) -> Counter[str]:
    """Forecast the range and write its forecasts and prepared suggestions; returns how often each reason decided.

    Safe to repeat: the range's rows of this run are replaced in one transaction.
    """
    if not scope.sku_ids:
        return Counter()
    outlook = scope.outlook
    history = load_history(
        scope.warehouse_id,
        sku_ids=scope.sku_ids,
        first=outlook.first_day,
        last=scope.as_of,
        factors=outlook.factors,
        categories=outlook.categories,
    )
    terms = buying_terms(scope.sku_ids)
    policies = policies_of(scope.warehouse_id)
    # Terms that changed since the plan may ask for more days than were planned.
    intervals = np.minimum(
        [interval_days(terms[sku_id], policy_of(policies, scope.velocity, sku_id)) for sku_id in scope.sku_ids],
        outlook.horizon_days,
    )
    batch = forecast_demand(
        history.panel,
        interval_days=intervals,
        future_uplift=outlook.factors.ahead,
        settings=outlook.settings,
        pools=outlook.pools,
    )
    cases = list(_cases(scope, history=history, batch=batch, terms=terms, policies=policies, intervals=intervals))
    results = suggest_many([case.inputs for case in cases])
    _write(run, scope, batch, decided=list(zip(cases, results, strict=True)))
    return Counter(str(result.reason) for result in results)


def _write(
    run: RestockRun, scope: CheckRange, batch: ForecastBatch, *, decided: Sequence[tuple[Case, RestockResult]]
) -> None:
    backtests = _backtests(batch)
    forecasts = [
        _forecast_row(
            run, scope, case, batch, evidence=_evidence(case, batch, backtests[case.index]), reason=result.reason
        )
        for case, result in decided
    ]
    suggestions = [
        _suggestion_row(run, scope, case, result, batch)
        for case, result in decided
        if result.quantity > 0 and not case.terms.is_last_sale
    ]
    _replace(run, scope, forecasts, suggestions)


def _cases(
    scope: CheckRange,
    *,
    history: DemandHistory,
    batch: ForecastBatch,
    terms: dict[int, BuyingTerms],
    policies: dict[str, RestockPolicy],
    intervals: NDArray[np.int64],
) -> Iterator[Case]:
    there = positions(warehouse_id=scope.warehouse_id, sku_ids=scope.sku_ids, as_of=scope.as_of)
    outlooks = DemandOutlook.all_from_forecast(
        batch,
        lead_days=np.minimum([math.ceil(terms[sku_id].lead_days) for sku_id in scope.sku_ids], intervals),
        interval_days=intervals,
        history_days=history.panel.units.shape[1],
    )
    for index, sku_id in enumerate(scope.sku_ids):
        policy = policy_of(policies, scope.velocity, sku_id)
        inputs = RestockInputs(
            position=there[sku_id],
            demand=outlooks[index],
            lead_time=terms[sku_id].lead_time(review_days=float(policy.review_days)),
            policy=service_policy(policy),
            lot=terms[sku_id].lot,
        )
        yield Case(sku_id, index, policy.velocity_class, terms[sku_id], inputs, int(history.unknown_days[index]))


def _number(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None


def _backtests(batch: ForecastBatch) -> list[list[dict[str, object]]]:
    """What is kept of each series' back-test: a row for each method and horizon that was tried, worked out by column."""
    found: list[list[dict[str, object]]] = [[] for _ in batch.method]
    for table in batch.backtest:
        tried = np.flatnonzero(table.windows)
        columns = (table.chosen, table.windows, table.wape, table.bias, table.rmse)
        rows = zip(tried.tolist(), *(column[tried].tolist() for column in columns), strict=True)
        for index, chosen, windows, wape, bias, rmse in rows:
            found[index].append(
                {
                    "method": table.method,
                    "horizon": str(table.horizon),
                    "chosen": chosen,
                    "windows": windows,
                    "wape": _number(wape),
                    "bias": _number(bias),
                    "rmse": _number(rmse),
                }
            )
    return found


def _evidence(case: Case, batch: ForecastBatch, backtest: list[dict[str, object]]) -> dict[str, object]:
    index = case.index
    return {
        "parameters": {name: _number(value) for name, value in batch.params[index].items()},
        "adi": _number(batch.adi[index]),
        "cv2": _number(batch.cv2[index]),
        "interval_days": case.inputs.lead_time.interval_days,
        "interval_mean": _number(batch.interval_mean[index]),
        "interval_rmse": _number(batch.interval_rmse[index]),
        "windows": int(batch.windows[index]),
        "lost_sales": _number(batch.lost_sales[index]),
        "unknown_stock_days": case.unknown_days,
        "backtest": backtest,
    }


def _forecast_row(
    run: RestockRun, scope: CheckRange, case: Case, batch: ForecastBatch, *, evidence: dict[str, object], reason: str
) -> SkuForecast:
    position = case.inputs.position
    return SkuForecast(
        run=run,
        sku_id=case.sku_id,
        warehouse_id=scope.warehouse_id,
        demand_class=Pattern(batch.pattern[case.index]).label,
        velocity_class=case.velocity_class,
        method=str(batch.method[case.index]),
        daily_mean=case.inputs.demand.daily_mean,
        horizon_days=batch.daily.shape[1],
        daily_units=[round(units, 3) for units in batch.daily[case.index].tolist()],
        evidence={**evidence, "decision": reason, "inventory_position": position.total},
    )


def _suggestion_row(
    run: RestockRun, scope: CheckRange, case: Case, result: RestockResult, batch: ForecastBatch
) -> RestockSuggestion:
    cost = case.terms.unit_cost
    empty_on = _stock_out_on(case.inputs.position, batch.daily[case.index], as_of=scope.as_of)
    tomorrow = scope.as_of + timedelta(days=1)
    return RestockSuggestion(
        run=run,
        sku_id=case.sku_id,
        warehouse_id=scope.warehouse_id,
        supplier_id=case.terms.supplier_id,
        suggested_quantity=result.quantity,
        quantity=result.quantity,
        unit_cost=cost,
        value=None if cost is None else round_money(cost * Decimal(result.quantity)),
        stock_out_on=empty_on,
        order_by=max(empty_on - timedelta(days=math.ceil(case.terms.lead_days)), tomorrow) if empty_on else None,
        flags=_flags(scope, case, result),
        inputs=case.inputs.to_json(),
        arithmetic=result.to_json(),
    )


def _stock_out_on(position: InventoryPosition, daily: NDArray[np.float64], *, as_of: date) -> date | None:
    left = position.available - np.cumsum(daily)
    empty = np.flatnonzero(left <= 0)
    return as_of + timedelta(days=int(empty[0]) + 1) if empty.size else None


def _flags(scope: CheckRange, case: Case, result: RestockResult) -> list[str]:
    facts = {
        "policy_conflict": result.policy_conflict,
        "expedite": result.expedite,
        "no_cost": case.terms.unit_cost is None,
        "no_supplier": case.terms.supplier_id is None,
        "assumed_stock": scope.is_assumed,
        "unknown_stock_days": case.unknown_days > 0,
    }
    return sorted({*result.flags, *(flag for flag, holds in facts.items() if holds)})


def _replace(
    run: RestockRun, scope: CheckRange, forecasts: list[SkuForecast], suggestions: list[RestockSuggestion]
) -> None:
    mine = {"run": run, "warehouse_id": scope.warehouse_id, "sku__gte": scope.sku_ids[0], "sku__lte": scope.sku_ids[-1]}
    with transaction.atomic():
        # A worker that lost its lease may come late: what a finished run shows is never touched again.
        if not RestockRun.objects.filter(pk=run.pk, is_finished=False).update(is_finished=False):
            return
        SkuForecast.objects.filter(**mine).delete()
        RestockSuggestion.objects.filter(state=RestockSuggestion.State.PREPARED, **mine).delete()
        insert_many(forecasts)
        insert_many(suggestions)
