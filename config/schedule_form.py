"""The form in which staff set when a job runs, and for which store."""

import json
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from unfold.widgets import INPUT_CLASSES, UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from catalog.models import Store
from config.schedule_texts import JOBS

DAILY, WEEKLY, MONTHLY = "daily", "weekly", "monthly"
LAST_SAFE_DAY = 28
# The theme dresses the fields of a model by itself; these are our own.
BOX = " ".join(INPUT_CLASSES)


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A job, a rhythm, a time of day in Beijing, and what the job is about."""

    task = forms.ChoiceField(
        label=_("Job"),
        choices=[(code, label) for code, (label, _day) in JOBS.items()],
        widget=UnfoldAdminSelectWidget,
    )
    rhythm = forms.ChoiceField(
        label=_("How often"),
        widget=UnfoldAdminSelectWidget,
        choices=[
            (DAILY, pgettext_lazy("rhythm", "every day")),
            (WEEKLY, pgettext_lazy("rhythm", "every week")),
            (MONTHLY, pgettext_lazy("rhythm", "every month")),
        ],
    )
    at = forms.TimeField(
        label=_("At"),
        initial=time(2, 30),
        widget=forms.TimeInput(attrs={"type": "time", "class": BOX}, format="%H:%M"),
        help_text=_("Beijing time."),
    )
    weekday = forms.ChoiceField(
        label=_("Weekday"),
        required=False,
        choices=[(str(number + 1), name) for number, name in WEEKDAYS.items()],
        widget=UnfoldAdminSelectWidget,
    )
    day_of_month = forms.IntegerField(
        label=_("Day of the month"),
        required=False,
        min_value=1,
        max_value=LAST_SAFE_DAY,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("1 to 28: every month has these days."),
    )
    store: "forms.ModelChoiceField[Store]" = forms.ModelChoiceField(
        label=_("Store"),
        queryset=Store.objects.order_by("code"),
        required=False,
        empty_label=_("all stores"),
        widget=UnfoldAdminSelectWidget,
    )
    fixed_day = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": BOX}, format="%Y-%m-%d"),
        help_text=_("Empty: the last whole day before each run. A day: every run looks at that day."),
    )

    class Meta:
        model = PeriodicTask
        fields = ("name", "task", "enabled")
        help_texts = {
            "name": _("What you want to call it; no two schedules have the same name."),
            "enabled": _("Off: the job does not run until you switch it on again."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.crontab:
            self.initial.update(_rhythm_of(self.instance.crontab))
        arguments = json.loads(self.instance.kwargs or "{}")
        self.initial["store"] = Store.objects.filter(code=arguments.get("store", "")).first()
        self.initial["fixed_day"] = arguments.get("as_of") or arguments.get("day")

    def clean(self) -> dict[str, Any] | None:
        """A month has a day; a rhythm that is right goes into the task before it is looked at as a whole."""
        cleaned = super().clean()
        if self.cleaned_data.get("rhythm") == MONTHLY and not self.cleaned_data.get("day_of_month"):
            self.add_error("day_of_month", _("On which day of the month?"))
        # The task refuses to be without a schedule, even while its form is sent back.
        self.instance.interval = None
        self.instance.crontab = self.instance.crontab or CrontabSchedule()
        if not self.errors:
            self._lay_in()
        return cleaned

    def _lay_in(self) -> None:
        chosen = self.cleaned_data
        crontab, _made = CrontabSchedule.objects.get_or_create(
            minute=str(chosen["at"].minute),
            hour=str(chosen["at"].hour),
            day_of_week=chosen["weekday"] if chosen["rhythm"] == WEEKLY else "*",
            day_of_month=str(chosen["day_of_month"]) if chosen["rhythm"] == MONTHLY else "*",
            month_of_year="*",
            timezone="Asia/Shanghai",
        )
        arguments = {"store": chosen["store"].code} if chosen["store"] else {}
        if chosen["fixed_day"]:
            arguments[JOBS[chosen["task"]][1]] = chosen["fixed_day"].isoformat()
        self.instance.crontab, self.instance.kwargs = crontab, json.dumps(arguments)


def _rhythm_of(crontab: CrontabSchedule) -> dict[str, Any]:
    known: dict[str, Any] = {"rhythm": DAILY}
    if crontab.minute.isdecimal() and crontab.hour.isdecimal():
        known["at"] = time(int(crontab.hour), int(crontab.minute))
    if crontab.day_of_week != "*":
        known |= {"rhythm": WEEKLY, "weekday": "7" if crontab.day_of_week == "0" else crontab.day_of_week}
    elif crontab.day_of_month != "*":
        known |= {"rhythm": MONTHLY, "day_of_month": crontab.day_of_month}
    return known
