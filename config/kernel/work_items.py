"""Opening and moving work items: one open item for one cause."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.actor import current_actor
from config.kernel.errors import DomainError
from config.kernel.models import User, WorkItem, WorkItemEvent
from config.kernel.sql import insert_new
from config.kernel.transitions import Transitions

WORK_ITEM_MOVES = Transitions(
    {
        "open": {"doing", "done", "dropped"},
        "doing": {"open", "done", "dropped"},
        "done": {"open"},
        "dropped": {"open"},
    }
)
CLOSED = (WorkItem.State.DONE, WorkItem.State.DROPPED)
# The condition of the partial unique constraint on kind and source_ref, as SQL.
OPEN_WITH_CAUSE = "state IN ('open', 'doing') AND NOT (source_ref = '')"


@transaction.atomic
def open_work_item(
    kind: str,
    *,
    title: str,
    source_ref: str,
    link: str = "",
    owner: User | None = None,
    owner_role: str = "",
    due_on: date | None = None,
    priority: int = WorkItem.Priority.NORMAL,
    store_code: str = "",
    body: str = "",
) -> WorkItem:
    """Open an item; while one of the same kind and cause is open, that one is returned and nothing changes."""
    row = WorkItem(
        kind=kind,
        title=title[:200],
        source_ref=source_ref,
        link=link,
        owner=owner,
        owner_role=owner_role,
        due_on=due_on,
        priority=priority,
        store_code=store_code,
        body=body,
    )
    inserted = insert_new([row], conflict=["kind", "source_ref"], conflict_where=OPEN_WITH_CAUSE)
    if not inserted:
        return WorkItem.objects.get(kind=kind, source_ref=source_ref, state__in=["open", "doing"])
    item = WorkItem.objects.get(pk=inserted[0][0])
    _log(item, before="", after=item.state, reason="")
    return item


def _log(item: WorkItem, *, before: str, after: str, reason: str) -> None:
    WorkItemEvent.objects.create(
        item=item,
        from_state=before,
        to_state=after,
        actor_id=current_actor().user_id,
        reason=reason[:300],
        occurred_at=timezone.now(),
    )


@transaction.atomic
def move_work_item(item: WorkItem, *, to: str, reason: str = "") -> WorkItem:
    """Move an item; two people who move it at once get one move and one refusal."""
    WORK_ITEM_MOVES.check(item.state, to, what=item.title)
    finished_at = timezone.now() if to in CLOSED else None
    if not WorkItem.objects.filter(pk=item.pk, state=item.state).update(state=to, finished_at=finished_at):
        raise DomainError("changed_meanwhile", _("This work item was changed meanwhile. Load the page again."))
    _log(item, before=item.state, after=to, reason=reason)
    item.refresh_from_db()
    return item


def close_work_items(kind: str, *, source_ref: str, reason: str = "") -> int:
    """Mark the open items of a cause as done because the cause is gone; returns how many."""
    items = WorkItem.objects.filter(kind=kind, source_ref=source_ref, state__in=["open", "doing"])
    for item in items:
        move_work_item(item, to=WorkItem.State.DONE, reason=reason)
    return len(items)
