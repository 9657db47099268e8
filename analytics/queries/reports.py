"""Which reports a person may read."""

from django.db.models import QuerySet

from analytics.models import Report
from catalog.scopes import visible_stores
from config.kernel.models import User

VIEW = "analytics.view_report"


def visible_reports(user: User) -> QuerySet[Report]:
    """Reports within the person's stores; one over all stores only for who may see all stores."""
    stores = visible_stores(user, permission=VIEW)
    return Report.objects.all() if stores is None else Report.objects.filter(store__in=stores)
