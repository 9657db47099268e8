"""A process that works on a job and may die in the middle; a later one that sweeps up; what stands in the end.

    python -m tests.in_django tests.proof.working readers
    python -m tests.in_django tests.proof.working start KIND [--die-at PLACE --nth N] [--wait-at PLACE]
    python -m tests.in_django tests.proof.working sweep [--leases-hold] [--die-at PLACE --nth N]
    python -m tests.in_django tests.proof.working state

A place is `module:name` or `module:owner.name`: dying there is a kill -9 of oneself just before the call.
"""

import argparse
import hashlib
import json
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone

from analytics.models import Report, ReportSubscription
from catalog.models import Store
from config.kernel import jobs, outbox, tasks
from config.kernel.models import DeliveryAttempt, JobRun, JobRunPart, OutboxMessage, User
from config.roles import install_roles
from fulfillment.models import RestockSuggestion, SkuForecast
from membership.models import RfmScore, RfmSegmentTotal
from tests.proof.places import before, die, wait

DAY = "2011-02-01"
KINDS: dict[str, dict[str, Any]] = {
    "segment_customers": {"as_of": DAY, "mode": ""},
    "restock_check": {"as_of": DAY, "slot": "night"},
    "build_report": {"kind": "daily", "day": DAY},
}
READERS = 3


def readers() -> None:
    """People who get the report by mail."""
    install_roles()
    for number in range(READERS):
        user = User.objects.create_user(f"reader{number}", email=f"reader{number}@example.com")
        user.groups.add(Group.objects.get(name="director"))
        ReportSubscription.objects.create(user=user, kind="daily", store=Store.objects.get())


def start(kind: str) -> None:
    """Start a run, or find the one that is there, and work on it."""
    run = jobs.start_run(kind, parameters=KINDS[kind], trigger="schedule", store_code="uk", dedupe_key=kind)
    jobs.work_on_run(run.pk)
    outbox.deliver_due(now=timezone.now())


def sweep(*, leases_hold: bool) -> None:
    """What beat sends every half minute; the leases of the dead have run out, unless they hold."""
    settings.CELERY_TASK_ALWAYS_EAGER = True
    if not leases_hold:
        past = timezone.now() - timedelta(seconds=1)
        for model in (JobRun, JobRunPart, OutboxMessage):
            model.objects.filter(lease_until__isnull=False).update(lease_until=past)
    tasks.sweep()


def state() -> dict[str, Any]:
    """What stands: without keys and clocks."""
    return {
        "runs": sorted(JobRun.objects.values_list("kind", "state")),
        "scores": _digest(
            RfmScore.objects.values_list(
                "customer__number", "recency_score", "frequency_score", "monetary_score", "segment", "monetary"
            )
        ),
        "totals": _digest(RfmSegmentTotal.objects.values_list("map", "segment", "customer_count", "monetary")),
        "forecasts": _digest(SkuForecast.objects.values_list("sku__code", "method", "daily_units")),
        "suggestions": _digest(RestockSuggestion.objects.values_list("sku__code", "state", "quantity", "value")),
        "reports": [[one.kind, one.version, one.content_hash, one.pictures.count()] for one in Report.objects.all()],
        "letters": sorted(OutboxMessage.objects.values_list("kind", "state")),
        "noted": DeliveryAttempt.objects.filter(succeeded=True).count(),
        "mails": sorted(mails()),
    }


def _digest(rows: Any) -> str:
    found = sorted(json.dumps(row, default=str) for row in rows)
    return f"{len(found)} {hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]}"


def mails() -> list[str]:
    """The Message-IDs of every mail that left."""
    texts = [path.read_bytes() for path in Path(settings.EMAIL_FILE_PATH).glob("*") if path.is_file()]
    parts = [part for text in texts for part in text.split(b"-" * 79) if part.strip()]
    return [message_from_bytes(part.strip())["Message-ID"] for part in parts]


def main() -> None:
    """One verb."""
    words = argparse.ArgumentParser()
    words.add_argument("verb", choices=["readers", "start", "sweep", "state"])
    words.add_argument("kind", nargs="?", default="")
    words.add_argument("--die-at", default="")
    words.add_argument("--wait-at", default="")
    words.add_argument("--nth", type=int, default=1)
    words.add_argument("--leases-hold", action="store_true")
    chosen = words.parse_args()
    if chosen.die_at:
        before(chosen.die_at, nth=chosen.nth, event=die)
    if chosen.wait_at:
        before(chosen.wait_at, nth=chosen.nth, event=wait)
    if chosen.verb == "readers":
        readers()
    elif chosen.verb == "start":
        start(chosen.kind)
    elif chosen.verb == "sweep":
        sweep(leases_hold=chosen.leases_hold)
    print(json.dumps(state()))


if __name__ == "__main__":
    main()
