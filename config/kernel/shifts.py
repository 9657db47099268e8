"""The shift book: hand-over notes, and the daily checklist of a role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language

from config.kernel.audit import record_change
from config.kernel.models import ChecklistItem, ChecklistTick, ShiftNote, User
from config.kernel.sql import insert_new

NOTES_SHOWN = 20


@dataclass(frozen=True)
class Item:
    """An item of today's checklist as its reader sees it."""

    pk: int
    text: str
    link: str
    is_done: bool


def open_notes(roles: Sequence[str]) -> list[ShiftNote]:
    """Notes for everybody or for one of the roles that nobody has dealt with, the latest first."""
    wanted = Q(role="") | Q(role__in=roles)
    return list(ShiftNote.objects.filter(wanted, done_at__isnull=True).select_related("author")[:NOTES_SHOWN])


def checklist_of(roles: Sequence[str], *, day: date) -> list[Item]:
    """What the roles do every day, with what is done already."""
    done = ChecklistTick.objects.filter(item=OuterRef("pk"), day=day)
    rows = ChecklistItem.objects.filter(role__in=roles, is_active=True).annotate(is_done=Exists(done))
    speaks_english = (get_language() or "").startswith("en")
    return [Item(row.pk, row.text_en if speaks_english else row.text, row.link, row.is_done) for row in rows]


@transaction.atomic
def leave_note(author: User, *, text: str, role: str = "") -> ShiftNote:
    """Leave a hand-over note for a role, or for everybody."""
    note = ShiftNote.objects.create(author=author, text=text, role=role)
    record_change("shift_note.left", on=note, after={"role": role})
    return note


@transaction.atomic
def settle_note(note_id: int, *, by: User, roles: Sequence[str]) -> bool:
    """Mark a note as dealt with; False when somebody else did so first, or it is not for these roles."""
    mine = Q(role="") | Q(role__in=roles)
    settled = ShiftNote.objects.filter(mine, pk=note_id, done_at__isnull=True).update(
        done_by=by, done_at=timezone.now()
    )
    if settled:
        record_change("shift_note.settled", on=ShiftNote.objects.get(pk=note_id))
    return bool(settled)


@transaction.atomic
def tick(item_id: int, *, by: User, roles: Sequence[str], day: date, is_done: bool) -> bool:
    """Tick or untick an item of the day; False when it is none of these roles'. Ticking twice is ticking once."""
    item = ChecklistItem.objects.filter(pk=item_id, role__in=roles, is_active=True).first()
    if item is None:
        return False
    if is_done:
        insert_new([ChecklistTick(item=item, day=day, user=by, ticked_at=timezone.now())], conflict=["item", "day"])
    else:
        ChecklistTick.objects.filter(item=item, day=day).delete()
    return True
