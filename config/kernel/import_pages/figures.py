"""The figures of a batch with their names, and kinds of issues in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.kernel.importing.handlers import handler_for
from config.kernel.importing.rows import OF_THE_UNIT
from config.kernel.models import ImportBatch

MAIN = ("rows", "orders", "rejected", "created", "updated", "unchanged")
LABELS: Mapping[str, str | Promise] = {
    "rows": _("rows"),
    "orders": _("orders"),
    "rejected": _("rejected rows"),
    "created": _("new"),
    "updated": _("changed"),
    "unchanged": _("unchanged"),
    "rejected_units": _("rejected orders"),
    "lines": _("order lines"),
    "customers": _("customers"),
    "cancellations": _("cancellations"),
    "net_amount": _("net amount"),
    "refund_amount": _("refunded amount"),
    "goods": _("goods lines"),
    "gifts": _("gift lines"),
    "shipping": _("postage lines"),
    "discounts": _("discount lines"),
    "fees": _("fee lines"),
    "vouchers": _("voucher lines"),
    "adjustments": _("adjustments"),
    "adjustment_amount": _("amount of adjustments"),
    "stock_notes": _("stock notes"),
    "order_rows": _("rows without a line"),
    "warnings": _("warnings"),
}
_PLACE = re.compile(r"%\(\w+\)s")


@dataclass(frozen=True)
class Figure:
    """A number with its name."""

    label: str | Promise
    value: int | Decimal
    is_urgent: bool = False


def figures_of(batch: ImportBatch) -> tuple[list[Figure], list[Figure]]:
    """(the main figures, further ones that are not zero)."""
    main = [_figure(batch.figures, name) for name in MAIN if name in batch.figures]
    others = [name for name in LABELS if name not in MAIN and _number(batch.figures.get(name, 0))]
    return main, [_figure(batch.figures, name) for name in others]


def kind_label(batch: ImportBatch, code: str) -> str:
    """A kind of issue in words: its sentence with dots for what differs from row to row."""
    if code == OF_THE_UNIT:
        return str(_("Another row of the same order is wrong."))
    return _PLACE.sub("…", str(handler_for(batch).texts.get(code, code))).replace("%%", "%")


def _figure(figures: Mapping[str, Any], name: str) -> Figure:
    value = _number(figures[name])
    return Figure(LABELS[name], value, is_urgent=name == "rejected" and bool(value))


def _number(value: Any) -> int | Decimal:
    return Decimal(value) if isinstance(value, str) else int(value)
