"""Limits that guard accounts: counted in the database, the same for every process and through every restart."""

from datetime import datetime

from django.db.models import F

from config.kernel.models import RateCounter
from config.kernel.sql import insert_new

KEPT_MINUTES = 24 * 60


def is_within_rate(scope: str, *, caller: str, limit: int, now: datetime) -> bool:
    """Count one try, and say whether the caller is still within `limit` tries in this minute."""
    minute = int(now.timestamp()) // 60
    mine = RateCounter.objects.filter(scope=scope, caller=caller)
    mine.filter(minute__lt=minute).update(minute=minute, count=0)
    if insert_new([RateCounter(scope=scope, caller=caller, minute=minute)], conflict=["scope", "caller"]):
        RateCounter.objects.filter(minute__lt=minute - KEPT_MINUTES).delete()
    mine.update(count=F("count") + 1)
    return bool(mine.filter(count__lte=limit).exists())
