"""What the catalog's admin pages share: reach, forms that ask before services work, history and sheets."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from simple_history.admin import SimpleHistoryAdmin
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from catalog.scopes import visible_stores
from config.kernel.admin.base import StaffAdmin
from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.pressing import once_per_press

SAVE = _("Save")


def reachable(request: HttpRequest, rows: Any, *, permission: str, path: str) -> Any:
    """The rows whose store (`path`) lies within the reader's reach."""
    assert isinstance(request.user, User)
    stores = visible_stores(request.user, permission=permission)
    return rows if stores is None else rows.filter(**{f"{path}__in": stores})


def staff_of(request: HttpRequest) -> User:
    """The signed-in person."""
    assert isinstance(request.user, User)
    return request.user


def by_form(
    request: HttpRequest,
    form: Form,
    *,
    title: str,
    back: str,
    work: Callable[[dict[str, Any]], object],
    text: str | Promise = "",
    button: str | Promise = SAVE,
) -> HttpResponse:
    """Show a form, do the work with what was typed, once, and go back; a rule's no is shown above what was typed."""

    def carry_out() -> HttpResponse:
        try:
            work(form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error.message))
            return show()
        messages.success(request, _("Saved."))
        return redirect(back)

    def show() -> HttpResponse:
        asked = {"title": title, "text": text, "button": button, "form": form, "back": back}
        return TemplateResponse(request, "kernel/by_form.html", {**admin.site.each_context(request), **asked})

    is_sent = request.method == "POST" and form.is_valid()
    return once_per_press(request, carry_out) if is_sent else show()


class ReferenceAdmin(StaffAdmin, SimpleHistoryAdmin):
    """Reference data that staff keep: with history, quick lists and search."""

    list_per_page = 25
    show_full_result_count = False


class SheetPages(ImportExportModelAdmin):
    """Rows that come and go as spreadsheets: shown first, then all of them or none."""

    import_form_class = ImportForm
    export_form_class = ExportForm

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """The form and the file; a filter that the list does not know leads back to it, as the list itself does."""
        try:
            return super().export_action(request)  # type: ignore[no-any-return]
        except IncorrectLookupParameters:
            messages.error(request, _("The address names a filter that this list does not know. Nothing was exported."))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        """Say what came in; or, when rows that were good on the page before are not any more, that nothing did."""
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)  # type: ignore[no-any-return]
        messages.error(request, _("Rows that were good before are not any more, so nothing came in. Upload it again."))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_import")


class SheetAdmin(ReferenceAdmin, SheetPages):
    """Reference data that also comes and goes as spreadsheets."""
