"""What the remarks on a restock suggestion say to a person. Rows and files keep the codes; the words are of the reader's
language.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REMARKS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "pack_rounded_down": _("Rounded down to whole packs, since little was missing."),
        "stockout_before_review": _("Ordered although it is little: it would run out before the next check."),
        "capped_by_max_cover": _("Cut to the most days of stock that the policy allows."),
        "minimum_lot_over_cover": _("The supplier's minimum gives more days of stock than the policy allows."),
        "capped_by_shelf_life": _("Cut to what sells before it expires."),
        "capped_by_budget": _("Cut to the budget."),
        "policy_conflict": _(
            "The longest cover of the policy is too short for its service level. A shorter lead time helps."
        ),
        "expedite": _("An order on its way is overdue: press the supplier."),
        "no_cost": _("The cost is not known."),
        "no_supplier": _("It has no supplier yet."),
        "assumed_stock": _("The stock is assumed; nobody counted it."),
        "unknown_stock_days": _("The stock of some past days is not known; it is taken as enough."),
    }
)


def remark_sentences(codes: Iterable[str]) -> list[str]:
    """The sentences behind the codes, in their order; a code of an earlier version stays as it is."""
    return [str(REMARKS.get(code, code)) for code in codes]
