"""Staff accounts and how far their roles reach."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from config.kernel.admin.base import KeptByServices, StaffAdmin, StaffInline
from config.kernel.audit import record_change
from config.kernel.models import RoleScope, User
from config.kernel.words import code_word


def _role_name(group: Group) -> str:
    return code_word("role", group.name)


class RoleScopeInline(StaffInline):
    """The limits of a person's roles."""

    model = RoleScope
    fields = ["group", "kind", "code"]


@admin.register(User)
class UserAdmin(DjangoUserAdmin, StaffAdmin):  # type: ignore[type-arg,misc]
    """Staff; roles are given as groups."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = [
        "username",
        "display_name",
        "role_names",
        "email",
        "language",
        "is_active",
        "is_superuser",
        "last_login",
    ]
    list_filter = ["is_active", "is_superuser", "groups"]
    search_fields = ["username", "display_name", "email"]
    readonly_fields = ["last_login"]
    fieldsets = (  # type: ignore[misc]
        (None, {"fields": ("username", "password", "display_name", "email")}),
        (_("Roles"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Preferences"), {"fields": ("language", "theme", "chart_colours", "quiet_from", "quiet_until")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Who may only look sees no hash of a password, and roles by their names."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fieldsets
        return [
            (
                title,
                {
                    **options,
                    "fields": [
                        self.role_names if name == "groups" else name
                        for name in options["fields"]
                        if name != "password"
                    ],
                },
            )
            for title, options in fieldsets
        ]

    @admin.display(description=_("Roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(_role_name(group) for group in user.groups.all()) or "—"

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_manytomany(db_field, request, **options)
        if db_field.name == "groups" and field is not None:
            field.label_from_instance = _role_name  # type: ignore[assignment, method-assign]
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Nobody lifts themselves up: only superusers make superusers, and one's own roles are given by others."""
        fixed = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fixed.append("is_superuser")
            if obj is not None and obj.pk == request.user.pk:
                fixed += ["groups", "is_active", "is_staff"]
        return fixed

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers are changed by superusers."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Superusers are deleted by superusers."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_delete_permission(request, obj)

    def get_inlines(self, request: HttpRequest, obj: User | None = None) -> list[type[TabularInline]]:
        """One's own limits are set by others too."""
        is_own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return [] if is_own else [RoleScopeInline]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Every change of an account is in the trail."""
        super().save_model(request, obj, form, change)
        record_change("staff.changed" if change else "staff.made", on=obj, after={"fields": form.changed_data})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """So are the roles that were given or taken."""
        before = set(form.instance.groups.values_list("name", flat=True)) if change else set()
        super().save_related(request, form, formsets, change)
        after = set(form.instance.groups.values_list("name", flat=True))
        if before != after:
            record_change(
                "staff.roles_changed",
                on=form.instance,
                before={"roles": sorted(before)},
                after={"roles": sorted(after)},
            )


@admin.register(RoleScope)
class RoleScopeAdmin(StaffAdmin):
    """All limits in one list; nobody changes their own."""

    def has_change_permission(self, request: HttpRequest, obj: RoleScope | None = None) -> bool:
        is_own = obj is not None and obj.user_id == request.user.pk and not request.user.is_superuser
        return not is_own and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: RoleScope | None = None) -> bool:
        is_own = obj is not None and obj.user_id == request.user.pk and not request.user.is_superuser
        return not is_own and super().has_delete_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoleScope]:
        rows: QuerySet[RoleScope] = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.exclude(user=request.user.pk)

    list_display = ["user", "group", "kind", "code"]
    list_filter = ["kind", "group"]
    search_fields = ["user__username", "code"]
    list_select_related = ["user", "group"]


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(KeptByServices):
    """Roles are kept in code: looked at here."""

    search_fields = ["name"]
    filter_horizontal = ["permissions"]

    def get_queryset(self, request: HttpRequest) -> Any:
        # A permission names its table and its room.
        return super().get_queryset(request).prefetch_related("permissions__content_type")
