"""Tables of allowed moves between states. Pure but for the translated refusal."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from django.utils.translation import gettext as _

from config.kernel.errors import DomainError


class Transitions:
    """Which state may follow which."""

    def __init__(self, moves: Mapping[str, AbstractSet[str]]) -> None:
        self.moves = {str(state): frozenset(map(str, following)) for state, following in moves.items()}

    @property
    def states(self) -> frozenset[str]:
        """Every state of the table."""
        return frozenset(self.moves)

    def allowed(self, before: str, after: str) -> bool:
        """Whether the move is in the table. An unknown state raises KeyError: it is a mistake in the code."""
        return str(after) in self.moves[str(before)]

    def check(self, before: str, after: str, *, what: str) -> None:
        """Raise DomainError "transition_not_allowed" when the move is not in the table."""
        if not self.allowed(before, after):
            raise DomainError(
                "transition_not_allowed",
                _("%(what)s is %(before)s and cannot become %(after)s.")
                % {"what": what, "before": str(before), "after": str(after)},
            )
