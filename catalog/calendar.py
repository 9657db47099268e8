"""Which store days are over."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from catalog.models import Store
from config.kernel.store_time import store_day


def last_whole_day(store_code: str, *, now: datetime) -> date:
    """The newest day that is over in the store's zone; without a store, the newest that is over in every store's."""
    stores = Store.objects.filter(is_active=True)
    if store_code:
        stores = Store.objects.filter(code=store_code)
    zones = set(stores.values_list("time_zone", flat=True)) or {settings.TIME_ZONE}
    return min(store_day(now, ZoneInfo(zone)) for zone in zones) - timedelta(days=1)
