"""What a planner does with suggestions: change and refuse; approving is in `approval`."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from config.kernel.audit import record_change
from config.kernel.errors import DomainError, InvalidInput
from config.kernel.models import User
from config.kernel.money import round_money
from fulfillment.models import RestockSuggestion

State = RestockSuggestion.State


@transaction.atomic
def edit_suggestion(
    suggestion_id: int, *, quantity: int, actor: User, reason: str, seen_quantity: int | None = None
) -> RestockSuggestion:
    """Change the quantity of an open suggestion; a later check leaves it alone. Needs a reason.

    `seen_quantity` is the quantity that the person changed it from. Raises DomainError "changed_meanwhile" when it has
    become another since, and "suggestion_decided" when it is no longer open; then nothing changes.
    """
    if quantity < 1 or not reason.strip():
        raise InvalidInput("edit_needs_reason", _("Enter a quantity of at least 1 and a reason."))
    suggestion = RestockSuggestion.objects.get(pk=suggestion_id)
    before = suggestion.quantity if seen_quantity is None else seen_quantity
    cost = suggestion.unit_cost
    changed = RestockSuggestion.objects.filter(pk=suggestion_id, state=State.OPEN, quantity=before).update(
        quantity=quantity,
        value=None if cost is None else round_money(cost * quantity),
        edited_by=actor,
        edit_reason=reason.strip(),
    )
    suggestion.refresh_from_db()
    if not changed and suggestion.state == State.OPEN:
        raise DomainError("changed_meanwhile", _("Somebody else has changed this quantity meanwhile."))
    if not changed:
        raise DomainError("suggestion_decided", _("This suggestion has been decided meanwhile."))
    record_change(
        "suggestion.edited",
        on=suggestion,
        before={"quantity": before},
        after={"quantity": quantity},
        reason=reason.strip(),
    )
    return suggestion


@transaction.atomic
def reject_suggestions(ids: Iterable[int], *, actor: User, reason: str) -> int:
    """Refuse open suggestions; returns how many were still open."""
    if not reason.strip():
        raise InvalidInput("reject_needs_reason", _("Say why."))
    wanted = list(ids)
    rejected = RestockSuggestion.objects.filter(pk__in=wanted, state=State.OPEN).update(
        state=State.REJECTED, edited_by=actor, edit_reason=reason.strip(), decided_at=timezone.now()
    )
    record_change("suggestions.rejected", after={"suggestions": wanted, "count": rejected}, reason=reason.strip())
    return rejected
