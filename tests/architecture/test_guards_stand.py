"""The table of `make guards` names guards that stand in the code, and tests that there are."""

import pytest

from tests.guards import GUARDS, ROOT, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_every_guard_stands_where_the_table_says(guard: Guard) -> None:
    for cut in guard.cuts:
        assert (ROOT / cut.file).read_text(encoding="utf-8").count(cut.text) == 1, cut
        assert cut.text != cut.instead
    for test in guard.tests:
        assert (ROOT / test.partition("::")[0]).exists(), test
