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
def edit_suggestion(suggestion_id: int, *, quantity: int, actor: User, reason: str) -> RestockSuggestion:
    """Change the quantity of an open suggestion; a later check leaves it alone. Needs a reason."""
    if quantity < 1 or not reason.strip():
        raise InvalidInput("edit_needs_reason", _("Enter a quantity of at least 1 and a reason."))
    suggestion = RestockSuggestion.objects.select_for_update().get(pk=suggestion_id)
    cost = suggestion.unit_cost
    changed = RestockSuggestion.objects.filter(pk=suggestion_id, state=State.OPEN).update(
        quantity=quantity,
        value=None if cost is None else round_money(cost * quantity),
        edited_by=actor,
        edit_reason=reason.strip(),
    )
    if not changed:
        raise DomainError("suggestion_decided", _("This suggestion has been decided meanwhile."))
    record_change(
        "suggestion.edited",
        on=suggestion,
        before={"quantity": suggestion.quantity},
        after={"quantity": quantity},
        reason=reason.strip(),
    )
    suggestion.refresh_from_db()
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
