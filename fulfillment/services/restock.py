"""The restock check: which SKUs to order now, for which warehouse, how many, and why.

A run is built under its own id by parts that any worker may do, and shown all at once when the last part is in. The
same scope, day and slot is the same run, so that a repeated night makes one set of suggestions.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

from catalog.models import DailySales, Store
from config.kernel.errors import DomainError, NotFound
from config.kernel.models import JobRun
from config.kernel.money import round_money
from fulfillment.models import (
    PurchaseOrderLine,
    RestockPolicy,
    RestockRun,
    RestockSuggestion,
    StoreSupply,
    Warehouse,
)
from fulfillment.queries.demand import skus_to_check
from fulfillment.replenishment import abc_classes
from fulfillment.services.restock_outlook import WarehouseOutlook, first_day_of, look_at_warehouse
from fulfillment.services.restock_part import CheckRange, check_range

PART_SKUS = 2000
VALUE_DAYS = 90
State = RestockSuggestion.State
VelocityClass = RestockPolicy.VelocityClass


def open_run(job: JobRun) -> RestockRun:
    """The restock run of a job; the same scope, day and slot finds the run that is already there."""
    store = _store(job.store_code)
    run, _created = RestockRun.objects.get_or_create(
        scope=f"store:{store.code}" if store else "all",
        business_date=date.fromisoformat(job.parameters["as_of"]),
        slot=job.parameters.get("slot") or f"job:{job.pk}",
        defaults={"job_run": job, "store": store},
    )
    return run


def _store(code: str) -> Store | None:
    if not code:
        return None
    store = Store.objects.filter(code=code).first()
    if store is None:
        raise NotFound("store_unknown", _("There is no store with the code %(code)s.") % {"code": code})
    return store


def warehouses_in_scope(store: Store | None) -> list[Warehouse]:
    """The active warehouses that serve the store, or all of them."""
    warehouses = Warehouse.objects.filter(is_active=True)
    if store is not None:
        warehouses = warehouses.filter(supplies__store=store)
    return list(warehouses.distinct().order_by("pk"))


def plan_run(job: JobRun) -> list[dict[str, Any]]:
    """The parts of a check: ranges of SKUs of each warehouse, the same on every call."""
    run = open_run(job)
    warehouses = warehouses_in_scope(run.store)
    if not warehouses:
        raise DomainError(
            "no_warehouse",
            _("No warehouse serves this store yet. Enter one under Supply of stores, or run assume_supply."),
        )
    classes = velocity_classes(run.store, as_of=run.business_date)
    velocity, outlooks = _class_of(classes), {}
    parts = []
    for warehouse in warehouses:
        first = first_day_of(warehouse.pk, as_of=run.business_date)
        skus = skus_to_check(warehouse.pk, earliest=first, last=run.business_date)
        outlook = look_at_warehouse(
            warehouse.pk, sku_ids=skus, first_day=first, as_of=run.business_date, velocity=velocity
        )
        outlooks[str(warehouse.pk)] = outlook.to_json()
        for start in range(0, len(skus), PART_SKUS):
            chunk = skus[start : start + PART_SKUS]
            parts.append(
                {"run": run.pk, "warehouse": warehouse.pk, "first": chunk[0], "last": chunk[-1], "skus": len(chunk)}
            )
    # What the parts need to know of the whole; finish_run puts the figures in its place.
    run.figures = {"velocity": classes, "outlooks": outlooks, "unstarted": True}
    run.save(update_fields=["figures"])
    return parts


def _class_of(classes: Mapping[str, Sequence[int]]) -> dict[int, str]:
    return {sku_id: name for name, ids in classes.items() for sku_id in ids}


def velocity_classes(store: Store | None, *, as_of: date) -> dict[str, list[int]]:
    """SKU ids by velocity class: cumulative net sales of 90 days, 80 % fast and 95 % middle; the rest is long tail."""
    sales = DailySales.objects.filter(day__gt=as_of - timedelta(days=VALUE_DAYS), day__lte=as_of)
    if store is not None:
        sales = sales.filter(store=store)
    rows = list(sales.values_list("sku_id").annotate(total=Sum("revenue")).order_by("sku_id"))
    classes = abc_classes(np.array([float(total) for _sku, total in rows]))
    names = {"A": VelocityClass.FAST, "B": VelocityClass.MID}
    grouped: dict[str, list[int]] = {VelocityClass.FAST.value: [], VelocityClass.MID.value: []}
    for (sku_id, _total), letter in zip(rows, classes, strict=True):
        if letter in names:
            grouped[names[letter].value].append(sku_id)
    return grouped


def work_on_part(parameters: dict[str, Any]) -> dict[str, Any]:
    """Forecast and decide one range of SKUs; returns how often each reason decided."""
    run = RestockRun.objects.get(pk=parameters["run"])
    warehouse = Warehouse.objects.get(pk=parameters["warehouse"])
    outlook = WarehouseOutlook.from_json(run.figures["outlooks"][str(warehouse.pk)])
    scope = CheckRange(
        warehouse_id=warehouse.pk,
        is_assumed=warehouse.is_assumed,
        sku_ids=skus_to_check(
            warehouse.pk,
            earliest=outlook.first_day,
            last=run.business_date,
            between=(parameters["first"], parameters["last"]),
        ),
        as_of=run.business_date,
        velocity=_class_of(run.figures["velocity"]),
        outlook=outlook,
    )
    reasons = check_range(run, scope=scope)
    return {"skus": len(scope.sku_ids), "reasons": dict(reasons)}


def finish_run(job: JobRun) -> dict[str, Any]:
    """Show the run's suggestions and put away those of earlier runs; returns the figures."""
    run = open_run(job)
    parts = list(job.parts.values_list("result", flat=True))
    warehouse_ids = [warehouse.pk for warehouse in warehouses_in_scope(run.store)]
    with transaction.atomic():
        if RestockRun.objects.filter(pk=run.pk, is_finished=False).update(is_finished=True):
            _show_suggestions(run, warehouse_ids)
        figures = _figures(run, parts)
        RestockRun.objects.filter(pk=run.pk).update(figures=figures)
    return {name: figures[name] for name in ("skus", "suggestions", "units", "value")}


