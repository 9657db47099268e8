"""What the layouts say about a row, beyond what any import says."""

from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.problems import ROW_TEXTS, Texts

TEXTS: Texts = MappingProxyType(
    {
        **ROW_TEXTS,
        "number_unknown_kind": _("“%(value)s” is not an invoice, a cancellation or an adjustment."),
        "quantity_zero": _("The quantity is zero."),
        "quantity_negative": _("The quantity %(value)s is below zero. Returns are given as refunds."),
        "sale_negative": _("A negative quantity with a price belongs to a cancellation, not to an invoice."),
        "cancellation_positive": _("A line of a cancellation must have a negative quantity."),
        "amount_negative": _("The amount %(value)s is below zero."),
        "values_differ": _("This belongs to the whole order, but its rows say “%(first)s” and “%(other)s”."),
        "line_repeated": _("The line number “%(value)s” is used by an earlier row of this order."),
        "status_unknown": _("The state “%(value)s” is not known; “%(taken)s” was taken from times and amounts."),
        "status_contradicts": _("The state is “%(value)s”, yet %(amount)s was paid."),
        "lines_do_not_add_up": _(
            "The lines come to %(found)s, the file says %(stated)s: a difference of %(difference)s."
        ),
        "total_does_not_add_up": _(
            "Goods and postage come to %(found)s, the file says %(stated)s: a difference of %(difference)s."
        ),
        "paid_does_not_add_up": _(
            "Total less discounts comes to %(found)s, the file says that %(stated)s was paid: a difference of"
            " %(difference)s."
        ),
        "parts_do_not_add_up": _(
            "Deposit and balance come to %(found)s, the file says that %(stated)s was paid: a difference of"
            " %(difference)s."
        ),
        "line_amount_differs": _(
            "Quantity times price is %(found)s, the file says %(stated)s: a difference of %(difference)s."
        ),
        "paid_after_refund": _("The paid amount is what was left after a refund of %(value)s."),
        "refund_exceeds_paid": _("The refund of %(value)s is more than was paid."),
        "paid_before_placed": _("The payment is earlier than the order."),
        "times_differ": _("The rows of this number have different times; the earliest was taken."),
        "currency_unknown": _("“%(value)s” is not a currency code such as CNY or EUR."),
        "kind_unknown": _("“%(value)s” is not a kind of line: goods, gift, shipping, discount, fee, voucher."),
        "line_incomplete": _("The line has no %(field)s."),
        "taken_as_empty": _("“%(value)s” cannot be used; the cell was taken as empty."),
        "phone_invalid": _("“%(value)s” is not a telephone number that could be called."),
    }
)
