"""What /metrics tells of waiting work, and to whom."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from config import metrics
from config.kernel.models import JobRun, OutboxMessage, WorkerHeartbeat
from tests.processes import ROOT

pytestmark = pytest.mark.django_db
PAGE = ROOT / "docs/operations.md"


def figures(client):
    text = client.get("/metrics").content.decode()
    return {name: float(value) for name, value in re.findall(r"^zhanggui_(\w+) (\S+)$", text, re.MULTILINE)}


def test_without_any_work_the_worker_is_silent_for_ever_and_nothing_waits(client):
    assert figures(client) == {
        "worker_silence_seconds": float("inf"),
        "jobs_open": 0,
        "oldest_open_job_seconds": 0,
        "jobs_failed_last_day": 0,
        "mail_waiting": 0,
    }


def test_waiting_and_failed_work_is_counted_and_old_failures_are_not(client):
    now = timezone.now()
    WorkerHeartbeat.objects.create(name="worker", beat_at=now - timedelta(seconds=100))
    JobRun.objects.create(kind="stock_snapshot", trigger="button")
    JobRun.objects.update(created_at=now - timedelta(hours=2))
    for age in (1, 30):
        failed = JobRun.objects.create(kind="stock_snapshot", trigger="button", state="failed", finished_at=now)
        JobRun.objects.filter(pk=failed.pk).update(created_at=now - timedelta(hours=age))
    for key, state, sent_at in (("a", "waiting", None), ("b", "sending", None), ("c", "sent", now)):
        OutboxMessage.objects.create(kind="mail", key=key, state=state, due_at=now, sent_at=sent_at)
    found = figures(client)
    assert found["worker_silence_seconds"] == pytest.approx(100, abs=30)
    assert found["oldest_open_job_seconds"] == pytest.approx(7200, abs=30)
    assert (found["jobs_open"], found["jobs_failed_last_day"], found["mail_waiting"]) == (1, 1, 2)


def test_a_database_that_is_away_leaves_the_other_figures(client, monkeypatch):
    def away(**_):
        raise DatabaseError

    monkeypatch.setattr(metrics, "waiting_work", away)
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert figures(client) == {}
    assert b"django_http_requests" in answer.content


def test_every_name_in_the_operations_page_is_on_metrics(client):
    client.get("/healthz")
    text = client.get("/metrics").content.decode()
    named = re.findall(r"^\| `((?:zhanggui|django)_\w+)` \|", PAGE.read_text(), re.MULTILINE)
    assert len(named) == 7
    assert [name for name in named if name not in text] == []
