"""The words for the codes of a forecast and its arithmetic. Rows keep the codes; an unknown code stays as it is."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = Mapping[str, str | Promise]

DEMAND_CLASSES: Words = MappingProxyType(
    {
        "smooth": pgettext_lazy("demand class", "smooth"),
        "erratic": pgettext_lazy("demand class", "erratic"),
        "intermittent": pgettext_lazy("demand class", "intermittent"),
        "lumpy": pgettext_lazy("demand class", "lumpy"),
        "new": pgettext_lazy("demand class", "new"),
        "no_demand": pgettext_lazy("demand class", "no demand"),
    }
)
METHODS: Words = MappingProxyType(
    {
        "ses": _("exponential smoothing (SES) with weekday and yearly profile"),
        "damped_holt": _("exponential smoothing with damped trend (Holt)"),
        "seasonal_naive_7": _("same weekday of last week (seasonal naive)"),
        "tsb": _("chance of a sale times its size (TSB)"),
        "sba": _("size of a sale by the days between sales (SBA)"),
        "weekly_tsb": _("TSB on whole weeks, split over the days"),
        "launch_analog": _("launch curve of the category, scaled to the SKU"),
        "zero": _("no demand expected"),
    }
)
VARIANCE_SOURCES: Words = MappingProxyType(
    {
        "forecast_error": _("error of past forecasts"),
        "daily_scatter": _("scatter of daily demand (too few past forecasts yet)"),
    }
)
DISTRIBUTIONS: Words = MappingProxyType(
    {
        "normal": _("normal distribution"),
        "negative_binomial": _("negative binomial distribution"),
        "poisson": _("Poisson distribution"),
        "empirical": _("past forecast errors themselves"),
    }
)


def word(words: Words, code: str) -> str:
    """What a code means to a person."""
    return str(words.get(code, code))
