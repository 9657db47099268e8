"""Two saves of one row at once, and one form pressed twice at once, on PostgreSQL; each with its control."""

import pytest

from tests.processes import copy_of
from tests.racing import said

pytestmark = [pytest.mark.race, pytest.mark.process]


@pytest.mark.parametrize(
    ("what", "guard", "told"),
    [
        # The second is shown the difference (200) instead of being led on (302).
        ("save", "guarded", "[200, 302] 1 0"),
        ("save", "control", "[302, 302] 1 0"),
        ("note", "guarded", "[302, 302] 0 1"),
        ("note", "control", "[302, 302] 0 2"),
    ],
)
def test_of_two_at_once_the_second_waits_for_the_first(migrated, tmp_path, what, guard, told):
    with copy_of(migrated, tmp_path / "pages") as place:
        assert said(place, "-m", "tests.in_django", "tests.kernel.racing_pages", what, guard) == told
