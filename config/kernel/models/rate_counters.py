"""How often somebody tried within a minute: limits that guard accounts are rows, for a cache may forget."""

from django.db import models


class RateCounter(models.Model):
    """The tries of one caller in one scope within one minute; the next minute begins again in the same row."""

    scope = models.CharField(max_length=20)
    caller = models.CharField(max_length=60)
    # Whole minutes since 1970.
    minute = models.PositiveBigIntegerField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "caller"], name="rate_counter_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.caller}: {self.count}"
