"""Who may open what: every address x every role, by a table written here and not by asking the code.

The rows name the permission that opens an address; the roles hold what `config/roles.py` gives them. A page that exists
for a role answers anything but 403; without the permission it answers 403. What lies in a foreign store answers 404.
"""

import re
from datetime import date

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from analytics.jobs import KIND as REPORT
from analytics.jobs import report_parameters
from config.kernel.jobs import run_now
from config.kernel.models import ImportBatch, RoleScope, User
from config.roles import ROLES, install_roles
from membership.models import RfmRun
from tests.architecture.test_addresses import ALL, FOR_ALL_STAFF, OPEN
from tests.fulfillment.factories import line_of, make_listing, make_order, make_sku, make_store
from tests.membership.factories import make_customer

ANY = ""
# (name of the address, the permission that opens it; with several, each of them does)
PAGES = (
    (r"(checklist-tick|notice|saved-filter-.*|shift-note.*|sessions-end|second-factor-.*)", ANY),
    (r"analytics:(index|sales|members|stock|service|today|export)", "analytics.view_storeday"),
    (r"analytics:(reports|report|mail|picture|table)", "analytics.view_report"),
    (r"analytics:subscriptions", "analytics.add_reportsubscription"),
    (r"analytics:build", "kernel.run_jobrun"),
    (r"imports:(list|batch|progress|errors)", "kernel.view_importbatch"),
    (r"imports:(upload|blank)", "kernel.add_importbatch"),
    (r"imports:(apply|check|columns|resume|undo)", "kernel.change_importbatch"),
    (r"imports:mend", "kernel.change_importrow"),
    (r"membership:(rfm|rfm-run)", "membership.view_rfmrun"),
    (r"membership:(rfm-customers|rfm-export)", "membership.view_rfmscore"),
    (r"service_desk:(queue|ticket|talk|walk|present|presence|macros|context|attachment)", "service_desk.view_ticket"),
    (r"service_desk:(reply|note|draft)", "service_desk.add_ticketmessage"),
    (r"service_desk:(assign|move|details|merge|bulk|bulk-undo)", "service_desk.change_ticket"),
    (r"orders:(list|order|export)", "fulfillment.view_order"),
    (r"customer", "membership.view_customer"),
    (r"(product|admin:catalog_product_overview)", "catalog.view_product"),
    (r"orders:move", "fulfillment.change_order"),
    (r"restock:(overview|run)", "fulfillment.view_restockrun"),
    (r"restock:(suggestions|suggestion)", "fulfillment.view_restocksuggestion"),
    (r"restock:approve", "fulfillment.approve_restocksuggestion"),
    (r"restock:(suggestion-edit|suggestion-refuse)", "fulfillment.change_restocksuggestion"),
    (r"restock:(orders|order)", "fulfillment.view_purchaseorder"),
    (r"restock:order-send", "fulfillment.send_purchaseorder"),
    (r"restock:(order-expect|order-cancel|order-cancel-rest)", "fulfillment.change_purchaseorder"),
    (r"restock:receive", "fulfillment.receive_purchaseorder"),
    (r"restock:sku", "fulfillment.view_stockbalance"),
    (r"admin:analytics_report_build_now", "kernel.run_jobrun"),
    (r"admin:(fulfillment_restockrun_start_check|membership_rfmrun_segment_now)", "kernel.run_jobrun"),
    (r"admin:kernel_jobrun_repeat", "kernel.run_jobrun"),
    (r"admin:kernel_jobrun_progress", "kernel.view_jobrun"),
    (r"admin:kernel_importbatch_steps", "kernel.view_importbatch"),
    (r"admin:catalog_(listing_set_price|price_withdraw)", "catalog.change_listing"),
    (r"admin:catalog_(sku_set_cost|skucost_import|skucost_process_import)", "catalog.add_skucost"),
    (r"admin:fulfillment_order_parked", "kernel.replay_inboxmessage"),
    (r"admin:membership_customer_unmask", "membership.unmask_customer"),
    (r"admin:auth_user_password_change", "kernel.change_user"),
)
# Tables whose rows services own: looked at, never added, changed or deleted by hand.
ADMIN_PAGE = re.compile(
    r"admin:(?P<table>[a-z_]+?_[a-z]+)_(?P<page>changelist|change|history|simple_history|add|delete|import|process_import|export)$"
)
# Nothing to be refused: answers nobody's data, or asks by POST only.
LEFT_OUT = {
    "admin:app_list",
    "admin:view_on_site",
    "admin:",
    "admin:constance_config_history",
    "admin:constance_config_add",
}


def tables():
    """app_model -> "app.model" for every table in the admin."""
    return {
        f"{m._meta.app_label}_{m._meta.model_name}": (m._meta.app_label, m._meta.model_name)
        for m in admin.site._registry
    }


