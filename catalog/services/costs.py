"""Costs as dated rows, and the one that each SKU shows today."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Sku, SkuCost
from config.kernel.audit import Change, record_changes
from config.kernel.errors import InvalidInput
from config.kernel.models import User

# SKUs in one statement: well below the parameter limit of either database.
AT_ONCE = 500


def set_cost(
    sku: Sku,
    *,
    amount: Decimal,
    since: date,
    source: str = SkuCost.Source.MANUAL,
    actor: User | None = None,
    reason: str = "",
) -> SkuCost:
    """Append a cost in the base currency. The SKU shows the newest that has begun; a later one waits for its day."""
    row = SkuCost(sku=sku, amount=amount, valid_from=since, source=source, actor=actor, reason=reason)
    append_costs([row])
    sku.refresh_from_db(fields=["unit_cost"])
    return row


@transaction.atomic
def append_costs(rows: Sequence[SkuCost], *, batch_ref: str = "") -> None:
    """Append unsaved costs in their order, of as many SKUs as there are, in a fixed number of statements.

    The trail gets an entry for each: the cost that held on its day until now, and the new one.
    """
    if any(row.amount < 0 for row in rows):
        raise InvalidInput("cost_negative", _("A cost is not negative."), fields={"amount": [_("Enter 0 or more.")]})
    sku_ids = sorted({row.sku_id for row in rows})
    _hold(sku_ids)
    changes = _changes(rows, sku_ids)
    SkuCost.objects.bulk_create(rows)
    _show_newest(sku_ids, today=timezone.localdate())
    record_changes("cost.set", changes=changes, batch_ref=batch_ref)


def _changes(rows: Sequence[SkuCost], sku_ids: Sequence[int]) -> list[Change]:
    """What each row changes, the rows before it counted in."""
    known: dict[int, list[tuple[date, Decimal]]] = {sku_id: [] for sku_id in sku_ids}
    kept = SkuCost.objects.filter(sku_id__in=sku_ids).order_by("pk")
    for sku_id, day, amount in kept.values_list("sku_id", "valid_from", "amount"):
        known[sku_id].append((day, amount))
    # A SKU without dated costs may show one that it was made with.
    undated = dict(Sku.objects.filter(pk__in=sku_ids, costs=None).values_list("pk", "unit_cost"))
    changes = []
    for row in rows:
        before = _held(known[row.sku_id], day=row.valid_from) if known[row.sku_id] else undated.get(row.sku_id)
        known[row.sku_id].append((row.valid_from, row.amount))
        after = {"cost": str(row.amount), "since": row.valid_from.isoformat()}
        old = {"cost": None if before is None else str(before)}
        changes.append(Change(on=row.sku, before=old, after=after, reason=row.reason))
    return changes


def _held(costs: Sequence[tuple[date, Decimal]], *, day: date) -> Decimal | None:
    """Of costs in the order they were written, the one that holds on a day: of two of one day the later."""
    begun = [(since, place, amount) for place, (since, amount) in enumerate(costs) if since <= day]
    return max(begun)[2] if begun else None


def begin_costs(*, today: date) -> int:
    """Let every SKU show the newest cost that has begun by `today`; returns how many showed another one until now."""
    newest = _newest(today)
    others = Q(unit_cost__isnull=True) | ~Q(unit_cost=F("newest"))
    behind = Sku.objects.annotate(newest=Subquery(newest)).filter(others, newest__isnull=False)
    sku_ids = list(behind.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(sku_ids), AT_ONCE):
        part = sku_ids[start : start + AT_ONCE]
        with transaction.atomic():
            _hold(part)
            _show_newest(part, today=today)
    return len(sku_ids)


def _hold(sku_ids: Sequence[int]) -> None:
    """Make the SKUs' rows the lock: of two writers the second sees the costs that the first has appended."""
    Sku.objects.filter(pk__in=sku_ids).update(state=F("state"))


def _newest(today: date) -> QuerySet[SkuCost, Any]:
    begun = SkuCost.objects.filter(sku=OuterRef("pk"), valid_from__lte=today)
    return begun.order_by("-valid_from", "-pk").values("amount")[:1]


def _show_newest(sku_ids: Sequence[int], *, today: date) -> None:
    shown = Coalesce(Subquery(_newest(today)), F("unit_cost"))
    Sku.objects.filter(pk__in=sku_ids).update(unit_cost=shown)
