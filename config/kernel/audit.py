"""The audit trail: written by services in the transaction that changes something, sealed hour by hour."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from config.kernel.actor import current_actor
from config.kernel.models import AuditEntry, AuditSeal
from config.kernel.sql import insert_new

HOUR = timedelta(hours=1)
# An entry may be committed a little after the moment it carries: an hour is sealed when this much more has passed.
SETTLING = timedelta(minutes=10)


def _entry(action: str, *, on: models.Model | None, **values: Any) -> AuditEntry:
    actor = current_actor()
    return AuditEntry(
        occurred_at=timezone.now(),
        actor_id=actor.user_id,
        actor_kind=actor.kind,
        ip_address=actor.ip_address,
        request_id=actor.request_id,
        action=action,
        object_type=on._meta.label if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        object_label=str(on)[:200] if on is not None else "",
        **values,
    )


def record_change(
    action: str,
    *,
    on: models.Model | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    store_code: str = "",
    batch_ref: str = "",
) -> AuditEntry:
    """Note a change. `before` and `after` hold the differences only, and never personal values in clear."""
    entry = _entry(
        action,
        on=on,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason[:300],
        store_code=store_code,
        batch_ref=batch_ref,
    )
    entry.save()
    return entry


def record_read(on: models.Model, *, fields: Sequence[str]) -> AuditEntry:
    """Note that somebody looked at personal data in clear; `fields` names what, never the values."""
    entry = _entry("personal_data.read", on=on, after={"fields": list(fields)})
    entry.save()
    return entry


def _digest(previous: str, entries: models.QuerySet[AuditEntry]) -> tuple[str, int, int | None, int | None]:
    digest = hashlib.sha256(previous.encode())
    count, first, last = 0, None, None
    names = [field.attname for field in AuditEntry._meta.concrete_fields]
    for row in entries.order_by("pk").values_list(*names).iterator(chunk_size=2000):
        digest.update(json.dumps(row, default=str, ensure_ascii=False, sort_keys=True).encode())
        first = row[0] if first is None else first
        last, count = row[0], count + 1
    return digest.hexdigest(), count, first, last


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _entries_of(hour: datetime) -> models.QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(occurred_at__gte=hour, occurred_at__lt=hour + HOUR)


def seal_hours(*, now: datetime) -> int:
    """Seal every closed hour with entries since the last seal; returns how many. Two sealers at once make one chain."""
    newest = AuditSeal.objects.order_by("-hour").first()
    previous = newest.digest if newest else ""
    since = newest.hour + HOUR if newest else None
    sealed = 0
    while True:
        waiting = AuditEntry.objects.filter(occurred_at__lt=_hour_of(now - SETTLING))
        if since is not None:
            waiting = waiting.filter(occurred_at__gte=since)
        earliest = waiting.order_by("occurred_at").values_list("occurred_at", flat=True).first()
        if earliest is None:
            return sealed
        hour = _hour_of(earliest)
        digest, count, first, last = _digest(previous, _entries_of(hour))
        seal = AuditSeal(
            hour=hour,
            first_entry_id=first,
            last_entry_id=last,
            entry_count=count,
            previous_digest=previous,
            digest=digest,
            sealed_at=now,
        )
        if not insert_new([seal], conflict=["hour"]):
            return sealed
        previous, since, sealed = digest, hour + HOUR, sealed + 1


def verify_seals() -> list[str]:
    """Compute every seal again; returns a sentence for each hour that does not fit."""
    problems = []
    previous = ""
    for seal in AuditSeal.objects.order_by("hour").iterator():
        digest, count, _first, _last = _digest(previous, _entries_of(seal.hour))
        if seal.previous_digest != previous or digest != seal.digest or count != seal.entry_count:
            problems.append(f"audit seal {seal.hour:%Y-%m-%d %H:00} does not fit its entries")
        previous = seal.digest
    return problems
