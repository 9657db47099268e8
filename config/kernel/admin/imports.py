"""Imports and their troubled rows."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from config.kernel.admin.base import KeptByServices
from config.kernel.models import ImportBatch, ImportRow


@admin.register(ImportBatch)
class ImportBatchAdmin(KeptByServices):
    """Files that came in, with what became of them."""

    list_display = [
        "file_name",
        "layout",
        "store_code",
        "state",
        "policy",
        "orders",
        "rejected",
        "created_by",
        "created_at",
    ]
    list_filter = ["layout", "state", "policy"]
    search_fields = ["file_name", "store_code", "file_hash"]
    list_select_related = ["created_by"]
    exclude = ["file"]
    actions_detail = ["steps"]

    @action(description=_("Go to the import"), url_path="steps", icon="upload_file")
    def steps(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The pages on which the import is checked, mended, applied and undone."""
        return redirect("imports:batch", object_id)

    @admin.display(description=_("orders"))
    def orders(self, batch: ImportBatch) -> object:
        return batch.figures.get("orders", "—")

    @admin.display(description=_("rejected rows"))
    def rejected(self, batch: ImportBatch) -> object:
        return batch.figures.get("rejected", "—")


@admin.register(ImportRow)
class ImportRowAdmin(KeptByServices):
    """Rows with an error or a warning; the row itself holds personal data and is not shown here."""

    list_display = ["batch", "row_number", "unit_key", "first_code", "state"]
    list_filter = ["state", "first_code"]
    search_fields = ["^unit_key", "batch__file_name"]
    ordering = ["-batch_id", "row_number"]
    list_select_related = ["batch"]
    exclude = ["raw"]
