"""What codes and the names of figures are called, for lists and pages of the admin."""

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.models import Report
from catalog.models import Store
from config.kernel.import_pages.figures import LABELS
from config.kernel.words import name_codes, name_codes_by, name_figures
from config.roles import ROLES
from fulfillment.remarks import REMARKS
from membership.models import Segment, ValueSegment

name_figures(
    {
        **LABELS,
        # Parameters and results of jobs.
        "as_of": _("as of"),
        "day": _("day"),
        "days": _("days"),
        "kind": _("kind"),
        "mode": _("mode"),
        "slot": _("time slot"),
        "store": _("store"),
        "batch": _("batch"),
        "report": _("report"),
        "metrics": _("metrics"),
        "anomalies": _("outliers"),
        "segments": _("segments"),
        "skus": _("SKUs by warehouse"),
        "suggestions": _("suggestions"),
        "units": _("units"),
        "value": pgettext_lazy("money", "value"),
        "without_cost": _("without a cost"),
        # Why a SKU was or was not ordered.
        "reasons": _("reasons"),
        "order": pgettext_lazy("restock reason", "to be ordered"),
        "above_reorder_point": pgettext_lazy("restock reason", "above the reorder point"),
        "no_need": pgettext_lazy("restock reason", "no need"),
        "moq_over_cover": pgettext_lazy("restock reason", "the minimum lasts too long"),
        "shelf_life": pgettext_lazy("restock reason", "would expire unsold"),
        "budget": pgettext_lazy("restock reason", "over the budget"),
        # How customers were scored.
        "recency_at_most": _("recency at most (days)"),
        "frequency_at_least": _("purchases at least"),
        "cents_at_least": _("spent at least (cents)"),
        "recency_days": _("recency (days)"),
        "frequency": _("purchases"),
        "cents": _("spent (cents)"),
        "dormant_days": _("dormant after (days)"),
        "spent_at_least": _("spent at least"),
        "mean_recency_days": _("middle of recency (days)"),
        "mean_frequency": _("middle of purchases"),
        "mean_spent": _("middle of spending"),
    }
)
name_codes("owner_role", {role.code: role.name for role in ROLES})
name_codes("role", {role.code: role.name for role in ROLES})
name_codes("language", dict(settings.LANGUAGES))
name_codes("segment", {**dict(Segment.choices), **dict(ValueSegment.choices)})
name_codes("flags", REMARKS)
name_codes(
    "kind",
    {
        "order_parked": _("order that could not be taken in"),
        "order_short": _("order without enough stock"),
        "paid_after_cancel": _("paid after it was cancelled"),
        "mail": _("mail"),
        "webhook": _("webhook"),
        **dict(Report.Kind.choices),
    },
)
name_codes("scope", {"all": _("all stores")})
name_codes(
    "reason",
    {
        "merged_into": pgettext_lazy("reason", "merged into that ticket"),
        "merged_from": pgettext_lazy("reason", "that ticket was merged into it"),
        "follow_up": pgettext_lazy("reason", "follow-up"),
        "policy_change": pgettext_lazy("reason", "another promise applies"),
    },
)
name_codes_by("store_code", lambda: {store.code: str(store) for store in Store.objects.all()})
name_codes_by("object_type", lambda: {one._meta.label: one._meta.verbose_name or "" for one in apps.get_models()})
name_codes(
    "action",
    {
        "import.applied": _("file imported"),
        "import.mapped": _("columns of a file settled"),
        "import.mapping_kept": _("columns kept under a name"),
        "import.undone": _("import undone"),
        "job.cancelled": _("job cancelled"),
        "order.cancelled": _("order cancelled"),
        "order.made": _("order taken in"),
        "order.paid": _("order paid"),
        "order.refunded": _("order refunded"),
        "order.shipped": _("order shipped"),
        "orders.exported": _("orders exported"),
        "price.set": _("price set"),
        "purchase_order.approved": _("purchase order approved"),
        "purchase_order.moved": _("purchase order moved"),
        "rates.imported": _("exchange rates imported"),
        "rfm_scores.exported": _("RFM scores exported"),
        "schedule.deleted": _("schedule deleted"),
        "second_factor.recovery_code_used": _("recovery code used"),
        "second_factor.recovery_codes_made": _("recovery codes made"),
        "second_factor.refused": _("second factor refused"),
        "second_factor.removed": _("second factor removed"),
        "second_factor.set_up": _("second factor set up"),
        "sessions.ended": _("sessions ended"),
        "shift_note.left": _("shift note left"),
        "shift_note.settled": _("shift note dealt with"),
        "staff.changed": _("account changed"),
        "staff.made": _("account made"),
        "stock.adjusted": _("stock adjusted"),
        "stock.counted": _("stock counted"),
        "stock.transferred": _("stock transferred"),
        "store.made": _("store made"),
        "suggestions.rejected": _("suggestions rejected"),
        "work_item.opened": _("work item opened"),
    },
)
