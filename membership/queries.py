"""Reads of membership: what RFM looks at, order values, and finding a customer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, DateField, Exists, F, Max, OuterRef, Q, QuerySet, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.bulk import Cents, DaysUntil, read_numbers
from config.kernel.encryption import lookup_hash
from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.personal import normalise_email, normalise_phone
from config.kernel.todo import Todo
from membership.models import Customer, CustomerIdentity, MergeCandidate, Purchase, PurchaseRefund

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAYS_NAMED = 5
MOST_FOUND = 200
# SQLite adds decimals up as floating point numbers: half a cent less is still the whole amount.
HALF_A_CENT = Decimal("0.005")
# Neither merged into another customer nor erased.
LIVE = Q(merged_into__isnull=True, erased_at__isnull=True)


@dataclass(frozen=True)
class RfmWindow:
    """The facts that a segmentation sees: purchases of a store (or all) paid within the window that ends on `as_of`.

    `newest_purchase` and `newest_refund` are the ids up to which facts are seen, so that what is recorded after a run was
    planned does not reach its parts; None is without bound.
    """

    store: Store | None
    as_of: date
    days: int
    newest_purchase: int | None = None
    newest_refund: int | None = None

    @property
    def first(self) -> date:
        """The first day of the window, `as_of` being the last."""
        return self.as_of - timedelta(days=self.days - 1)

    def purchases(self) -> QuerySet[Purchase]:
        """Purchases of known customers within the window."""
        found = Purchase.objects.filter(paid_on__range=(self.first, self.as_of), customer__isnull=False)
        if self.newest_purchase is not None:
            found = found.filter(pk__lte=self.newest_purchase)
        return found if self.store is None else found.filter(store=self.store)

    def refunds(self) -> QuerySet[PurchaseRefund]:
        """Refunds known on `as_of`; what comes later does not exist yet."""
        found = PurchaseRefund.objects.filter(refunded_on__lte=self.as_of)
        if self.newest_refund is not None:
            found = found.filter(pk__lte=self.newest_refund)
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
        return sums.filter(by_units | Q(bought=0, back__gte=F("paid") - HALF_A_CENT)).values("purchase_id")

    def counted(self) -> QuerySet[Purchase]:
        """Purchases that count: in the window and not fully refunded."""
        return self.purchases().exclude(pk__in=self.fully_refunded())

    def linked_refunds(self) -> QuerySet[PurchaseRefund]:
        """Refunds of purchases that count."""
        return self.refunds().filter(purchase__in=self.counted().values("pk"))

    def loose_refunds(self) -> QuerySet[PurchaseRefund]:
        """Refunds within the window whose purchase is not known."""
        return self.refunds().filter(purchase__isnull=True, refunded_on__gte=self.first, customer__isnull=False)

    def known_count(self) -> int:
        """How many customers the store (or any) knows but those who bought for the first time after `as_of`.

        Who bought until then, and who never did: added up as sets, since asking for each customer takes hours. Of all
        stores together only who bought after the day is looked at, mostly few.
        """
        bought = Purchase.objects.filter(customer__isnull=False)
        live = Customer.objects.filter(LIVE)
        if self.store is None:
            later = live.filter(pk__in=bought.filter(paid_on__gt=self.as_of).values("customer_id"))
            before = bought.filter(paid_on__lte=self.as_of, customer=OuterRef("pk"))
            return live.count() - later.filter(~Exists(before)).count()
        bought = bought.filter(store=self.store)
        met: QuerySet[Any] = CustomerIdentity.objects.filter(store=self.store, customer__in=live).values("customer_id")
        until = bought.filter(paid_on__lte=self.as_of).filter(customer__in=live)
        buyers = until.values("customer_id").distinct().count()
        return buyers + met.order_by().difference(bought.order_by().values("customer_id")).count()


def newest_facts() -> tuple[int, int]:
    """The ids of the newest purchase and the newest refund; 0 where there is none."""
    purchase = Purchase.objects.aggregate(newest=Max("pk"))["newest"]
    refund = PurchaseRefund.objects.aggregate(newest=Max("pk"))["newest"]
    return purchase or 0, refund or 0


@dataclass(frozen=True)
class RfmMoney:
    """What a segmentation adds up: amounts in the base currency, or the amounts of the single currency there is."""

    currency: str
    is_in_base: bool

    @property
    def column(self) -> str:
        """The amount of a fact that is added up."""
        return "base_amount" if self.is_in_base else "amount"

    @property
    def unfit(self) -> Q:
        """Facts that must not be added up with the others."""
        return Q(base_amount__isnull=True) if self.is_in_base else ~Q(currency=self.currency)


def rfm_money(window: RfmWindow) -> RfmMoney:
    """The money that a segmentation adds up: in the base currency, else in the single currency of the data.

    Raises DomainError "rates_missing" naming the days when neither is possible.
    """
    if not _days_without_rate(window):
        return RfmMoney(currency=str(settings.BASE_CURRENCY), is_in_base=True)
    currencies: set[str] = set()
    for facts in _money_facts(window):
        currencies.update(facts.order_by().values_list("currency", flat=True).distinct())
    if len(currencies) == 1:
        return RfmMoney(currency=currencies.pop(), is_in_base=False)
    raise _rates_missing(window)


def _rates_missing(window: RfmWindow) -> DomainError:
    days = [str(day) for day in _days_without_rate(window)]
    return DomainError(
        "rates_missing",
        _("Exchange rates are missing for %(days)s. Import them first.") % {"days": ", ".join(days)},
        detail={"days": days},
    )


def _money_facts(window: RfmWindow) -> tuple[QuerySet[Any], QuerySet[Any], QuerySet[Any]]:
    return window.purchases(), window.linked_refunds(), window.loose_refunds()


def _days_without_rate(window: RfmWindow) -> list[date]:
    """The first days whose facts have no amount in the base currency."""
    days: set[date] = set()
    for facts, field in zip(_money_facts(window), ("paid_on", "refunded_on", "refunded_on"), strict=True):
        found = facts.filter(base_amount__isnull=True).order_by(field)
        days.update(found.values_list(field, flat=True).distinct()[:DAYS_NAMED])
    return sorted(days)[:DAYS_NAMED]


RFM_FACTS = ("customer", "recency_days", "frequency", "cents")


def rfm_facts(
    window: RfmWindow, *, money: RfmMoney, first_customer: int | None = None, last_customer: int | None = None
) -> "NDArray[np.void]":
    """What each scored customer (of a range of ids) did in the window, by id: days ago, purchases and cents as numbers.

    Parts of one checkout are one purchase; fully refunded purchases do not count; unlinked refunds lower the money only.
    Raises DomainError "rates_missing" where a fact cannot be added up in `money`: currencies are never mixed.
    """
    import numpy as np

    whose = Q()
    if first_customer is not None and last_customer is not None:
        whose = Q(customer__gte=first_customer, customer__lte=last_customer)
    sums = (
        window.counted()
        .filter(whose)
        .values_list("customer_id")
        .annotate(
            days=DaysUntil(Max("paid_on"), Value(window.as_of, output_field=DateField())),
            times=Count("checkout_ref", distinct=True),
            cents=Cents(Sum(money.column)),
            unfit=_unfit(money),
        )
        .order_by("customer_id")
    )
    read = read_numbers(sums, names=(*RFM_FACTS, "unfit"))
    if read["unfit"].any():
        raise _rates_missing(window)
    facts = np.empty(len(read), dtype=[(name, "<i8") for name in RFM_FACTS])
    for name in RFM_FACTS:
        facts[name] = read[name]
    for customers, cents in _sent_back(window, money=money, whose=whose):
        place = np.searchsorted(facts["customer"], customers)
        known = place < len(facts)
        known[known] = facts["customer"][place[known]] == customers[known]
        facts["cents"][place[known]] -= cents[known]
    return facts


def _unfit(money: RfmMoney) -> Count:
    return Count("pk", filter=money.unfit)


def _sent_back(window: RfmWindow, *, money: RfmMoney, whose: Q) -> Iterator[tuple[Any, Any]]:
    """What went back to each customer, linked and unlinked: customers and cents, each customer once in either."""
    # A refund of a purchase lowers the value of who bought.
    linked = window.linked_refunds().filter(purchase__in=Purchase.objects.filter(whose).values("pk"))
    loose = window.loose_refunds().filter(whose)
    for rows in (linked.values_list("purchase__customer_id"), loose.values_list("customer_id")):
        sums = rows.annotate(cents=Cents(Sum(money.column)), unfit=_unfit(money)).order_by()
        found = read_numbers(sums, names=("customer", "cents", "unfit"))
        if found["unfit"].any():
            raise _rates_missing(window)
        yield found["customer"], found["cents"]


def order_values(store: Store, *, first: date, last: date) -> list[Decimal]:
    """The paid amounts of a store's purchases, for the threshold suggestion; by amount."""
    found = Purchase.objects.filter(store=store, paid_on__range=(first, last)).order_by("amount")
    return list(found.values_list("amount", flat=True))


