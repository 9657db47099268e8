"""Suggestions that a person changed and that outlived a newer check: what that check says of the same SKU."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max
from django.utils.translation import gettext as _

from fulfillment.models import RestockRun, RestockSuggestion, SkuForecast


@dataclass(frozen=True)
class OlderEdit:
    """The newest check that looked at the SKU since, its day, and what it suggests: 0 where it asks for nothing."""

    day: date
    quantity: int

    def __str__(self) -> str:
        if not self.quantity:
            return _("Set by hand and kept; the newer check of %(day)s suggests to order none.") % {"day": self.day}
        return _("Set by hand and kept; the newer check of %(day)s suggests %(count)s.") % {
            "day": self.day,
            "count": f"{self.quantity:,}",
        }


def newer_views(suggestions: Sequence[RestockSuggestion]) -> dict[int, OlderEdit]:
    """By suggestion, for open ones that were changed by hand before the newest check; three queries, or none."""
    edited = [one for one in suggestions if one.edited_by_id and one.state == RestockSuggestion.State.OPEN]
    if not edited:
        return {}
    here = {"sku__in": {one.sku_id for one in edited}, "warehouse__in": {one.warehouse_id for one in edited}}
    looked = SkuForecast.objects.filter(run__is_finished=True, **here).order_by()
    newest = {
        (sku, warehouse): run for sku, warehouse, run in looked.values_list("sku", "warehouse").annotate(Max("run"))
    }
    days = dict(RestockRun.objects.filter(pk__in=set(newest.values())).values_list("pk", "business_date"))
    asked = {
        (run, sku, warehouse): quantity
        for run, sku, warehouse, quantity in RestockSuggestion.objects.filter(
            run__in=set(newest.values()), **here
        ).values_list("run", "sku", "warehouse", "suggested_quantity")
    }
    found = {}
    for one in edited:
        run = newest.get((one.sku_id, one.warehouse_id), one.run_id)
        if run > one.run_id:
            found[one.pk] = OlderEdit(days[run], asked.get((run, one.sku_id, one.warehouse_id), 0))
    return found
