"""Addresses of the rows behind a number, for readers who may open them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from analytics.boards.choice import Choice
from analytics.periods import Period
from catalog.models import Store
from config.kernel.models import User
from config.kernel.store_time import range_of_days, zone_of
from fulfillment.models import SalesEntry

Kind = SalesEntry.Kind
MONEY_BACK = (Kind.REFUND, Kind.CANCEL_AFTER_PAY, Kind.SHIPPING_REFUND)


@dataclass(frozen=True)
class Links:
    """Links of one board for one reader; an empty text where the reader may not follow."""

    board: str
    choice: Choice
    user: User

    def _list(self, model: str, permission: str, parameters: dict[str, Any]) -> str:
        if not self.user.has_perm(permission):
            return ""
        return f"{reverse(f'admin:{model}_changelist')}?{urlencode(parameters)}"

    def _stores(self, stores: tuple[Store, ...] | None, name: str = "store") -> dict[str, str]:
        """The filter of the admin lists; none where all stores are meant."""
        wanted = self.choice.stores if stores is None else stores
        if stores is None and self.choice.is_whole:
            return {}
        if len(wanted) == 1:
            return {f"{name}__id__exact": str(wanted[0].pk)}
        return {f"{name}__in": ",".join(str(store.pk) for store in wanted)}

    def orders(self, period: Period, *, stores: tuple[Store, ...] | None = None) -> str:
        """The orders paid in a period."""
        if not self.user.has_perm("fulfillment.view_order"):
            return ""
        days = {"paid_first": period.first.isoformat(), "paid_last": period.last.isoformat()}
        keys = ",".join(self._stores(stores).values())
        return f"{reverse('orders:list')}?{urlencode(days | ({'store': keys} if keys else {}))}"

    def refunds(self, period: Period, *, stores: tuple[Store, ...] | None = None) -> str:
        """The rows of the sales ledger with which money went back in a period."""
        days = {"store_date__gte": period.first.isoformat(), "store_date__lte": period.last.isoformat()}
        kinds = {"kind__in": ",".join(MONEY_BACK)}
        return self._list(
            "fulfillment_salesentry", "fulfillment.view_salesentry", {**kinds, **days, **self._stores(stores)}
        )

    def purchases(self, period: Period) -> str:
        """The purchase facts of a period."""
        days = {"paid_on__gte": period.first.isoformat(), "paid_on__lte": period.last.isoformat()}
        return self._list("membership_purchase", "membership.view_purchase", {**days, **self._stores(None)})

    def tickets(self, **parameters: str) -> str:
        """Tickets by the fields of their list."""
        return self._list("service_desk_ticket", "service_desk.view_ticket", {**parameters, **self._stores(None)})

    def opened_tickets(self, period: Period, *, field: str = "opened_at") -> str:
        """The tickets opened, or resolved, in a period by the stores' own clocks.

        A list knows one range: over several zones it begins with the first and ends with the last of them.
        """
        zones = {store.time_zone for store in self.choice.stores} or {settings.TIME_ZONE}
        ranges = [range_of_days(period.first, period.last, zone_of(zone)) for zone in sorted(zones)]
        moments = {
            f"{field}__gte": min(begin for begin, _end in ranges).isoformat(),
            f"{field}__lt": max(end for _begin, end in ranges).isoformat(),
        }
        return self.tickets(**moments)

    def sku(self, sku_id: int) -> str:
        """A SKU's stock card, or its page in the catalog for those who see no stock."""
        if self.user.has_perm("fulfillment.view_stockbalance"):
            return reverse("restock:sku", args=[sku_id])
        if not self.user.has_perm("catalog.view_sku"):
            return ""
        return reverse("admin:catalog_sku_change", args=[sku_id])

    def purchase_order(self, order_id: int) -> str:
        """A purchase order's page."""
        if not self.user.has_perm("fulfillment.view_purchaseorder"):
            return ""
        return reverse("restock:order", args=[order_id])

    def rfm_run(self, run_id: int | None) -> str:
        """The page of the RFM run that segments come from."""
        if run_id is None or not self.user.has_perm("membership.view_rfmrun"):
            return ""
        return reverse("membership:rfm-run", args=[run_id])

    def narrowed(self, **changes: str) -> str:
        """This board with some choices changed."""
        return f"{reverse(f'analytics:{self.board}')}?{self.choice.query(**changes)}"

    def export(self, panel_id: str, kind: str) -> str:
        """A panel's table as a file, of the same choice."""
        return f"{reverse('analytics:export', args=[self.board, panel_id, kind])}?{self.choice.query()}"
