"""Which purchase facts count for buyers, and which for repurchase."""

from datetime import date

from django.db.models import DecimalField, OuterRef, QuerySet, Subquery, Sum

from membership.models import Purchase, PurchaseRefund

# What taking an import back reports for each purchase: it never was one.
UNDONE = ":undo"


def all_purchases() -> QuerySet[Purchase]:
    """Purchases of known and unknown buyers; one of an import that was taken back counts nowhere."""
    undone = PurchaseRefund.objects.filter(source_ref__endswith=UNDONE, purchase__isnull=False)
    return Purchase.objects.exclude(pk__in=undone.values("purchase"))


def known_purchases() -> QuerySet[Purchase]:
    """Purchases of known customers."""
    return all_purchases().filter(customer__isnull=False)


def refunded_until(day: date) -> Subquery:
    """What was paid back of a purchase by the end of a day, as an annotation; null for nothing."""
    refunds = PurchaseRefund.objects.filter(purchase=OuterRef("pk"), refunded_on__lte=day).order_by()
    total = refunds.values("purchase").annotate(total=Sum("amount")).values("total")
    return Subquery(total, output_field=DecimalField(max_digits=14, decimal_places=2))
