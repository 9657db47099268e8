"""What an import of history says about an order beyond what its layout says."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.problems import RowIssue, Severity, Texts
from fulfillment.layouts.base import ParsedUnit
from fulfillment.layouts.messages import TEXTS as LAYOUT_TEXTS

TEXTS: Texts = MappingProxyType(
    {
        **LAYOUT_TEXTS,
        "cancellation_differs": _("The cancellation is booked already, with other lines. The books were not changed."),
        "adjustment_differs": _("The adjustment is booked already, with another amount. The books were not changed."),
        "order_is_live": _("The order came in live and is handled here. The file does not change it."),
        "order_is_older": _("The file holds an older state of the order than the books. It was passed over."),
        "paid_amount_kept": _("The file says that %(stated)s was paid; %(kept)s is booked and stays."),
        "lines_kept": _("The lines differ from the booked ones. Something was booked on them, so they stay."),
        "not_live": _("Cancellations and adjustments belong to the past: they are not taken in with live orders."),
        "order_parked": _("The order is parked: nobody knows %(codes)s yet."),
        "stock_negative": _("The stock %(value)s is below zero."),
        "hours_of_a_day": _("%(value)s is not a number of hours of one day."),
        "warehouse_unknown": _("There is no warehouse with this code."),
        "sku_unknown": _("There is no SKU with this code."),
        "snapshot_is_own": _("The stock of this day was counted here; the file does not replace it."),
        "not_written": _("The order could not be written: %(reason)s"),
    }
)


def note(unit: ParsedUnit, code: str, **params: object) -> RowIssue:
    """A warning on the first row of a unit."""
    words = {name: str(value) for name, value in params.items()}
    return RowIssue(unit.rows[0], "", code, Severity.WARNING, words, TEXTS)
