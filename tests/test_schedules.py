"""Schedules as staff read and set them."""

import json

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import translation
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from config.kernel.models import AuditEntry, User
from config.roles import install_roles
from config.schedule_texts import when
from config.schedules import install_schedules
from tests.membership.factories import make_store

pytestmark = pytest.mark.django_db
ADD = "admin:django_celery_beat_periodictask_add"


@pytest.fixture
def administrator(client):
    install_roles()
    user = User.objects.create_user("sysadmin", password="x", is_staff=True, language="en")
    user.groups.set(Group.objects.filter(name="system_administrator"))
    client.force_login(user)
    return user


def cron(**fields):
    given = {"minute": "30", "hour": "2", "day_of_week": "*", "day_of_month": "*", "month_of_year": "*"} | fields
    return PeriodicTask(crontab=CrontabSchedule(timezone="Asia/Shanghai", **given))


@pytest.mark.parametrize(
    ("task", "text", "chinese"),
    [
        (cron(), "every day at 02:30 (Beijing time)", "每天 02:30（北京时间）"),
        (cron(day_of_week="1"), "every Monday at 02:30 (Beijing time)", "每周星期一 02:30（北京时间）"),
        (cron(day_of_week="0"), "every Sunday at 02:30 (Beijing time)", "每周星期日 02:30（北京时间）"),
        (cron(day_of_month="1"), "on day 1 of each month at 02:30 (Beijing time)", "每月 1 日 02:30（北京时间）"),
        (cron(hour="*", minute="10"), "every hour at minute 10", "每小时的第 10 分钟"),
        (PeriodicTask(interval=IntervalSchedule(every=30, period="seconds")), "every 30 seconds", "每 30 秒"),
    ],
)
def test_a_schedule_is_read_in_words(task, text, chinese):
    with translation.override("en"):
        assert when(task) == text
    with translation.override("zh-hans"):
        assert when(task) == chinese


def test_staff_add_a_weekly_check_of_one_store(client, administrator):
    store = make_store("shop")
    typed = {"name": "mondays", "task": "fulfillment.restock_check", "enabled": "on", "rhythm": "weekly", "at": "06:15"}
    answer = client.post(reverse(ADD), {**typed, "weekday": "1", "store": store.pk})
    assert answer.status_code == 302
    task = PeriodicTask.objects.get(name="mondays")
    assert (task.crontab.minute, task.crontab.hour, task.crontab.day_of_week) == ("15", "6", "1")
    assert (json.loads(task.kwargs), task.task) == ({"store": "shop"}, "fulfillment.restock_check")
    assert AuditEntry.objects.filter(action="schedule.made").count() == 1


def test_a_fixed_day_goes_by_the_name_that_the_job_knows(client, administrator):
    typed = {"name": "n", "task": "analytics.build_monthly_report", "enabled": "on", "rhythm": "daily", "at": "06:15"}
    client.post(reverse(ADD), {**typed, "fixed_day": "2011-08-31"})
    assert json.loads(PeriodicTask.objects.get(name="n").kwargs) == {"day": "2011-08-31"}


def test_a_month_without_a_day_is_refused_at_its_field(client, administrator):
    typed = {"name": "n", "task": "fulfillment.restock_check", "enabled": "on", "rhythm": "monthly", "at": "06:15"}
    answer = client.post(reverse(ADD), typed)
    assert answer.context["adminform"].form.errors.keys() == {"day_of_month"}
    assert not PeriodicTask.objects.filter(name="n").exists()


def test_a_changed_time_is_kept_and_shown_again(client, administrator):
    install_schedules()
    task = PeriodicTask.objects.get(name="restock check")
    page = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])
    assert 'value="02:30"' in client.get(page).content.decode()
    typed = {"name": task.name, "task": task.task, "enabled": "on", "rhythm": "daily", "at": "03:45"}
    assert client.post(page, typed).status_code == 302
    install_schedules()
    task.refresh_from_db()
    assert (task.crontab.hour, task.crontab.minute) == ("3", "45"), "an upgrade leaves it as staff set it"


def test_what_keeps_the_machine_going_cannot_be_changed(client, administrator):
    install_schedules()
    task = PeriodicTask.objects.get(name="sweep")
    page = reverse("admin:django_celery_beat_periodictask_change", args=[task.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "x"}).status_code == 403
    assert client.post(reverse("admin:django_celery_beat_periodictask_delete", args=[task.pk])).status_code == 403
