"""What a reader of a segmentation should know, in sentences: its warnings, and why it may hold nobody."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from config.kernel.money import format_money
from membership.models import RfmPolicy, RfmRun
from membership.queries import last_purchase_on

LETTERS = {"recency_days": "R", "frequency": "F", "monetary": "M"}


def run_notes(run: RfmRun) -> list[str]:
    """The notes of a run; one query more where nobody was scored."""
    notes = [] if run.customer_count else [_nobody(run)]
    return notes + [note for warning in run.warnings if (note := _sentence(warning))]


def cuts_as_told(run: RfmRun) -> dict[str, Any]:
    """The cut points of a run as people read them: amounts instead of cents, the mode by its name, no order of its own."""
    if not run.cuts:
        return {}
    means = run.cuts["value"]
    return {
        "mode": RfmPolicy.Mode(run.cuts["mode"]).label,
        "recency_at_most": run.cuts["recency_at_most"],
        "frequency_at_least": run.cuts["frequency_at_least"],
        "spent_at_least": [_money(cents, run) for cents in run.cuts["cents_at_least"]],
        "mean_recency_days": _rounded(means.get("recency_days")),
        "mean_frequency": _rounded(means.get("frequency")),
        "mean_spent": _money(means.get("cents"), run),
        "dormant_days": run.cuts["dormant_days"],
    }


def _money(cents: float | None, run: RfmRun) -> str | None:
    return (
        None
        if cents is None
        else format_money(Decimal(str(cents)) / 100, currency=run.currency or settings.BASE_CURRENCY)
    )


def _rounded(value: float | None) -> str | None:
    return None if value is None else f"{value:,.1f}"


def _sentence(warning: Mapping[str, Any]) -> str:
    if warning["code"] == "newer_run_is_current":
        words = _("A run as of %(day)s is the current one and stays it; this one is kept beside it.")
        return words % {"day": date_format(date.fromisoformat(warning["as_of"]))}
    if warning["code"] == "too_few_for_ranks":
        return _("Too few customers for ranks (%(customers)s): fixed thresholds were used.") % warning
    if warning["code"] == "one_value_holds_many":
        words = _(
            "One value of %(axis)s holds %(share)s %% of the customers, so only %(levels)s of the five scores occur."
        )
        share = f"{warning['share'] * 100:.0f}"
        return words % {"axis": LETTERS[warning["axis"]], "share": share, "levels": warning["levels"]}
    return ""


def _nobody(run: RfmRun) -> str:
    newest = last_purchase_on(run.store)
    if newest is None:
        return _("Nobody bought anything in the window. Import orders first.")
    words = _("Nobody bought anything between %(first)s and %(last)s. The latest purchase known was on %(newest)s.")
    return words % {"first": run.as_of - timedelta(days=run.window_days - 1), "last": run.as_of, "newest": newest}
