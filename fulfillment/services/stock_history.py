"""Daily stock of the past into the snapshots: for measures and for the forecast; it moves no stock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from catalog.models import Sku
from fulfillment.models import StockSnapshot, Warehouse

COLUMNS = ("on_hand", "reserved", "out_of_stock_seconds")


@dataclass(frozen=True, slots=True)
class StockDay:
    """What lay in a warehouse at the end of a day, and for how many seconds of the day there was nothing."""

    row: int
    day: date
    warehouse_code: str
    sku_code: str
    on_hand: int
    reserved: int
    out_of_stock_seconds: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """Snapshots by fate; `unknown` and `own` hold the rows that were left out: not known here, or counted by us."""

    created: int
    updated: int
    unchanged: int
    unknown: tuple[tuple[int, str], ...]
    own: tuple[int, ...]


@transaction.atomic
def record_stock_days(days: Sequence[StockDay]) -> Recorded:
    """Write snapshots of a file. A day that our own ledger has a snapshot of stays as it is; the same again is nothing."""
    warehouses = dict(Warehouse.objects.filter(code__in={one.warehouse_code for one in days}).values_list("code", "pk"))
    skus = dict(Sku.objects.filter(code__in={one.sku_code for one in days}).values_list("code", "pk"))
    wanted: dict[tuple[date, int, int], StockDay] = {}
    unknown: list[tuple[int, str]] = []
    for one in days:
        if one.warehouse_code not in warehouses:
            unknown.append((one.row, "warehouse"))
        elif one.sku_code not in skus:
            unknown.append((one.row, "sku"))
        else:
            wanted[one.day, warehouses[one.warehouse_code], skus[one.sku_code]] = one
    known = _known(wanted)
    own = tuple(wanted[key].row for key, row in known.items() if row.source == StockSnapshot.Source.OWN)
    changed = {key: row for key, row in known.items() if wanted[key].row not in own and _differs(row, wanted[key])}
    StockSnapshot.objects.bulk_create(
        StockSnapshot(day=day, warehouse_id=warehouse_id, sku_id=sku_id, source="import", **_values(one))
        for (day, warehouse_id, sku_id), one in wanted.items()
        if (day, warehouse_id, sku_id) not in known
    )
    for key, row in changed.items():
        for name, value in _values(wanted[key]).items():
            setattr(row, name, value)
    StockSnapshot.objects.bulk_update(changed.values(), COLUMNS, batch_size=200)
    return Recorded(
        created=len(wanted) - len(known),
        updated=len(changed),
        unchanged=len(known) - len(changed) - len(own),
        unknown=tuple(unknown),
        own=own,
    )


def _known(wanted: dict[tuple[date, int, int], StockDay]) -> dict[tuple[date, int, int], StockSnapshot]:
    rows = StockSnapshot.objects.filter(
        day__in={day for day, _, _ in wanted},
        warehouse_id__in={warehouse_id for _, warehouse_id, _ in wanted},
        sku_id__in={sku_id for _, _, sku_id in wanted},
    )
    found = {(row.day, row.warehouse_id, row.sku_id): row for row in rows}
    return {key: row for key, row in found.items() if key in wanted}


def _values(one: StockDay) -> dict[str, int]:
    return {name: getattr(one, name) for name in COLUMNS}


def _differs(row: StockSnapshot, one: StockDay) -> bool:
    return any(getattr(row, name) != value for name, value in _values(one).items())
