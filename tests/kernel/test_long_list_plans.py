"""PostgreSQL answers the first page, a search and a deep page of the large lists by looking at a page of rows."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.kernel.admin import long_lists
from config.kernel.admin.list_filters import LATEST
from config.kernel.models import AuditEntry, User
from fulfillment.models import Order, SalesEntry
from membership.models import Customer
from service_desk.models import Ticket
from tests.bench.rows import fill

pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="plans of PostgreSQL"),
]
ROWS, COUNTED = 20_000, 200
# The filter that offers the values of the latest rows.
MOST_READ = LATEST
SEARCHES = {
    AuditEntry: "label 0012345",
    Customer: "CU0012345",
    Order: "X0012345",
    SalesEntry: "X0012345",
    Ticket: "matter 0012345",
}


@pytest.fixture
def staff(admin_client, admin_user):
    User.objects.filter(pk=admin_user.pk).update(language="en")
    return admin_client


def rows_read(asked, table):
    """The most rows of a table that one of the statements looks at, those among them that it throws away."""
    most = 0
    with connection.cursor() as cursor:
        # A short table is read whole with good reason; a long one would be read this way.
        cursor.execute("SET enable_seqscan = off")
        for statement in [query["sql"] for query in asked if f'"{table}"' in query["sql"]]:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            most = max([most, *(looked_at(node) for node in nodes(plan[0]["Plan"]) if of(node, table))])
        cursor.execute("RESET enable_seqscan")
    return most


def nodes(plan):
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def of(node, table):
    return node.get("Relation Name", "") == table


def looked_at(node):
    thrown_away = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return (node["Actual Rows"] + thrown_away) * node["Actual Loops"]


@pytest.mark.parametrize("model", list(SEARCHES), ids=lambda model: model.__name__)
def test_no_page_of_a_large_list_reads_the_whole_table(staff, model, monkeypatch):
    monkeypatch.setattr(long_lists, "COUNTED", COUNTED)
    fill(model, ROWS)
    table, address = model._meta.db_table, reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
    page = staff.get(address).context["cl"]
    deep = address + staff.get(address + page.older_url).context["cl"].older_url
    for asks in (address, f"{address}?q={SEARCHES[model]}", deep, address + page.last_url):
        with CaptureQueriesContext(connection) as asked:
            answer = staff.get(asks)
        assert len(answer.context["cl"].result_list) == (1 if "?q=" in asks else 25), asks
        assert rows_read(asked.captured_queries, table) <= MOST_READ, asks
        assert not [query for query in asked.captured_queries if "OFFSET" in query["sql"]]


def test_the_guard_is_not_blind(staff):
    fill(AuditEntry, 100)
    with CaptureQueriesContext(connection) as asked:
        list(AuditEntry.objects.filter(reason__contains="x"))
    assert rows_read(asked.captured_queries, AuditEntry._meta.db_table) == 100
