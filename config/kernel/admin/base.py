"""Admin classes that every room shares."""

from typing import Any, NoReturn

from django.http import Http404, HttpRequest
from unfold.admin import TabularInline

from config.kernel.admin.badges import with_badges
from config.kernel.admin.stale_pages import StalePageGuard


class StaffAdmin(StalePageGuard):
    """What every page of a row has in common: a row that is not there, or out of reach, is not found."""

    list_per_page = 25
    show_full_result_count = False
    list_before_template = "kernel/saved_filters_of_list.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        return with_badges(super().get_list_display(request), self.model, plain=self.list_editable)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: Any) -> NoReturn:
        # Django leads to the start page with a message; whoever follows a link should be told at its place.
        raise Http404


class KeptByServices(StaffAdmin):
    """Rows that services own: found and read here, changed only by actions that call services."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class KeptByServicesInline(TabularInline):
    """Related rows that services own."""

    extra = 0
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> Any:
        # A row names its parent and what it refers to: read with the rows, not row by row.
        shown = set(self.fields or ())
        related = [
            field.name
            for field in self.model._meta.fields
            if field.many_to_one and (field.name in shown or field.related_model is self.parent_model)
        ]
        return super().get_queryset(request).select_related(*related)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
