"""Who gets which report by mail: each person for themselves."""

from django.db import transaction

from analytics.models import ReportSubscription
from catalog.models import Store
from config.kernel.models import User


@transaction.atomic
def subscribe(user: User, *, kind: str, store: Store | None) -> ReportSubscription:
    """Send a person the reports of a kind, of one store or over all; again changes nothing, a paused one goes on."""
    subscription, is_new = ReportSubscription.objects.get_or_create(user=user, kind=kind, store=store)
    if not is_new and not subscription.is_active:
        subscription.is_active = True
        subscription.save(update_fields=["is_active"])
    return subscription


def unsubscribe(user: User, *, subscription_id: int) -> bool:
    """End one of the person's own subscriptions; False where there is none with this id."""
    count, _by_model = ReportSubscription.objects.filter(user=user, pk=subscription_id).delete()
    return count > 0
