"""What is shown of a customer, of the stores in reach; each function is a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from catalog.scopes import visible_stores
from config.kernel.models import User
from fulfillment.models import Order
from fulfillment.queries.orders import visible_orders
from membership.models import Customer, CustomerIdentity, Purchase, PurchaseLine, PurchaseRefund, RfmScore
from membership.rfm_reads import VIEW_SCORES, visible_runs
from service_desk.models import Ticket
from service_desk.queries import visible_tickets

SHOWN = 10
MOST_BOUGHT = 5


@dataclass(frozen=True)
class Worth:
    """What a customer bought in one currency. `refunded` holds all money that went back, linked to a purchase or not."""

    currency: str
    purchases: int
    first: date
    last: date
    paid: Decimal
    refunded: Decimal

    @property
    def net(self) -> Decimal:
        """Paid - refunded."""
        return self.paid - self.refunded

    @property
    def average(self) -> Decimal:
        """Net spending / purchases."""
        return self.net / self.purchases


def _within(user: User, rows: QuerySet[Any], *, permission: str) -> QuerySet[Any]:
    stores = visible_stores(user, permission=permission)
    return rows if stores is None else rows.filter(store__in=stores)


def worth_of(customer: Customer, *, user: User) -> list[Worth]:
    """Purchases and refunds by currency; parts of one checkout are one purchase. Two queries."""
    purchases = _within(user, Purchase.objects.filter(customer=customer), permission="membership.view_purchase")
    theirs = Q(customer=customer) | Q(purchase__customer=customer)
    refunds = _within(user, PurchaseRefund.objects.filter(theirs), permission="membership.view_purchase")
    back = dict(refunds.order_by().values_list("currency").annotate(Sum("amount")))
    rows = purchases.order_by("currency").values_list("currency")
    sums = rows.annotate(Count("checkout_ref", distinct=True), Min("paid_on"), Max("paid_on"), Sum("amount"))
    return [
        Worth(currency, count, first, last, paid, back.get(currency, Decimal(0)))
        for currency, count, first, last, paid in sums
    ]


def most_bought(customer: Customer, *, user: User) -> list[dict[str, Any]]:
    """The SKUs of which most pieces were bought: key, code, product's names, pieces; one query."""
    purchases = _within(user, Purchase.objects.filter(customer=customer), permission="membership.view_purchase")
    lines: QuerySet[Any] = PurchaseLine.objects.filter(purchase__in=purchases, sku__isnull=False)
    rows = lines.order_by().values("sku_id", "sku__code", "sku__product__name", "sku__product__english_name")
    return list(rows.annotate(units=Sum("quantity")).order_by("-units", "sku__code")[:MOST_BOUGHT])


def scores_of(customer: Customer, *, user: User) -> list[RfmScore]:
    """The customer's scores in the current runs in reach, that over all stores first; one query."""
    runs = visible_runs(user, permission=VIEW_SCORES).filter(is_current=True)
    scores = RfmScore.objects.filter(customer=customer, run__in=runs.values("pk")).select_related("run__store")
    return sorted(scores, key=lambda score: (score.run.store_id is not None, score.run.store_id))


def known_by(customer: Customer, *, user: User) -> list[CustomerIdentity]:
    """By which kinds of key the stores in reach know the customer; the keys themselves are not shown. One query."""
    found = CustomerIdentity.objects.filter(customer=customer).select_related("store").defer("value")
    return list(_within(user, found, permission="membership.view_customer").order_by("store__code", "kind"))


def newest_orders(customer: Customer, *, user: User) -> list[Order]:
    """The last orders in reach; one query."""
    return list(visible_orders(user).filter(customer=customer).order_by("-placed_at", "-pk")[:SHOWN])


def newest_tickets(customer: Customer, *, user: User) -> list[Ticket]:
    """The last tickets in reach; one query."""
    found = visible_tickets(user).filter(customer=customer).select_related("store", "assignee")
    return list(found.order_by("-opened_at", "-pk")[:SHOWN])
