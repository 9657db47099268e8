"""A process that works on a job and may die in the middle; a later one that sweeps up; what stands in the end.

    python -m tests.in_django tests.proof.working readers
    python -m tests.in_django tests.proof.working upload FILE
    python -m tests.in_django tests.proof.working queue KIND
    python -m tests.in_django tests.proof.working start KIND [--die-at PLACE --nth N] [--wait-at PLACE]
    python -m tests.in_django tests.proof.working press KIND [--die-at PLACE --nth N]
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
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from analytics.models import Report, ReportSubscription
from catalog.models import DailySales, Store
from config.kernel import jobs, outbox, tasks
from config.kernel.importing.batches import check_batch, upload_batch
from config.kernel.importing.jobs import APPLY, start_import
from config.kernel.models import DeliveryAttempt, ImportBatch, JobRun, JobRunPart, OutboxMessage, User
from config.roles import install_roles
from fulfillment.models import Order, OrderLine, Payment, RestockSuggestion, SalesEntry, SkuForecast
from membership.models import Customer, Purchase, RfmScore, RfmSegmentTotal
from tests.proof.places import before, die, wait

DAY = "2011-02-01"
KINDS: dict[str, dict[str, Any]] = {
    "segment_customers": {"as_of": DAY, "mode": ""},
    "restock_check": {"as_of": DAY, "slot": "night"},
    "build_report": {"kind": "daily", "day": DAY},
}
BUTTONS: dict[str, tuple[str, dict[str, str]]] = {
    "segment_customers": ("admin:membership_rfmrun_segment_now", {"as_of": DAY, "mode": ""}),
    "restock_check": ("admin:fulfillment_restockrun_start_check", {"as_of": DAY}),
    "build_report": ("admin:analytics_report_build_now", {"kind": "daily", "day": DAY}),
}
READERS = 3
# What an import fills, in words that have no keys and no clocks.
TABLES: dict[type[Model], list[str]] = {
    Order: ["external_number", "state", "payment_state", "payable_amount", "paid_amount", "refunded_amount"],
    OrderLine: ["order__external_number", "code", "quantity", "net_amount", "refunded_amount"],
    Payment: ["source_ref", "amount"],
    SalesEntry: ["source_ref", "kind", "store_date", "quantity", "gross_amount", "cost_amount"],
    Customer: ["number", "first_seen_at"],
    Purchase: ["source_ref", "customer__number", "paid_on", "amount", "cost"],
    DailySales: ["sku__code", "day", "order_count", "units", "revenue", "refund_units"],
    ImportBatch: ["state", "cursor"],
}


def readers() -> None:
    """People who get the report by mail."""
    install_roles()
    for number in range(READERS):
        user = User.objects.create_user(f"reader{number}", email=f"reader{number}@example.com")
        user.groups.add(Group.objects.get(name="director"))
        ReportSubscription.objects.create(user=user, kind="daily", store=Store.objects.get())


def upload(file: str) -> None:
    """A file that has been looked through, and waits for somebody to import it."""
    check_batch(upload_batch(Path(file), layout="online-retail", store_code="uk", policy="reject-rows"))


def queue(kind: str) -> JobRun:
    """Start a run, or find the one that is there, and wake a worker."""
    if kind == APPLY:
        return start_import(ImportBatch.objects.latest("pk"), kind=APPLY)
    return jobs.start_run(kind, parameters=KINDS[kind], trigger="schedule", store_code="uk", dedupe_key=kind)


def start(kind: str) -> None:
    """Start a run and work on it here."""
    jobs.work_on_run(queue(kind).pk)
    outbox.deliver_due(now=timezone.now())


def press(kind: str) -> None:
    """Press the button of a job, always in the same form; the web does the work itself, as with one process for all."""
    settings.ALLOWED_HOSTS, settings.CELERY_TASK_ALWAYS_EAGER = ["testserver"], True
    person, _created = User.objects.get_or_create(username="boss", is_staff=True, is_superuser=True)
    web = Client()
    web.force_login(person)
    if kind == APPLY:
        batch = ImportBatch.objects.latest("pk")
        shown = ";".join(f"{name}={value}" for name, value in sorted(batch.figures.items()))
        address, typed = reverse("imports:apply", args=[batch.pk]), {"shown": shown}
    else:
        name, chosen = BUTTONS[kind]
        address, typed = reverse(name), {**chosen, "store": str(Store.objects.get().pk)}
    answer = web.post(address, {**typed, "press": "p1"}, secure=True)
    assert answer.status_code == 302, answer.content.decode()


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
        "tables": {model.__name__: _digest(model._base_manager.values_list(*names)) for model, names in TABLES.items()},
    }


def _digest(rows: "QuerySet[Any, Any]") -> str:
    """How many rows there are and the sum of their hashes, whatever their order."""
    count = total = 0
    for row in rows.order_by().iterator():
        count += 1
        total += int.from_bytes(hashlib.sha256(json.dumps(row, default=str).encode()).digest()[:16], "big")
    return f"{count} {total % 2**128:032x}"


def mails() -> list[str]:
    """The Message-IDs of every mail that left."""
    texts = [path.read_bytes() for path in Path(settings.EMAIL_FILE_PATH).glob("*") if path.is_file()]
    parts = [part for text in texts for part in text.split(b"-" * 79) if part.strip()]
    return [message_from_bytes(part.strip())["Message-ID"] for part in parts]


VERBS = {"upload": upload, "queue": queue, "start": start, "press": press}


def main() -> None:
    """One verb."""
    words = argparse.ArgumentParser()
    words.add_argument("verb", choices=["readers", "sweep", "state", *VERBS])
    words.add_argument("what", nargs="?", default="")
    words.add_argument("--die-at", default="")
    words.add_argument("--wait-at", default="")
    words.add_argument("--nth", type=int, default=1)
    words.add_argument("--leases-hold", action="store_true")
    chosen = words.parse_args()
    if chosen.die_at:
        before(chosen.die_at, nth=chosen.nth, event=die)
    if chosen.wait_at:
        before(chosen.wait_at, nth=chosen.nth, event=wait)
    if chosen.verb == "sweep":
        sweep(leases_hold=chosen.leases_hold)
    elif chosen.verb == "readers":
        readers()
    elif chosen.verb in VERBS:
        VERBS[chosen.verb](chosen.what)
    print(json.dumps(state()))


if __name__ == "__main__":
    main()
