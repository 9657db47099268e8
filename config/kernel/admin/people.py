"""Staff accounts and how far their roles reach."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from config.kernel.admin.base import KeptByServices
from config.kernel.models import RoleScope, User


class RoleScopeInline(TabularInline):
    """The limits of a person's roles."""

    model = RoleScope
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """Staff; roles are given as groups."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "display_name", "email", "language", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_superuser", "groups"]
    search_fields = ["username", "display_name", "email"]
    inlines = [RoleScopeInline]
    list_per_page = 25
    show_full_result_count = False
    fieldsets = (  # type: ignore[misc]
        (None, {"fields": ("username", "password", "display_name", "email")}),
        (_("Roles"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("How they read"), {"fields": ("language", "theme", "chart_colours", "quiet_from", "quiet_until")}),
    )


@admin.register(RoleScope)
class RoleScopeAdmin(ModelAdmin):
    """All limits in one list."""

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
