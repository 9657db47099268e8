"""The restock pages: figures of the overview, the list, scope, roles, languages, query counts."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from config.kernel.models import RoleScope
from config.roles import install_roles
from fulfillment.models import PurchaseOrder, RestockRun, RestockSuggestion
from tests.fulfillment.factories import (
    make_restock_run,
    make_sku,
    make_store,
    make_suggestion,
    make_supplier,
    make_warehouse,
    put_in_stock,
)
from tests.fulfillment.restock_people import (
    arrival,
    forecast_of,
    get,
    make_order,
    on_hand,
    person,
    post,
    text_of,
    with_arithmetic,
)

pytestmark = pytest.mark.django_db(databases="__all__")
MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def roles():
    install_roles()


@pytest.fixture
def planner():
    return person("supply_planner")


@pytest.fixture
def warehouse():
    return make_warehouse("main")


@pytest.fixture
def run():
    return make_restock_run()


# Overview


def test_an_empty_shop_is_told_what_to_do_first(planner):
    page = text_of(get(planner, "overview"))
    assert "No restock check has finished yet" in page
    assert "Enter a warehouse and which stores it serves." in page
    assert reverse("admin:fulfillment_restockrun_start_check") in get(planner, "overview").content.decode()


def test_the_start_button_is_only_for_who_may_start():
    auditor = person("auditor")
    assert reverse("admin:fulfillment_restockrun_start_check") not in get(auditor, "overview").content.decode()


def test_the_overview_adds_up_what_is_open(planner, run, warehouse):
    one, dear = make_supplier("one"), make_supplier("dear", currency="USD")
    make_suggestion(run, make_sku(), warehouse, one, quantity=10)
    make_suggestion(run, make_sku(), warehouse, dear, quantity=3, cost="7.50")
    ordered = make_suggestion(run, make_sku(), warehouse, one, quantity=99)
    RestockSuggestion.objects.filter(pk=ordered.pk).update(state="ordered")
    page = get(planner, "overview").context["page"]
    assert (page.figures.suggestions, page.figures.open, page.figures.units) == (3, 2, 13)
    assert page.figures.values == {"CNY": Decimal("40.00"), "USD": Decimal("22.50")}
    found = {(line.name, line.lines, line.units, line.value, line.currency) for line in page.suppliers}
    assert found == {("one", 1, 10, Decimal("40.00"), "CNY"), ("dear", 1, 3, Decimal("22.50"), "USD")}


def test_the_overview_tells_what_changed_against_the_check_before(planner, warehouse):
    supplier, before, now = make_supplier(), make_restock_run(), make_restock_run()
    skus = [make_sku() for _ in range(5)]
    for sku, quantity in zip(skus[:4], (10, 10, 10, 10), strict=True):
        make_suggestion(before, sku, warehouse, supplier, quantity=quantity)
    RestockSuggestion.objects.update(state="superseded")
    for sku, quantity in zip(skus[1:], (10, 15, 4, 20), strict=True):
        make_suggestion(now, sku, warehouse, supplier, quantity=quantity)
    changes = get(planner, "overview").context["page"].changes
    assert (changes.arrived, changes.gone, changes.more, changes.less, changes.same) == (1, 1, 1, 1, 1)
    assert changes.units == 49 - 40
    assert changes.before == before


def test_an_older_check_says_that_it_is_not_the_newest(planner, run):
    newer = make_restock_run()
    assert get(planner, "overview").context["run"] == newer
    assert "This is not the newest check." in text_of(get(planner, "run", run.pk))
    assert "This is not the newest check." not in text_of(get(planner, "run", newer.pk))
    assert get(planner, "overview", run=run.pk).url == reverse("restock:run", args=[run.pk])


def test_remarks_are_counted_by_kind_and_lead_to_their_rows(planner, run, warehouse):
    supplier = make_supplier()
    rows = [make_suggestion(run, make_sku(), warehouse, supplier) for _ in range(3)]
    RestockSuggestion.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).update(flags=["expedite", "no_cost"])
    RestockSuggestion.objects.filter(pk=rows[2].pk).update(flags=["no_cost"])
    remarks = {(one.code, one.count) for one in get(planner, "overview").context["page"].remarks}
    assert remarks == {("no_cost", 3), ("expedite", 2)}
    assert get(planner, "suggestions", remark="expedite").context["page"].paginator.count == 2


def test_an_unfinished_check_is_not_shown(planner):
    unfinished = RestockRun.objects.create(business_date=date(2026, 11, 1), slot="x")
    assert get(planner, "overview").context.get("run") is None
    assert get(planner, "run", unfinished.pk).status_code == 404


# Scope


def test_who_is_bound_to_a_warehouse_sees_no_other(run, warehouse):
    supplier, other = make_supplier(), make_warehouse("other")
    mine, foreign = make_sku("mine"), make_sku("foreign")
    for sku, place, quantity in ((mine, warehouse, 5), (foreign, other, 70)):
        forecast_of(run, sku, place)
        make_suggestion(run, sku, place, supplier, quantity=quantity)
    bound = person("supply_planner", warehouse="main")
    figures = get(bound, "overview").context["page"].figures
    assert (figures.skus, figures.units) == (1, 5)
    assert [group.units for group in get(bound, "suggestions").context["groups"]] == [5]
    hidden = RestockSuggestion.objects.get(sku=foreign)
    assert get(bound, "suggestion", hidden.pk).status_code == 404
    assert post(bound, "suggestion-edit", hidden.pk, quantity=1, reason="x", seen=70).status_code == 404
    assert post(bound, "suggestion-refuse", hidden.pk, reason="x").status_code == 404
    assert post(bound, "approve", chosen=hidden.pk).status_code == 302
    assert post(bound, "approve", seen=f"{hidden.pk}:70").status_code == 302
    assert not PurchaseOrder.objects.exists()
    hidden.refresh_from_db()
    assert (hidden.state, hidden.quantity) == ("open", 70)


def test_a_check_of_foreign_warehouses_alone_is_not_there(run, warehouse):
    forecast_of(run, make_sku(), make_warehouse("other"))
    bound = person("supply_planner", warehouse="main")
    assert get(bound, "run", run.pk).status_code == 404


def test_a_foreign_purchase_order_is_not_there(planner, run, warehouse):
    order = make_order(planner, run, make_warehouse("other"))
    bound = person("supply_planner", warehouse="main")
    assert get(bound, "order", order.pk).status_code == 404
    assert get(bound, "receive", order.pk).status_code == 404
    for name in ("order-send", "order-expect", "order-cancel", "receive"):
        assert post(bound, name, order.pk).status_code == 404
    assert list(get(bound, "orders").context["page"].object_list) == []


def test_the_stock_card_adds_up_only_what_is_in_reach(warehouse):
    sku, other = make_sku(), make_warehouse("other")
    put_in_stock(sku, warehouse, 7)
    put_in_stock(sku, other, 100)
    bound = get(person("warehouse_clerk", warehouse="main"), "sku", sku.pk)
    assert bound.context["sums"]["on_hand"] == 7
    assert len(bound.context["movements"]) == 1
    assert get(person("warehouse_clerk"), "sku", sku.pk).context["sums"]["on_hand"] == 107


def test_the_lists_behind_the_pages_keep_to_the_warehouses_in_reach(planner, run, warehouse):
    other = make_warehouse("other")
    own, foreign = (forecast_of(run, make_sku(), place) for place in (warehouse, other))
    bound = person("supply_planner", warehouse="main")
    address = "admin:fulfillment_skuforecast_change"
    assert bound.get(reverse(address, args=[own.pk])).status_code == 200
    assert bound.get(reverse(address, args=[foreign.pk])).status_code == 404
    # The figures of a check of all stores are the totals of all.
    totals = "admin:fulfillment_restockrun_changelist"
    assert planner.get(reverse(totals)).context["cl"].result_count == 1
    assert bound.get(reverse(totals)).context["cl"].result_count == 0


# The list


def test_groups_carry_totals_and_what_is_missing_to_the_minimum(planner, run, warehouse):
    low, fine = make_supplier("low", minimum="100.00"), make_supplier("fine", minimum="40.00")
    for supplier in (low, low, fine):
        make_suggestion(run, make_sku(), warehouse, supplier)
    groups = get(planner, "suggestions").context["groups"]
    found = [(group.supplier, group.lines, group.units, group.value, group.shortfall) for group in groups]
    assert found == [
        ("fine", 1, 10, Decimal("40.00"), Decimal("0.00")),
        ("low", 2, 20, Decimal("80.00"), Decimal("20.00")),
    ]
    assert "¥20.00 short of it" in text_of(get(planner, "suggestions"))


def test_totals_of_a_group_are_over_all_pages(planner, run, warehouse):
    supplier = make_supplier()
    for _ in range(60):
        make_suggestion(run, make_sku(), warehouse, supplier, quantity=1)
    first, second = get(planner, "suggestions"), get(planner, "suggestions", page=2)
    assert [len(page.context["groups"][0].rows) for page in (first, second)] == [50, 10]
    assert [page.context["groups"][0].units for page in (first, second)] == [60, 60]


def test_the_list_is_narrowed_by_each_filter(planner, run, warehouse):
    one, other = make_supplier("one"), make_supplier("other")
    nuts, tea = make_sku("NUTS-1"), make_sku("TEA-1")
    tea.product.name = "绿茶"
    tea.product.save()
    second = make_warehouse("second")
    make_suggestion(run, nuts, warehouse, one)
    make_suggestion(run, tea, second, other)
    forecast_of(run, nuts, warehouse)
    forecast_of(run, tea, second, velocity_class="long_tail", demand_class="lumpy")

    def codes(**query):
        groups = get(planner, "suggestions", **query).context["groups"]
        return [row.suggestion.sku.code for group in groups for row in group.rows]

    assert codes(supplier=one.pk) == codes(warehouse=warehouse.pk) == codes(velocity_class="fast") == ["NUTS-1"]
    assert codes(demand_class="lumpy") == codes(q="tea") == codes(q="绿茶") == ["TEA-1"]
    assert (
        codes(supplier="none") == codes(remark="expedite") == codes(q="nothing of it") == codes(state="ordered") == []
    )
    assert codes(run=run.pk) == codes() == ["NUTS-1", "TEA-1"]
    assert codes(remark="no such") == codes(state="prepared") == codes(supplier="²") == codes(run="x") == []
    assert "Nothing matches these filters." in text_of(get(planner, "suggestions", q="nothing of it"))


def test_what_the_check_knew_stands_in_the_row(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    result = with_arithmetic(suggestion)
    row = get(planner, "suggestions").context["groups"][0].rows[0]
    assert (row.available, row.incoming, row.daily_mean, row.pack) == (14, 6, 5.0, 12)
    assert (row.reorder_point, row.order_up_to) == (result.reorder_point, result.order_up_to)


# Roles


def test_a_warehouse_clerk_receives_but_decides_nothing(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    clerk = person("warehouse_clerk")
    for name, key in (("suggestion-edit", suggestion.pk), ("suggestion-refuse", suggestion.pk)):
        assert post(clerk, name, key).status_code == 403
    assert post(clerk, "approve", chosen=suggestion.pk).status_code == 403
    for name in ("order-send", "order-expect", "order-cancel"):
        assert post(clerk, name, order.pk).status_code == 403
    page = get(clerk, "suggestion", suggestion.pk)
    assert (page.context["edit_form"], page.context["refuse_form"]) == (None, None)
    assert 'name="chosen"' not in get(clerk, "suggestions").content.decode()
    line = order.lines.get(quantity=10)
    assert arrival(clerk, order, (line, {"accepted": 2})).status_code == 302
    assert on_hand(line.sku) == 2


def test_an_auditor_looks_and_touches_nothing(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    auditor = person("auditor")
    for name, keys in (("overview", []), ("suggestions", []), ("suggestion", [suggestion.pk]), ("orders", [])):
        assert get(auditor, name, *keys).status_code == 200
    page = get(auditor, "order", order.pk)
    assert not (page.context["can_send"] or page.context["can_receive"] or page.context["expected_form"])
    assert get(auditor, "receive", order.pk).status_code == 403
    assert post(auditor, "receive", order.pk).status_code == 403
    assert post(auditor, "approve", chosen=suggestion.pk).status_code == 403
    assert get(auditor, "sku", suggestion.sku_id).status_code == 200


def test_who_has_no_business_here_is_refused():
    agent = person("service_agent")
    for name in ("overview", "suggestions", "orders"):
        assert get(agent, name).status_code == 403
    answer = get(Client(), "overview")
    assert answer.status_code == 302
    assert "login" in answer.url


# Languages and speed


def test_no_page_asks_more_the_more_there_is(planner, run, warehouse, django_assert_max_num_queries):
    supplier = make_supplier()
    rows = [make_suggestion(run, make_sku(), warehouse, supplier) for _ in range(3)]
    order = make_order(planner, run, warehouse)
    counts = [count_queries(planner, rows[0], order, django_assert_max_num_queries)]
    for _ in range(30):
        sku = make_sku()
        with_arithmetic(make_suggestion(run, sku, make_warehouse(), make_supplier()))
        forecast_of(run, sku, warehouse)
        put_in_stock(rows[0].sku, make_warehouse(), 3)
    counts.append(count_queries(planner, rows[0], order, django_assert_max_num_queries))
    assert counts[0] == counts[1]


def count_queries(client, suggestion, order, most) -> dict[str, int]:
    """How many queries each page makes, none above the most."""
    pages = [
        ("overview", []),
        ("suggestions", []),
        ("suggestion", [suggestion.pk]),
        ("orders", []),
        ("order", [order.pk]),
        ("receive", [order.pk]),
        ("sku", [suggestion.sku_id]),
    ]
    counts = {}
    for name, keys in pages:
        get(client, name, *keys)
        with most(MOST_QUERIES) as captured:
            assert get(client, name, *keys).status_code == 200
        counts[name] = len(captured)
    return counts


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages(run, warehouse, language):
    client = person("supply_planner", language=language)
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    with_arithmetic(suggestion)
    RestockSuggestion.objects.filter(pk=suggestion.pk).update(flags=["expedite"])
    forecast_of(run, suggestion.sku, warehouse)
    order = make_order(client, run, warehouse)
    for name, keys in (
        ("overview", []),
        ("suggestions", []),
        ("suggestion", [suggestion.pk]),
        ("orders", []),
        ("order", [order.pk]),
        ("receive", [order.pk]),
        ("sku", [suggestion.sku_id]),
    ):
        answer = get(client, name, *keys)
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()
    words = {"en": "Restock suggestions", "zh-hans": "补货建议"}
    assert words[language] in text_of(get(client, "suggestions"))


def test_a_store_role_sees_the_warehouses_that_supply_its_store(run):
    store = make_store("own")
    own, other = make_warehouse("own-place", store=store), make_warehouse("other-place")
    supplier = make_supplier()
    mine = make_suggestion(run, make_sku(), own, supplier)
    foreign = make_suggestion(run, make_sku(), other, supplier)
    client = person("supply_planner")
    RoleScope.objects.create(user=client.user, group=Group.objects.get(name="supply_planner"), kind="store", code="own")
    assert get(client, "suggestion", mine.pk).status_code == 200
    assert get(client, "suggestion", foreign.pk).status_code == 404
