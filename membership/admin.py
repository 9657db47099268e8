"""Customers, purchase facts and segments in the admin; personal data is masked."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.decorators import action

from catalog.scopes import visible_stores
from config.kernel.admin.base import KeptByServices, KeptByServicesInline, StaffAdmin
from config.kernel.admin.columns import facts
from config.kernel.admin.starting import start_by_form
from config.kernel.audit import record_read
from config.kernel.models import User
from config.kernel.personal import mask_email, mask_name, mask_phone
from membership.forms import SegmentationForm
from membership.jobs import KIND
from membership.models import (
    Customer,
    CustomerIdentity,
    MergeCandidate,
    Purchase,
    PurchaseLine,
    PurchaseRefund,
    RfmPolicy,
    RfmRun,
    RfmScore,
    RfmSegmentTotal,
    RfmTransition,
    SegmentStrategy,
)
from membership.queries import find_customers, visible_customers
from membership.run_notes import cuts_as_told, run_notes

PERSONAL = ["name", "phone", "email"]


def in_reach(request: HttpRequest, rows: Any, *, permission: str) -> Any:
    """The rows of the stores that the reader reaches."""
    assert isinstance(request.user, User)
    stores = visible_stores(request.user, permission=permission)
    return rows if stores is None else rows.filter(store__in=stores)


def runs_in_reach(request: HttpRequest, rows: Any, *, permission: str, path: str = "") -> Any:
    """Rows of the runs of stores that the reader reaches."""
    assert isinstance(request.user, User)
    stores = visible_stores(request.user, permission=permission)
    return rows if stores is None else rows.filter(**{f"{path}store__in": stores})


class PurchaseInline(KeptByServicesInline):
    """What a customer bought."""

    model = Purchase
    fields = ["source_ref", "store", "paid_at", "amount", "currency"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return in_reach(request, super().get_queryset(request), permission="membership.view_purchase")


@admin.register(Customer)
class CustomerAdmin(KeptByServices):
    """Customers; found by number, real phone, mail address or buyer id."""

    list_display = ["page", "masked_name", "masked_phone", "masked_email", "province", "city", "first_store"]
    list_filter = ["first_store"]
    search_fields = ["number"]
    search_help_text = _("Number, whole phone number, mail address or the channel's buyer id")
    list_select_related = ["first_store"]
    list_display_links = None
    exclude = PERSONAL
    readonly_fields = ["masked_name", "masked_phone", "masked_email"]
    inlines = [PurchaseInline]
    actions_detail = ["unmask"]

    @admin.display(description=_("number"), ordering="number")
    def page(self, customer: Customer) -> str:
        return format_html(
            '<a class="zg-record" href="{}">{}</a>', reverse("customer", args=[customer.pk]), customer.number
        )

    @admin.display(description=_("name"))
    def masked_name(self, customer: Customer) -> str:
        return mask_name(customer.name) or "—"

    @admin.display(description=_("phone"))
    def masked_phone(self, customer: Customer) -> str:
        return mask_phone(customer.phone) or "—"

    @admin.display(description=_("e-mail"))
    def masked_email(self, customer: Customer) -> str:
        return mask_email(customer.email) or "—"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        assert isinstance(request.user, User)
        reach = visible_customers(request.user, permission="membership.view_customer")
        return reach.select_related("first_store")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_customers(search_term).values("pk")), False

    def has_unmask_permission(self, request: HttpRequest, object_id: int | None = None) -> bool:
        """Who may see personal data in clear."""
        return request.user.has_perm("membership.unmask_customer")

    @action(description=_("Show personal data"), url_path="unmask", permissions=["unmask"], icon="visibility")
    def unmask(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show name, phone and mail address; the look is written to the audit trail."""
        assert isinstance(request.user, User)
        # The role that may look need not be the one that sees the list.
        reach = visible_customers(request.user, permission="membership.unmask_customer")
        customer = get_object_or_404(self.get_queryset(request).filter(pk__in=reach.values("pk")), pk=object_id)
        record_read(customer, fields=PERSONAL)
        # In the answer itself: a message would travel in a cookie that anybody can read.
        context = {
            **self.admin_site.each_context(request),
            "title": customer.number,
            "values": [customer.name, customer.phone, customer.email],
            "back": reverse("admin:membership_customer_change", args=[customer.pk]),
        }
        response = TemplateResponse(request, "membership/personal_data.html", context)
        response["Cache-Control"] = "no-store"
        return response


