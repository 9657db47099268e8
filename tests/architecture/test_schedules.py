"""The timetable: every task it names is there, and staff's own times stay."""

import pytest
from celery import current_app
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from config.schedules import AT_NIGHT, EVERY_SECONDS, install_schedules


def test_every_scheduled_task_exists():
    current_app.loader.import_default_modules()
    names = {task for _name, task, _seconds in EVERY_SECONDS} | {entry.task for entry in AT_NIGHT}
    assert names - set(current_app.tasks) == set()


@pytest.mark.django_db
def test_installing_again_keeps_what_staff_have_changed():
    assert install_schedules() == PeriodicTask.objects.count()
    report = PeriodicTask.objects.get(name="daily report")
    report.crontab = CrontabSchedule.objects.create(minute="15", hour="9", timezone="Asia/Shanghai")
    report.save()
    install_schedules()
    report.refresh_from_db()
    assert report.crontab.hour == "9"
    assert PeriodicTask.objects.count() == len(EVERY_SECONDS) + len(AT_NIGHT)
