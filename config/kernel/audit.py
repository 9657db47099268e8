"""The audit trail: written by services in the transaction that changes something, sealed hour by hour."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from config.kernel.actor import current_actor
from config.kernel.models import AuditEntry, AuditSeal
from config.kernel.sql import insert_many, insert_new

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
    insert_many([entry], needs_keys=True)
    return entry


@dataclass(frozen=True)
class Change:
    """What changed in one of many objects that one step changes together; see `record_change`."""

    on: models.Model
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str = ""


def record_changes(action: str, *, changes: Iterable[Change], batch_ref: str = "") -> int:
    """Note many changes of one kind, an entry for each, in one statement; returns how many."""
    entries = [
        _entry(
            action,
            on=change.on,
            before=dict(change.before),
            after=dict(change.after),
            reason=change.reason[:300],
            batch_ref=batch_ref,
        )
        for change in changes
    ]
    return len(AuditEntry.objects.bulk_create(entries))


def record_read(on: models.Model, *, fields: Sequence[str]) -> AuditEntry:
    """Note that somebody looked at personal data in clear; `fields` names what, never the values."""
    entry = _entry("personal_data.read", on=on, after={"fields": list(fields)})
    entry.save()
    return entry


def _digest(previous: str, hour: datetime) -> tuple[str, int, int | None, int | None]:
    """The hash over the seal before and the entries that carry this hour; their number, first and last key."""
    digest = hashlib.sha256(previous.encode())
    count, first, last = 0, None, None
    # Which seal an entry belongs to is told by its being here, so seals from before that column still fit.
    names = [field.attname for field in AuditEntry._meta.concrete_fields if field.attname != "sealed_hour"]
    entries = AuditEntry.objects.filter(sealed_hour=hour).order_by("pk")
    for row in entries.values_list(*names).iterator(chunk_size=2000):
        digest.update(json.dumps(row, default=str, ensure_ascii=False, sort_keys=True).encode())
        first = row[0] if first is None else first
        last, count = row[0], count + 1
    return digest.hexdigest(), count, first, last


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _next_hour(newest: AuditSeal | None, *, before: datetime) -> datetime | None:
    """The hour of the next seal: that of the earliest unsealed entry, but never one that is sealed already."""
    waiting = AuditEntry.objects.filter(sealed_hour=None, occurred_at__lt=before)
    earliest = waiting.order_by("occurred_at").values_list("occurred_at", flat=True).first()
    if earliest is None:
        return None
    hour = max(_hour_of(earliest), newest.hour + HOUR) if newest else _hour_of(earliest)
    return hour if hour < before else None


def _seal(hour: datetime, *, previous: str, now: datetime) -> bool:
    """Seal what is unsealed up to the end of the hour; False, and nothing done, when another sealer was quicker."""
    with transaction.atomic():
        # Past the refusal of the append-only manager: this one column is set once, and PostgreSQL's trigger agrees.
        waiting = AuditEntry._base_manager.filter(sealed_hour=None, occurred_at__lt=hour + HOUR)
        if not waiting.update(sealed_hour=hour):
            return False
        digest, count, first, last = _digest(previous, hour)
        seal = AuditSeal(
            hour=hour,
            first_entry_id=first,
            last_entry_id=last,
            entry_count=count,
            previous_digest=previous,
            digest=digest,
            sealed_at=now,
        )
        if insert_new([seal], conflict=["hour"]):
            return True
        transaction.set_rollback(True)
        return False


def seal_hours(*, now: datetime) -> int:
    """Seal every closed hour with unsealed entries; returns how many. Two sealers at once make one chain.

    An entry whose transaction was committed after its hour had been sealed is taken by the next hour's seal.
    """
    closed = _hour_of(now - SETTLING)
    sealed = 0
    while True:
        newest = AuditSeal.objects.order_by("-hour").first()
        hour = _next_hour(newest, before=closed)
        if hour is None or not _seal(hour, previous=newest.digest if newest else "", now=now):
            return sealed
        sealed += 1


def verify_seals() -> list[str]:
    """Compute every seal again; returns a sentence for each hour that does not fit."""
    problems = []
    previous = ""
    for seal in AuditSeal.objects.order_by("hour").iterator():
        digest, count, _first, _last = _digest(previous, seal.hour)
        if seal.previous_digest != previous or digest != seal.digest or count != seal.entry_count:
            problems.append(f"audit seal {seal.hour:%Y-%m-%d %H:00} does not fit its entries")
        previous = seal.digest
    return problems