def find_customers(text: str) -> QuerySet[Customer]:
    """Customers by number, real phone, mail address or channel buyer id; personal data is compared by keyed hash.

    Each comparison is answered by an index: one query at once for the buyer id, of which each store has one.
    """
    text = text.strip()
    # Numbers are written in capitals; a comparison without case would read every customer.
    wanted = Q(number=text.upper())
    phone, email = normalise_phone(text), normalise_email(text)
    if phone:
        wanted |= Q(phone_hash=lookup_hash(phone, purpose="phone"))
    if email:
        wanted |= Q(email_hash=lookup_hash(email, purpose="email"))
    identities = CustomerIdentity.objects.filter(
        store__in=Store.objects.values("pk"),
        kind=CustomerIdentity.Kind.BUYER_ID,
        key_hash=lookup_hash(text, purpose="buyer_id"),
    )
    known = list(identities.values_list("customer_id", flat=True)[:MOST_FOUND])
    return Customer.objects.filter(wanted | Q(pk__in=known))


def visible_customers(user: User, *, permission: str) -> QuerySet[Customer]:
    """The customers that the stores within the person's reach know; all of them for who reaches all stores."""
    stores = visible_stores(user, permission=permission)
    if stores is None:
        return Customer.objects.all()
    met = CustomerIdentity.objects.filter(customer=OuterRef("pk"), store__in=stores)
    return Customer.objects.filter(Q(first_store__in=stores) | Exists(met))


def last_purchase_on(store: Store | None) -> date | None:
    """The day of the latest purchase of a known customer in a store, or in any."""
    purchases = Purchase.objects.filter(customer__isnull=False)
    if store is not None:
        purchases = purchases.filter(store=store)
    newest: date | None = purchases.aggregate(newest=Max("paid_on"))["newest"]
    return newest


def todo(user: User) -> list[Todo]:
    """Possible duplicates that wait for a person."""
    if not user.has_perm("membership.view_mergecandidate"):
        return []
    count = MergeCandidate.objects.filter(state=MergeCandidate.State.OPEN)
    link = f"{reverse('admin:membership_mergecandidate_changelist')}?state__exact=open"
    return [Todo(gettext_lazy("Possible duplicate customers"), count, link, icon="join_inner")]
