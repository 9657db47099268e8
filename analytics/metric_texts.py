"""What metrics are called, how they are worked out in words, and why some have no value yet."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from analytics.metrics import Family, Group, Metric, Missing

Text = str | Promise
REPURCHASE = _(
    "Known buyers with two or more purchase occasions in the window that ends with the range / known buyers of the "
    "window. Parts of one checkout are one occasion; what was paid back in full is none."
)
# Name and formula of each metric.
TEXTS: dict[str, tuple[Text, Text]] = {
    "gmv": (
        pgettext_lazy("metric", "GMV (paid amount)"),
        _("Paid amounts with postage on the paid date; later refunds are not taken off."),
    ),
    "net_gmv": (
        pgettext_lazy("metric", "Net GMV"),
        _("GMV − refunds on their own date; may be negative on a day."),
    ),
    "placed_gmv": (
        pgettext_lazy("metric", "Placed GMV"),
        _("Payable amounts of the orders placed, paid or not."),
    ),
    "per_buyer": (
        pgettext_lazy("metric", "Paid amount per buyer"),
        _("Paid amount of known buyers / known buyers (客单价)."),
    ),
    "per_order": (
        pgettext_lazy("metric", "Paid amount per order"),
        _("GMV / orders paid (笔单价)."),
    ),
    "gross_sales": (
        pgettext_lazy("metric", "Gross sales"),
        _("Quantity × price before discounts, without postage."),
    ),
    "discounts": (pgettext_lazy("metric", "Discounts"), _("Discounts on paid orders.")),
    "net_sales": (
        pgettext_lazy("metric", "Net sales"),
        _("Gross sales − discounts − reversals on their own date; without tax and postage."),
    ),
    "aov": (
        pgettext_lazy("metric", "AOV"),
        _("(Gross sales − discounts) / orders paid; refunds do not lower it."),
    ),
    "gross_profit": (
        pgettext_lazy("metric", "Gross profit"),
        _("Net sales of rows whose cost is known − their cost at the time of sale."),
    ),
    "gross_margin": (
        pgettext_lazy("metric", "Gross margin"),
        _("Gross profit / net sales of rows whose cost is known."),
    ),
    "discount_rate": (pgettext_lazy("metric", "Discount rate"), _("Discounts / gross sales.")),
    "placed_orders": (pgettext_lazy("metric", "Orders placed"), _("Orders placed, paid or not.")),
    "paid_orders": (pgettext_lazy("metric", "Orders paid"), _("Orders whose payment became full.")),
    "units": (
        pgettext_lazy("metric", "Units sold"),
        _("Pieces on paid orders, gifts too; a kit counts its parts."),
    ),
    "units_per_order": (pgettext_lazy("metric", "Units per order"), _("Units sold / orders paid.")),
    "refunds": (
        pgettext_lazy("metric", "Refunds"),
        _("Money paid back, postage included, on the day it went back."),
    ),
    "refund_rate": (
        pgettext_lazy("metric", "Refund rate by value"),
        _("Refunds on their date / GMV of the same range."),
    ),
    "postage": (pgettext_lazy("metric", "Postage"), _("Postage that buyers paid.")),
    "adjustments": (
        pgettext_lazy("metric", "Adjustments"),
        _("Corrections of the books; part of no other figure."),
    ),
    "pay_rate": (
        pgettext_lazy("metric", "Pay rate of orders"),
        _("Orders paid within 24 hours of being placed / orders placed in the range."),
    ),
    "buyers": (
        pgettext_lazy("metric", "Buyers"),
        _("Different known customers who paid within the range; not the sum of the days."),
    ),
    "guest_orders": (
        pgettext_lazy("metric", "Orders of unknown buyers"),
        _("Paid orders without any identity of the buyer."),
    ),
    "new_buyers": (
        pgettext_lazy("metric", "New buyers"),
        _("Known customers whose first purchase in these stores lies in the range."),
    ),
    "old_buyer_share": (
        pgettext_lazy("metric", "Share of old buyers"),
        _("Known buyers who also paid in the 365 days before the range / known buyers."),
    ),
    "repurchase_30": (pgettext_lazy("metric", "Repurchase rate, 30 days"), REPURCHASE),
    "repurchase_90": (pgettext_lazy("metric", "Repurchase rate, 90 days"), REPURCHASE),
    "repurchase_365": (pgettext_lazy("metric", "Repurchase rate, 365 days"), REPURCHASE),
    "cancel_rate": (
        pgettext_lazy("metric", "Cancel rate"),
        _("Paid orders cancelled before dispatch, on the day of cancelling / orders paid."),
    ),
    "on_time_rate": (
        pgettext_lazy("metric", "Shipped on time"),
        _("Orders shipped by their deadline / orders whose deadline lies in the range; unshipped ones failed."),
    ),
    "tickets_opened": (pgettext_lazy("metric", "Tickets opened"), _("Tickets opened in the range.")),
    "tickets_resolved": (pgettext_lazy("metric", "Tickets resolved"), _("Tickets resolved in the range.")),
    "contact_rate": (pgettext_lazy("metric", "Contact rate"), _("Tickets opened / orders paid.")),
    "first_reply": (
        pgettext_lazy("metric", "First reply, median"),
        _("Median time from opening to the first reply, by the wall clock, of the tickets opened and answered."),
    ),
    "stock_value": (
        pgettext_lazy("metric", "Stock at cost"),
        _("Closing stock of the range at moving average cost, in the base currency."),
    ),
    "stock_turnover": (
        pgettext_lazy("metric", "Stock turnover"),
        _("Cost of sales of the range / mean of the daily closing stock at cost, for a year of 365 days."),
    ),
    "days_of_stock": (
        pgettext_lazy("metric", "Days of stock"),
        _("Mean of the daily closing stock at cost / cost of sales per day."),
    ),
    "stock_out_rate_days": (
        pgettext_lazy("metric", "Stock-out rate in days"),
        _("SKU-days without sellable stock while listed / SKU-days listed, of the days with a snapshot."),
    ),
    "page_views": (pgettext_lazy("metric", "Page views"), _("Page views, bots left out.")),
    "visitors": (pgettext_lazy("metric", "Visitors"), _("Different visitors within the range.")),
    "visitor_conversion": (
        pgettext_lazy("metric", "Conversion of visitors"),
        _("Buyers / visitors of the same day (支付转化率)."),
    ),
    "session_conversion": (
        pgettext_lazy("metric", "Conversion of sessions"),
        _("Sessions with a paid order / sessions."),
    ),
    "cart_abandonment": (
        pgettext_lazy("metric", "Cart abandonment"),
        _("Carts without a paid order within 24 hours / carts."),
    ),
    "return_rate_units": (
        pgettext_lazy("metric", "Return rate by units"),
        _("Units shipped and returned within 30 days of receipt / units shipped."),
    ),
    "csat": (pgettext_lazy("metric", "Satisfied customers"), _("Share of answers 4 and 5.")),
    "nps": (pgettext_lazy("metric", "Net promoter score"), _("Share of 9 and 10 − share of 0 to 6.")),
    "roas": (pgettext_lazy("metric", "Return on ad spend"), _("Attributed net sales / spend (投产比).")),
    "cac": (pgettext_lazy("metric", "Cost per new customer"), _("Spend / new paying customers.")),
}

REASONS: dict[Missing, Text] = {
    Missing.TRAFFIC: _("No traffic is recorded yet."),
    Missing.SURVEYS: _("No surveys are sent yet."),
    Missing.RETURNS: _("Returned parcels are not followed yet."),
    Missing.ATTRIBUTION: _("Orders are not attributed to spend yet."),
}

GROUPS: dict[Group, Text] = {
    Group.TRADE: pgettext_lazy("metric group", "Trade"),
    Group.TRAFFIC: pgettext_lazy("metric group", "Traffic"),
    Group.CONVERSION: pgettext_lazy("metric group", "Conversion"),
    Group.MEMBERS: pgettext_lazy("metric group", "Members"),
    Group.SERVICE: pgettext_lazy("metric group", "Service"),
    Group.STOCK: pgettext_lazy("metric group", "Stock"),
    Group.MARKETING: pgettext_lazy("metric group", "Marketing"),
}

FAMILIES: dict[Family, Text] = {
    Family.BOTH: "",
    Family.CHINESE: pgettext_lazy("metric family", "Chinese convention"),
    Family.INTERNATIONAL: pgettext_lazy("metric family", "international convention"),
}


def name_of(metric: Metric) -> str:
    """The metric's name in the language that is active."""
    return str(TEXTS[metric.code][0])


def formula_of(metric: Metric) -> str:
    """How the metric is worked out, with its convention where the two families differ."""
    formula, family = str(TEXTS[metric.code][1]), str(FAMILIES[metric.family])
    return (
        pgettext("formula and family", "%(formula)s (%(family)s)") % {"formula": formula, "family": family}
        if family
        else formula
    )


def group_name(metric: Metric) -> str:
    """The name of the metric's group."""
    return str(GROUPS[metric.group])


def reason_of(metric: Metric) -> str:
    """Why the metric has no value yet; empty where it has one."""
    return str(REASONS[metric.missing]) if metric.missing else ""
