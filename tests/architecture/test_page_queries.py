"""Every page asks the database at most fifteen times, a board at most twelve, and as often on ten times the orders."""

import json

import pytest

from tests.processes import sqlite_place

pytestmark = [pytest.mark.slow, pytest.mark.process]
MOST, MOST_OF_A_BOARD = 15, 12
BOARDS = {f"analytics:{name}" for name in ("index", "sales", "members", "stock", "service", "today")}
FEW, MANY = 200, 2000


def walked(migrated, folder, orders):
    place = sqlite_place(folder, like=migrated.folder)
    done = place.run("-m", "tests.in_django", "tests.architecture.page_queries", str(orders))
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_no_page_asks_often_and_none_asks_more_often_of_more_rows(migrated_file, tmp_path):
    few, many = (walked(migrated_file, tmp_path / str(orders), orders) for orders in (FEW, MANY))
    assert len(many) > 100, "the walk found hardly any page"
    assert {*BOARDS, "orders:list", "service_desk:ticket", "customer", "restock:sku"} <= many.keys()
    too_often = {
        name: (queries, link)
        for name, (queries, link) in many.items()
        # Before a row is deleted each table that refers to it is asked once: as many as there are.
        if queries > (MOST_OF_A_BOARD if name in BOARDS else MOST) and not name.endswith("_delete")
    }
    assert too_often == {}
    growing = {
        name: (few[name][0], queries, link)
        for name, (queries, link) in many.items()
        if name in few and queries > few[name][0] + 1
    }
    assert growing == {}
