"""The Celery application that web, workers and beat share."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("zhanggui")
app.config_from_object("django.conf:settings", namespace="CELERY")
# "jobs" holds the scheduled entry points, "tasks" what services start after commit.
app.autodiscover_tasks(related_name="tasks")
app.autodiscover_tasks(related_name="jobs")
