"""What fulfillment asks of somebody on the start page."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.translation import override

from config.kernel.models import RoleScope, User
from config.kernel.todo import counted
from config.views import todos_of
from fulfillment.models import Order, PurchaseOrder, RestockSuggestion
from fulfillment.queries import todo
from fulfillment.services.inbox import receive_order
from tests.fulfillment.factories import (
    line_of,
    make_order,
    make_restock_run,
    make_sku,
    make_store,
    make_suggestion,
    make_supplier,
    make_warehouse,
    put_in_stock,
)

pytestmark = pytest.mark.django_db(databases="__all__")
PERMISSIONS = [
    "view_order", "view_shortline", "replay_inboxmessage", "view_restocksuggestion", "view_purchaseorder",
]  # fmt: skip


def make_user(*permissions: str, scope: tuple[str, str] | None = None) -> User:
    user = User.objects.create_user(f"user-{User.objects.count()}", password="a long pass phrase", is_staff=True)
    group = user.groups.create(name=f"role-{user.pk}")
    group.permissions.set(Permission.objects.filter(codename__in=permissions))
    if scope:
        RoleScope.objects.create(user=user, group=group, kind=scope[0], code=scope[1])
    return User.objects.get(pk=user.pk)


def purchase_order(warehouse, *, state: str, days: int = 0) -> PurchaseOrder:
    return PurchaseOrder.objects.create(
        number=f"PO{PurchaseOrder.objects.count()}",
        creation_key=f"key-{PurchaseOrder.objects.count()}",
        supplier=make_supplier(),
        warehouse=warehouse,
        state=state,
        currency="CNY",
        expected_on=timezone.localdate() + timedelta(days=days),
    )


def fill(code: str) -> None:
    """A store with one of everything that waits."""
    store, sku = make_store(code), make_sku(f"sku-{code}")
    warehouse = make_warehouse(f"{code}-house", store=store)
    put_in_stock(sku, warehouse, 3)
    now = timezone.now()
    # late, soon, in time, and without time limit; the last one finds no stock
    for hours in (-1, 5, 48, None):
        order = make_order(store, line_of(sku, 1), paid="10.00")
        due = None if hours is None else now + timedelta(hours=hours)
        Order.objects.filter(pk=order.pk).update(dispatch_due_at=due)
    held = make_order(store, line_of(sku, 1))
    Order.objects.filter(pk=held.pk).update(state="risk_hold")
    line = {"sku": "NEW", "title": "?", "quantity": 1, "unit_price": "1.00"}
    placed = {"placed_at": "2026-11-11T12:00:00+08:00", "lines": [line]}
    receive_order(store, payload={"store": code, "external_number": "T1", **placed})
    run = make_restock_run()
    make_suggestion(run, sku, warehouse, None)
    decided = make_suggestion(run, make_sku(), warehouse, None)
    RestockSuggestion.objects.filter(pk=decided.pk).update(state="rejected")
    for state, days in (("draft", -9), ("approved", 3), ("sent", -1), ("confirmed", 0), ("part_received", -2)):
        purchase_order(warehouse, state=state, days=days)


EXPECTED = {
    "Orders to ship": 4,
    "Orders to ship that are late": 1,
    "Orders to ship within six hours": 1,
    "Orders held for a check": 1,
    "Shortages": 2,
    "Orders with unknown goods": 1,
    "Restock suggestions to decide": 1,
    "Purchase orders to send": 2,
    "Purchase orders overdue to arrive": 2,
}


def counts(user: User) -> dict[str, int]:
    with override("en"):
        return {str(one.title): one.count for one in counted(todo(user))}


def test_everything_that_waits_is_counted(admin_user):
    fill("tmall")
    assert counts(admin_user) == EXPECTED


def test_it_takes_one_query(admin_user, django_assert_num_queries):
    fill("tmall")
    with django_assert_num_queries(1):
        counted(todo(admin_user))


def test_a_role_limited_to_a_store_counts_that_store_and_its_warehouses(admin_user):
    fill("tmall")
    fill("jd")
    assert counts(make_user(*PERMISSIONS, scope=("store", "jd"))) == EXPECTED
    assert counts(make_user(*PERMISSIONS, scope=("channel", "channel-jd"))) == EXPECTED
    assert set(counts(make_user(*PERMISSIONS, scope=("store", "nowhere"))).values()) == {0}
    assert counts(admin_user) == {title: 2 * count for title, count in EXPECTED.items()}


def test_a_role_limited_to_a_warehouse_counts_its_purchases_only():
    fill("tmall")
    fill("jd")
    found = counts(make_user(*PERMISSIONS, scope=("warehouse", "jd-house")))
    titles = ["Restock suggestions to decide", "Purchase orders to send", "Purchase orders overdue to arrive"]
    assert {title: count for title, count in found.items() if count} == {title: EXPECTED[title] for title in titles}


@pytest.mark.parametrize(
    ("permission", "titles"),
    [
        ("view_shortline", ["Shortages"]),
        ("replay_inboxmessage", ["Orders with unknown goods"]),
        ("view_restocksuggestion", ["Restock suggestions to decide"]),
        ("view_purchaseorder", ["Purchase orders to send", "Purchase orders overdue to arrive"]),
        ("view_sku", []),
    ],
)
def test_each_counter_stands_behind_its_own_permission(permission, titles):
    assert list(counts(make_user(permission))) == titles


OURS = ("/admin/fulfillment/", "/restock/", "/orders/")


def test_the_start_page_asks_and_each_link_lists_as_many_as_it_counts(admin_client, admin_user):
    fill("tmall")
    found = todos_of(admin_user)
    assert len([one for one in found if one.link.startswith(OURS)]) == len(EXPECTED)
    for one in counted(todo(admin_user)):
        page = admin_client.get(one.link)
        assert page.status_code == 200, one.link
        if "cl" in (page.context or {}):
            assert page.context["cl"].result_count == one.count, one.link
        elif "/restock/" in one.link:
            assert page.context["page"].paginator.count == one.count, one.link
        elif "/orders/?" in one.link:
            assert sum(sums.orders for sums in page.context["sums"]) == one.count, one.link


def test_lists_of_restock_stay_within_the_warehouses_in_sight(client):
    fill("tmall")
    fill("jd")
    user = make_user(*PERMISSIONS, scope=("store", "jd"))
    client.force_login(user)
    for one in counted(todo(user)):
        page = client.get(one.link)
        if "cl" in (page.context or {}):
            assert page.context["cl"].result_count == one.count, one.link
        elif "/restock/" in one.link:
            assert page.context["page"].paginator.count == one.count, one.link
        elif "/orders/?" in one.link:
            assert sum(sums.orders for sums in page.context["sums"]) == one.count, one.link
