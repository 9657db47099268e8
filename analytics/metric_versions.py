"""When a metric's definition changed: figures from then on are not quite comparable with those before. Pure.

Whoever changes what a metric means adds a row here; charts then mark the day, and say so below.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from analytics.periods import Period


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """The metric with `code` is worked out by definition number `version` from `since` on."""

    code: str
    version: int
    since: date


# The first definitions stand; nothing has been redefined yet.
CHANGES: tuple[DefinitionChange, ...] = ()


def changes_within(
    codes: Collection[str], period: Period, *, changes: Collection[DefinitionChange] = CHANGES
) -> list[DefinitionChange]:
    """The changes of some metrics that divide a period, the oldest first; one on its first day divides nothing."""
    found = [one for one in changes if one.code in codes and period.first < one.since <= period.last]
    return sorted(found, key=lambda one: (one.since, one.code))
