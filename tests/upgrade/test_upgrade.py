"""An older schema with a shop's rows in it, migrated forward: nothing is lost, the books agree, names can be read."""

import json

import pytest

from tests.operations.conftest import make_place, manage, shop_place, tell  # noqa: F401 (fixtures)
from tests.upgrade.losses import losses
from tests.upgrade.steps import RELEASED

pytestmark = [pytest.mark.process, pytest.mark.slow]


def step(place, *words):
    done = place.run("-m", "tests.in_django", "tests.upgrade.steps", *words)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def snapshot(place):
    return json.loads(step(place, "snapshot"))


@pytest.mark.parametrize("since", ["released", "previous"])
def test_an_upgrade_loses_no_table_column_row_or_value(make_place, shop_place, since):  # noqa: F811
    with make_place(like=shop_place) as place:
        assert int(step(place, "back", since)) >= 1
        before = snapshot(place)
        assert len(before["fulfillment_order"]) == 12
        manage(place, "migrate")
        manage(place, "install_reference")
        assert manage(place, "migrate", "--check") == ""
        after = snapshot(place)
        assert losses(before, after, allowed=RELEASED["removed_on_purpose"]) == []
        assert "problems=0" in manage(place, "check_books")
        told = tell(place)
    assert told["personal"]["membership.Customer.name"][1] == "王小1"
    assert len(told["found"][1]) == 1


@pytest.mark.parametrize(
    ("what", "lost"),
    [
        ("column", "fulfillment_order.buyer_note"),
        ("rows", "service_desk_attachment #1"),
        ("values", "membership_customer.name #1"),
    ],
)
def test_control_a_migration_that_destroys_is_found(make_place, shop_place, what, lost):  # noqa: F811
    with make_place(like=shop_place) as place:
        before = snapshot(place)
        assert losses(before, snapshot(place)) == []
        step(place, "destroy", what)
        assert lost in losses(before, snapshot(place))