def permissions_for(name):
    """The permissions of which any opens the address; None where the table says nothing of it."""
    for pattern, permission in PAGES:
        if re.fullmatch(pattern, name):
            return {permission}
    found = ADMIN_PAGE.match(name)
    if found is None or found["table"] not in tables():
        return None
    app, model = tables()[found["table"]]
    actions = {"add": ["add"], "delete": ["delete"], "import": ["change"], "process_import": ["change"]}
    return {f"{app}.{action}_{model}" for action in actions.get(found["page"], ["view", "change"])}


# Three quite different roles always, the others among the slow tests.
ALWAYS = {"service_agent", "warehouse_clerk", "compliance_officer"}
ROLES_ASKED = [role.code if role.code in ALWAYS else pytest.param(role.code, marks=pytest.mark.slow) for role in ROLES]
PAGES_ASKED = sorted(
    {(name, path) for name, path in ALL if name not in OPEN | FOR_ALL_STAFF | LEFT_OUT and not path.startswith("/api/")}
)


def test_the_table_knows_every_address():
    assert [name for name, _path in PAGES_ASKED if permissions_for(name) is None] == []


def person(role, *stores):
    user = User.objects.create_user(f"{role}-{len(stores)}", password="x", is_staff=True)
    group = Group.objects.get(name=role)
    user.groups.add(group)
    for store in stores:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
    client = Client(raise_request_exception=True)
    client.force_login(user)
    return user, client


def is_refused(client, path):
    """Refused, not there, not asked that way, or led to a page that shows nothing of it."""
    answer = client.get(path, follow=True)
    if answer.redirect_chain and answer.redirect_chain[-1][0] in {"/", "/admin/", "/boards/reports/"}:
        return True
    return answer.status_code in {403, 404, 405}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES_ASKED)
def test_a_role_is_refused_what_is_not_its_work(role):
    install_roles()
    user, client = person(role)
    held = user.get_all_permissions()
    wrong = []
    for name, path in PAGES_ASKED:
        if ANY in permissions_for(name) or permissions_for(name) & held:
            continue
        if not is_refused(client, path):
            wrong.append(f"{name} {path}")
    assert wrong == []


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_a_role_opens_what_is_its_work(role):
    install_roles()
    user, client = person(role)
    held = user.get_all_permissions()
    opened = {name: client.get(path) for name, path in PAGES_ASKED if permissions_for(name) & held}
    by_hand = {"add", "delete", "import", "process_import"}
    refused = [
        name
        for name, answer in opened.items()
        # What services own is added and deleted by nobody, whatever a role holds.
        if answer.status_code == 403 and name.rsplit("_", 1)[-1] not in by_hand
    ]
    assert refused == []
    assert not [name for name, answer in opened.items() if answer.status_code >= 500]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "role", ["operations_manager", "director", "supply_planner", "service_lead", "analyst", "auditor"]
)
def test_what_lies_in_a_foreign_store_is_not_there(role):
    install_roles()
    own, foreign = make_store("own"), make_store("foreign")
    rows = {store.code: rows_of(store) for store in (own, foreign)}
    user, client = person(role, own)
    asked = 0
    for (name, permission, key), (_name, _permission, other) in zip(rows["own"], rows["foreign"], strict=True):
        if not user.has_perm(permission):
            continue
        asked += 1
        assert client.get(reverse(name, args=[key])).status_code == 200, name
        assert client.get(reverse(name, args=[other])).status_code == 404, name
    assert asked


def rows_of(store):
    """(address, permission, argument) of one of everything that belongs to a store."""
    sku = make_sku()
    listing = make_listing(store, sku)
    order = make_order(store, line_of(sku), paid="10.00")
    customer = make_customer(first_store=store)
    day = date(2026, 6, 30)
    run = RfmRun.objects.create(store=store, as_of=day, mode="rank", window_days=365)
    report = run_now(REPORT, parameters=report_parameters("daily", day=day), store_code=store.code).result["report"]
    batch = ImportBatch.objects.create(layout="generic", store_code=store.code, file_hash=store.code, file_bytes=1)
    return [
        ("admin:catalog_store_change", "catalog.view_store", store.pk),
        ("admin:catalog_listing_change", "catalog.view_listing", listing.pk),
        ("admin:fulfillment_order_change", "fulfillment.view_order", order.pk),
        ("orders:order", "fulfillment.view_order", order.number),
        ("admin:membership_customer_change", "membership.view_customer", customer.pk),
        ("customer", "membership.view_customer", customer.pk),
        ("admin:membership_rfmrun_change", "membership.view_rfmrun", run.pk),
        ("membership:rfm-run", "membership.view_rfmrun", run.pk),
        ("analytics:report", "analytics.view_report", report),
        ("imports:batch", "kernel.view_importbatch", batch.pk),
    ]