def _show_suggestions(run: RestockRun, warehouse_ids: Sequence[int]) -> None:
    prepared = RestockSuggestion.objects.filter(run=run, state=State.PREPARED)
    older = RestockSuggestion.objects.filter(state=State.OPEN, warehouse_id__in=warehouse_ids).exclude(run=run)
    same_key = Q(sku_id=OuterRef("sku_id"), warehouse_id=OuterRef("warehouse_id"))
    # What a person has edited stays; what was ordered or accepted since the run began answers the need already.
    edited = older.filter(same_key, edited_by__isnull=False)
    accepted = RestockSuggestion.objects.filter(same_key, state=State.ACCEPTED, decided_at__gte=run.created_at)
    ordered = PurchaseOrderLine.objects.filter(
        sku_id=OuterRef("sku_id"), order__warehouse_id=OuterRef("warehouse_id"), order__created_at__gte=run.created_at
    )
    prepared.filter(Exists(edited) | Exists(accepted) | Exists(ordered)).update(state=State.SUPERSEDED)
    older.filter(edited_by__isnull=True).update(state=State.SUPERSEDED)
    prepared.update(state=State.OPEN)


def _figures(run: RestockRun, parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    for part in parts:
        reasons.update(part["reasons"])
    shown = run.suggestions.filter(state=State.OPEN)
    totals = shown.aggregate(units=Sum("quantity"), value=Sum("value"))
    return {
        "skus": sum(part["skus"] for part in parts),
        "suggestions": shown.count(),
        "units": totals["units"] or 0,
        "value": str(round_money(Decimal(totals["value"] or 0))),
        "without_cost": shown.filter(value__isnull=True).count(),
        "reasons": dict(reasons),
    }


def has_supply(store: Store) -> bool:
    """Whether a warehouse serves the store, so that a check has something to look at."""
    return StoreSupply.objects.filter(store=store, warehouse__is_active=True).exists()
