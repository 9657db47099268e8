"""Tables of moves."""

import pytest

from config.kernel.errors import DomainError
from config.kernel.transitions import Transitions

TABLE = Transitions({"new": {"paid", "cancelled"}, "paid": {"cancelled"}, "cancelled": set()})


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("new", "paid", True),
        ("new", "cancelled", True),
        ("paid", "new", False),
        ("paid", "paid", False),
        ("cancelled", "new", False),
        ("new", "nowhere", False),
    ],
)
def test_only_moves_of_the_table_are_allowed(before, after, allowed):
    assert TABLE.allowed(before, after) is allowed


def test_a_refusal_names_the_thing_and_both_states():
    with pytest.raises(DomainError) as caught:
        TABLE.check("cancelled", "paid", what="SO1")
    assert (caught.value.code, caught.value.status) == ("transition_not_allowed", 409)
    for word in ("SO1", "cancelled", "paid"):
        assert word in str(caught.value.message)
    TABLE.check("new", "paid", what="SO1")


def test_an_unknown_state_is_a_mistake_in_the_code():
    with pytest.raises(KeyError):
        TABLE.allowed("lost", "paid")


def test_the_table_knows_its_states():
    assert TABLE.states == {"new", "paid", "cancelled"}
