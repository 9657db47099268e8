"""Points in time as programs give them: within a century that every database and zone can reckon with."""

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_filters import IsoDateTimeFromToRangeFilter
from django_filters.fields import IsoDateTimeField, IsoDateTimeRangeField, RangeField
from rest_framework import serializers

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
WORDS = _("A point in time lies between the years 2000 and 2099.")


def is_within_reach(moment: datetime) -> bool:
    """Whether a point in time can be turned into any zone and kept."""
    return EARLIEST <= moment < LATEST


class MomentField(serializers.DateTimeField):
    """A point in time in the body of a request."""

    default_error_messages = {"out_of_reach": WORDS}

    def to_internal_value(self, value: Any) -> datetime:
        """The point in time. Raises ValidationError outside the century."""
        moment = super().to_internal_value(value)
        if not is_within_reach(moment):
            self.fail("out_of_reach")
        return moment


class _FilterField(IsoDateTimeField):
    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is not None and not is_within_reach(moment):
            raise ValidationError(WORDS, code="out_of_reach")
        return moment


class _FilterRangeField(IsoDateTimeRangeField):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        RangeField.__init__(self, (_FilterField(), _FilterField()), *args, **kwargs)


class MomentRangeFilter(IsoDateTimeFromToRangeFilter):
    """From one point in time to another, in the question of a request."""

    field_class = _FilterRangeField
