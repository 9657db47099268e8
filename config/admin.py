"""Schedules in the admin: what runs when, in words, and a form that staff can fill in."""

from typing import Any

from axes import admin as axes_admin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from constance.admin import Config
from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django_celery_beat import admin as beat_admin
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)
from django_otp.plugins.otp_static import admin as static_admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp import admin as totp_admin
from django_otp.plugins.otp_totp.models import TOTPDevice
from rest_framework.authtoken import admin as token_admin
from rest_framework.authtoken.models import TokenProxy
from unfold.decorators import display

from config.kernel.admin.base import StaffAdmin
from config.kernel.audit import record_change
from config.schedule_form import MONTHLY, WEEKLY, ScheduleForm
from config.schedule_texts import JOBS, job_name, schedule_name, when

# Their own pages are loaded first, so that ours take their place; nobody looks at another one's second factor or token.
LOADED_FIRST = (axes_admin, beat_admin, static_admin, token_admin, totp_admin)
for model in (
    AccessAttempt,
    AccessFailureLog,
    AccessLog,
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
    StaticDevice,
    TokenProxy,
    TOTPDevice,
):
    admin.site.unregister(model)

# Pages of libraries are called what the navigation calls them.
for library in ("constance", "django_celery_beat"):
    apps.get_app_config(library).verbose_name = _("Machine room")
Config._meta.verbose_name_plural = _("Settings")
PeriodicTask._meta.verbose_name, PeriodicTask._meta.verbose_name_plural = _("schedule"), _("schedules")


@admin.register(AccessAttempt)
class SignInAttemptAdmin(StaffAdmin, axes_admin.AccessAttemptAdmin):
    """Failed sign-ins that count towards a lock; deleting one lifts it."""


@admin.register(AccessFailureLog)
class FailedSignInAdmin(StaffAdmin, axes_admin.AccessFailureLogAdmin):
    """Every failed sign-in."""


@admin.register(AccessLog)
class SignInAdmin(StaffAdmin, axes_admin.AccessLogAdmin):
    """Every sign-in."""


@admin.register(PeriodicTask)
class ScheduleAdmin(StaffAdmin):
    """When each job runs; what keeps the machine going is shown and left alone."""

    form = ScheduleForm
    list_display = ["title", "job", "when", "enabled", "last_run"]
    list_filter = ["enabled"]
    search_fields = ["name", "task"]
    conditional_fields = {
        "weekday": f"rhythm == '{WEEKLY}'",
        "day_of_month": f"rhythm == '{MONTHLY}'",
    }
    list_per_page = 25
    show_full_result_count = False
    fieldsets = (
        (None, {"fields": ("name", "task", "enabled")}),
        (_("When"), {"fields": ("rhythm", "at", "weekday", "day_of_month")}),
        (_("What about"), {"fields": ("store", "fixed_day")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        tasks: QuerySet[PeriodicTask] = PeriodicTask.objects.exclude(task__startswith="celery.")
        return tasks.select_related("interval", "crontab", "solar", "clocked").order_by("pk")

    @display(description=_("name"), ordering="name")
    def title(self, task: PeriodicTask) -> str:
        return schedule_name(task.name)

    @display(description=_("job"))
    def job(self, task: PeriodicTask) -> str:
        return job_name(task.task)

    @display(description=_("when"))
    def when(self, task: PeriodicTask) -> str:
        return when(task)

    @display(description=_("last run"), ordering="last_run_at", empty_value="—")
    def last_run(self, task: PeriodicTask) -> str | None:
        return date_format(timezone.localtime(task.last_run_at), "DATETIME_FORMAT") if task.last_run_at else None

    def _is_ours(self, task: PeriodicTask | None) -> bool:
        return task is None or task.task in JOBS

    def has_change_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        return self._is_ours(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        return self._is_ours(obj) and super().has_delete_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: PeriodicTask | None = None) -> Any:
        if self._is_ours(obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("title", "job", "when", "enabled", "last_run")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: PeriodicTask | None = None) -> Any:
        return () if self._is_ours(obj) else ("title", "job", "when", "enabled", "last_run")

    def save_model(self, request: HttpRequest, obj: PeriodicTask, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record_change(
            "schedule.changed" if change else "schedule.made", on=obj, after={"when": when(obj), "enabled": obj.enabled}
        )

    def delete_model(self, request: HttpRequest, obj: PeriodicTask) -> None:
        record_change("schedule.deleted", on=obj)
        super().delete_model(request, obj)