@admin.register(CustomerIdentity)
class CustomerIdentityAdmin(KeptByServices):
    """By which keys stores know customers; the keys themselves are not shown."""

    list_display = ["customer", "store", "kind", "created_at"]
    list_filter = ["kind", "store"]
    search_fields = ["^customer__number"]
    list_select_related = ["customer", "store"]
    exclude = ["value", "key_hash"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return in_reach(request, super().get_queryset(request), permission="membership.view_customeridentity")


@admin.register(MergeCandidate)
class MergeCandidateAdmin(KeptByServices):
    """Customers who may be the same person."""

    list_display = ["first", "second", "reason", "state", "created_at"]
    list_filter = ["state", "reason"]
    search_fields = ["^first__number", "^second__number"]
    list_select_related = ["first", "second"]

    def get_queryset(self, request: HttpRequest) -> Any:
        assert isinstance(request.user, User)
        stores = visible_stores(request.user, permission="membership.view_mergecandidate")
        rows = super().get_queryset(request)
        if stores is None:
            return rows
        return rows.filter(first__first_store__in=stores, second__first_store__in=stores)


class PurchaseLineInline(KeptByServicesInline):
    """What a purchase held."""

    model = PurchaseLine
    fields = ["sku", "quantity", "net_amount", "cost"]


@admin.register(Purchase)
class PurchaseAdmin(KeptByServices):
    """Purchase facts."""

    list_display = ["source_ref", "customer", "store", "paid_at", "amount", "currency", "goods_units"]
    list_filter = ["store"]
    search_fields = ["^source_ref", "^customer__number"]
    list_select_related = ["customer", "store"]
    date_hierarchy = "paid_on"
    inlines = [PurchaseLineInline]

    def get_queryset(self, request: HttpRequest) -> Any:
        return in_reach(request, super().get_queryset(request), permission="membership.view_purchase")


@admin.register(PurchaseRefund)
class PurchaseRefundAdmin(KeptByServices):
    """Refund facts."""

    list_display = ["source_ref", "customer", "store", "refunded_at", "amount", "currency", "goods_units"]
    list_filter = ["store"]
    search_fields = ["^source_ref", "^customer__number"]
    list_select_related = ["customer", "store"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return in_reach(request, super().get_queryset(request), permission="membership.view_purchaserefund")


@admin.register(RfmPolicy)
class RfmPolicyAdmin(StaffAdmin, SimpleHistoryAdmin):
    """How customers are scored."""

    list_display = ["store", "mode", "window_days", "value_cut", "dormant_days"]
    list_filter = ["mode"]
    search_fields = ["store__code"]
    autocomplete_fields = ["store"]


class TotalInline(KeptByServicesInline):
    """Segments of a run."""

    model = RfmSegmentTotal
    fields = ["map", "segment", "customer_count", "dormant_count", "monetary"]


class TransitionInline(KeptByServicesInline):
    """Movements since the run before."""

    model = RfmTransition
    fields = ["map", "from_segment", "to_segment", "customer_count"]


@admin.register(RfmRun)
class RfmRunAdmin(KeptByServices):
    """Segmentations; the button starts one over all stores."""

    list_display = ["as_of", "store", "mode", "customer_count", "is_current", "has_scores", "created_at"]
    list_filter = ["mode", "is_current", "store"]
    search_fields = ["store__code"]
    list_select_related = ["store"]
    inlines = [TotalInline, TransitionInline]
    exclude = ["warnings", "cuts", "newest_purchase", "newest_refund"]
    readonly_fields = ["cut_points", "notes"]
    actions_list = ["segment_now"]

    @admin.display(description=_("cuts"), empty_value="—")
    def cut_points(self, run: RfmRun) -> Any:
        return facts(cuts_as_told(run)) or None

    @admin.display(description=_("notes"))
    def notes(self, run: RfmRun) -> str:
        """The warnings, in sentences."""
        return " ".join(run_notes(run)) or "—"

    def get_queryset(self, request: HttpRequest) -> Any:
        return runs_in_reach(request, super().get_queryset(request), permission="membership.view_rfmrun")

    def has_segment_permission(self, request: HttpRequest) -> bool:
        """Who may start jobs; the form offers the stores in reach."""
        return request.user.has_perm("kernel.run_jobrun")

    @action(description=_("Segment now"), url_path="segment-now", permissions=["segment"], icon="play_arrow")
    def segment_now(self, request: HttpRequest) -> HttpResponse:
        """Choose store, day and scoring, start a segmentation and go to its progress."""
        assert isinstance(request.user, User)
        form = SegmentationForm(request.POST or None, person=request.user)
        return start_by_form(request, KIND, form=form, back="admin:membership_rfmrun_changelist")


@admin.register(RfmScore)
class RfmScoreAdmin(KeptByServices):
    """Scores of customers."""

    list_display = [
        "customer",
        "recency_days",
        "frequency",
        "monetary",
        "recency_score",
        "frequency_score",
        "monetary_score",
        "segment",
        "value_segment",
        "is_dormant",
        "run",
    ]
    list_filter = ["segment", "value_segment", "is_dormant", "run"]
    search_fields = ["^customer__number"]
    list_select_related = ["customer", "run"]

    def get_queryset(self, request: HttpRequest) -> Any:
        # Runs over all stores are for who may see all stores.
        return runs_in_reach(
            request, super().get_queryset(request), permission="membership.view_rfmscore", path="run__"
        )


@admin.register(SegmentStrategy)
class SegmentStrategyAdmin(StaffAdmin, SimpleHistoryAdmin):
    """What the team does with each segment."""

    list_display = ["map", "segment", "shown_title", "owner_role"]
    list_filter = ["map", "owner_role"]
    search_fields = ["segment", "title", "english_title"]

    @admin.display(description=_("strategy"), ordering="title")
    def shown_title(self, strategy: SegmentStrategy) -> str:
        return str(strategy)
