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
from config.kernel.audit import record_change
from config.kernel.errors import InvalidInput
from config.kernel.models import User

# SKUs in one statement: well below the parameter limit of either database.
AT_ONCE = 500


@transaction.atomic
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
    if amount < 0:
        raise InvalidInput("cost_negative", _("A cost is not negative."), fields={"amount": [_("Enter 0 or more.")]})
    _hold([sku.pk])
    sku.refresh_from_db(fields=["unit_cost"])
    before = sku.unit_cost
    row = SkuCost.objects.create(sku=sku, amount=amount, valid_from=since, source=source, actor=actor, reason=reason)
    _show_newest([sku.pk], today=timezone.localdate())
    sku.refresh_from_db(fields=["unit_cost"])
    record_change(
        "cost.set",
        on=sku,
        before={"cost": None if before is None else str(before)},
        after={"cost": str(amount), "since": since.isoformat()},
        reason=reason,
    )
    return row


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
