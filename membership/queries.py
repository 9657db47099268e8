"""Reads of membership: what RFM looks at, order values, and finding a customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Store
from config.kernel.encryption import lookup_hash
from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.personal import normalise_email, normalise_phone
from config.kernel.todo import Todo
from membership.models import Customer, CustomerIdentity, MergeCandidate, Purchase, PurchaseRefund

DAYS_NAMED = 5


@dataclass(frozen=True)
class RfmWindow:
    """The facts that a segmentation sees: purchases of a store (or all) paid within the window that ends on `as_of`."""

    store: Store | None
    as_of: date
    days: int

    @property
    def first(self) -> date:
        """The first day of the window, `as_of` being the last."""
        return self.as_of - timedelta(days=self.days - 1)

    def purchases(self) -> QuerySet[Purchase]:
        """Purchases of known customers within the window."""
        found = Purchase.objects.filter(paid_on__range=(self.first, self.as_of), customer__isnull=False)
        return found if self.store is None else found.filter(store=self.store)

    def refunds(self) -> QuerySet[PurchaseRefund]:
        """Refunds known on `as_of`; what comes later does not exist yet."""
        found = PurchaseRefund.objects.filter(refunded_on__lte=self.as_of)
        return found if self.store is None else found.filter(store=self.store)

    def fully_refunded(self) -> QuerySet[Any]:
        """Ids of purchases whose goods were all taken back, or, where no pieces are known, whose whole amount was."""
        linked = self.refunds().filter(purchase__paid_on__range=(self.first, self.as_of))
        sums = linked.values("purchase_id").annotate(
            units=Sum("goods_units"),
            back=Sum("amount"),
            bought=Max("purchase__goods_units"),
            paid=Max("purchase__amount"),
        )
        by_units = Q(bought__gt=0, units__gte=F("bought"))
        return sums.filter(by_units | Q(bought=0, back__gte=F("paid"))).values("purchase_id")

    def counted(self) -> QuerySet[Purchase]:
        """Purchases that count: in the window and not fully refunded."""
        return self.purchases().exclude(pk__in=self.fully_refunded())


def rfm_currency(window: RfmWindow) -> str:
    """The currency that a segmentation adds up in: the base currency, else the single currency of the data.

    Raises DomainError "rates_missing" naming the days when neither is possible.
    """
    purchases = window.purchases()
    without = purchases.filter(base_amount__isnull=True)
    if not without.exists():
        return str(settings.BASE_CURRENCY)
    currencies = list(purchases.order_by("currency").values_list("currency", flat=True).distinct())
    if len(currencies) == 1:
        return str(currencies[0])
    days = list(without.order_by("paid_on").values_list("paid_on", flat=True).distinct()[:DAYS_NAMED])
    raise DomainError(
        "rates_missing",
        _("Exchange rates are missing for %(days)s. Import them first.") % {"days": ", ".join(map(str, days))},
        detail={"days": [str(day) for day in days]},
    )


@dataclass(frozen=True, slots=True)
class RfmInput:
    """What one customer did in the window; money in cents."""

    customer_id: int
    recency_days: int
    frequency: int
    cents: int


def rfm_inputs(
    window: RfmWindow, *, currency: str, first_customer: int | None = None, last_customer: int | None = None
) -> list[RfmInput]:
    """The inputs of every scored customer (of a range of ids), by id; three queries.

    Parts of one checkout are one purchase; fully refunded purchases do not count; unlinked refunds lower the money only.
    """
    amount = "base_amount" if currency == settings.BASE_CURRENCY and _has_base(window) else "amount"
    span = {}
    if first_customer is not None and last_customer is not None:
        span = {"customer_id__range": (first_customer, last_customer)}
    counted = window.counted().filter(**span)
    refunds = window.refunds()
    linked = refunds.filter(purchase__in=window.counted().values("pk"))
    loose = refunds.filter(purchase__isnull=True, refunded_on__gte=window.first)
    back: dict[int, Decimal] = {}
    for name, found in (("purchase__customer_id", linked), ("customer_id", loose)):
        key = {name.replace("customer_id", "customer_id__range"): span["customer_id__range"]} if span else {}
        sums = (
            found.filter(**key).exclude(**{f"{name}__isnull": True}).values_list(name).annotate(Sum(amount)).order_by()
        )
        for customer_id, total in sums:
            back[customer_id] = back.get(customer_id, Decimal(0)) + (total or 0)
    rows = counted.values_list("customer_id").annotate(
        Max("paid_on"), Count("checkout_ref", distinct=True), Sum(amount)
    )
    return [
        RfmInput(
            customer_id=customer_id,
            recency_days=(window.as_of - last).days,
            frequency=count,
            cents=int((total - back.get(customer_id, Decimal(0))) * 100),
        )
        for customer_id, last, count, total in rows.order_by("customer_id")
    ]


def _has_base(window: RfmWindow) -> bool:
    return not window.purchases().filter(base_amount__isnull=True).exists()


def order_values(store: Store, *, first: date, last: date) -> list[Decimal]:
    """The paid amounts of a store's purchases, for the threshold suggestion; by amount."""
    found = Purchase.objects.filter(store=store, paid_on__range=(first, last)).order_by("amount")
    return list(found.values_list("amount", flat=True))


def find_customers(text: str) -> QuerySet[Customer]:
    """Customers by number, real phone, mail address or channel buyer id; personal data is compared by keyed hash."""
    text = text.strip()
    wanted = Q(number__iexact=text)
    phone, email = normalise_phone(text), normalise_email(text)
    if phone:
        wanted |= Q(phone_hash=lookup_hash(phone, purpose="phone"))
    if email:
        wanted |= Q(email_hash=lookup_hash(email, purpose="email"))
    identities = CustomerIdentity.objects.filter(key_hash=lookup_hash(text, purpose="buyer_id"))
    return Customer.objects.filter(wanted | Q(pk__in=identities.values("customer_id")))


def buyer_ids(customer_ids: Sequence[int]) -> dict[int, str]:
    """The channel's own id of each customer that has one; the first one known."""
    found: dict[int, str] = {}
    for start in range(0, len(customer_ids), 500):
        rows = CustomerIdentity.objects.filter(
            customer_id__in=customer_ids[start : start + 500], kind=CustomerIdentity.Kind.BUYER_ID
        ).order_by("pk")
        for identity in rows:
            found.setdefault(identity.customer_id, identity.value)
    return found


def todo(user: User) -> list[Todo]:
    """Possible duplicates that wait for a person."""
    if not user.has_perm("membership.view_mergecandidate"):
        return []
    count = MergeCandidate.objects.filter(state=MergeCandidate.State.OPEN).count()
    link = f"{reverse('admin:membership_mergecandidate_changelist')}?state__exact=open"
    return [Todo(gettext_lazy("Possible duplicate customers"), count, link, icon="join_inner")]
