"""Admin classes that every room shares."""

from collections.abc import Callable
from typing import Any, NoReturn

from django.contrib.admin.utils import flatten_fieldsets
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from unfold.admin import TabularInline

from config.kernel.admin.autocompletes import bearing
from config.kernel.admin.columns import readable, readable_fieldsets
from config.kernel.admin.deleting import CountedDeletion
from config.kernel.admin.json_fields import ShapedJSON
from config.kernel.admin.list_admin import ListAdmin
from config.kernel.admin.stale_pages import StalePageGuard
from config.kernel.pressing import note_outcome, once_per_press


class StaffAdmin(CountedDeletion, ShapedJSON, ListAdmin, StalePageGuard):
    """What every page of a row has in common: a row that is not there, or out of reach, is not found."""

    list_before_template = "kernel/saved_filters_of_list.html"

    def get_list_display(self, request: HttpRequest) -> Any:
        return readable(super().get_list_display(request), self.model, plain=self.list_editable)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        # What nobody may type into is shown as it is read in lists.
        fieldsets = super().get_fieldsets(request, obj)
        may_type = self.has_change_permission(request, obj) if obj else True
        fixed = self.readonly_fields if may_type else flatten_fieldsets(fieldsets)
        return readable_fieldsets(fieldsets, self.model, names=[name for name in fixed if isinstance(name, str)])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return readable(super().get_readonly_fields(request, obj), self.model, badges=False)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return bearing(super().formfield_for_foreignkey(db_field, request, **kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return bearing(super().formfield_for_manytomany(db_field, request, **kwargs))

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A form to add a row makes one row however often it is sent."""
        page: Callable[..., HttpResponse] = super().changeform_view
        if object_id is not None:
            return page(request, object_id, *args, **kwargs)
        return once_per_press(request, lambda: page(request, object_id, *args, **kwargs))

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where Django leads; a second press of the same form leads to the row that the first one made."""
        name = "change" if self.has_view_or_change_permission(request, obj) else "changelist"
        keys = [obj.pk] if name == "change" else []
        note_outcome(request, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=keys))
        answer: HttpResponse = super().response_add(request, obj, *args, **kwargs)
        return answer

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


class StaffInline(ShapedJSON, TabularInline):
    """Rows inside the page of another one, by their `fields`; who may not type into them reads them as in lists."""

    extra = 0
    hide_title = True
    fields: Any = ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        fixed = self.readonly_fields if self._may_type(request, obj) else flatten_fieldsets(fieldsets)
        return readable_fieldsets(fieldsets, self.model, names=[name for name in fixed if isinstance(name, str)])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = list(super().get_readonly_fields(request, obj))
        if not self._may_type(request, obj):
            # A form knows only the names of its model; what reads better than a field takes its place.
            fixed += [name for name in self.fields if name not in fixed]
        return list(dict.fromkeys(readable(fixed, self.model, badges=False)))

    def _may_type(self, request: HttpRequest, obj: Any) -> bool:
        return any(may(request, obj) for may in (self.has_change_permission, self.has_add_permission))


class KeptByServicesInline(TabularInline):
    """Related rows that services own."""

    extra = 0
    can_delete = False
    hide_title = True

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return readable_fieldsets(fieldsets, self.model, names=self._names(fieldsets))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Nobody types into any of them, and a form knows only the names of its model.
        named = [*(self.fields or ()), *self.readonly_fields]
        return list(dict.fromkeys(readable(named, self.model, badges=False)))

    @staticmethod
    def _names(fieldsets: Any) -> list[str]:
        return [name for name in flatten_fieldsets(fieldsets) if isinstance(name, str)]

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
