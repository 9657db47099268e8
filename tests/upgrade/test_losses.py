"""The measure of an upgrade: what counts as lost."""

from tests.upgrade.losses import losses

BEFORE = {"order": {"1": {"id": "1", "note": "a", "state": "new"}, "2": {"id": "2", "note": "b", "state": "new"}}}


def test_new_tables_columns_and_rows_are_no_loss():
    row = {"id": "1", "note": "a", "state": "new", "fresh": "x"}
    assert losses(BEFORE, {"order": {"1": row, "2": BEFORE["order"]["2"], "3": row}, "other": {}}) == []


def test_what_is_gone_or_changed_is_named():
    assert losses(BEFORE, {}) == ["order"]
    assert losses(BEFORE, {"order": {"1": BEFORE["order"]["1"]}}) == ["order #2"]
    after = {"order": {"1": {"id": "1", "state": "new"}, "2": {"id": "2", "state": "closed"}}}
    assert losses(BEFORE, after) == ["order.note", "order.state #2"]


def test_what_was_removed_on_purpose_is_left_out():
    after = {"order": {"1": {"id": "1", "state": "new"}, "2": {"id": "2", "state": "new"}}}
    assert losses(BEFORE, after, allowed={"order.note"}) == []
