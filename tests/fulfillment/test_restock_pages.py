"""The restock pages: figures, scope, permissions, stale pages, double presses, receiving in parts, query counts."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.kernel.models import AuditEntry, RoleScope, User
from config.roles import install_roles
from fulfillment.models import (
    DemandDay,
    GoodsReceipt,
    PurchaseOrder,
    RestockRun,
    RestockSuggestion,
    SkuForecast,
    StockBalance,
    StockSnapshot,
)
from fulfillment.replenishment import (
    DemandOutlook,
    InventoryPosition,
    LeadTime,
    LotRules,
    RestockInputs,
    ServicePolicy,
    suggest_restock,
)
from fulfillment.services.approval import approve_suggestions
from fulfillment.services.stock import find_lot
from fulfillment.services.suggestions import edit_suggestion
from tests.fulfillment.factories import (
    make_restock_run,
    make_sku,
    make_store,
    make_suggestion,
    make_supplier,
    make_warehouse,
    put_in_stock,
)

pytestmark = pytest.mark.django_db(databases="__all__")
MOST_QUERIES = 15


@pytest.fixture(autouse=True)
def roles():
    install_roles()


def person(role: str, *, warehouse: str = "", language: str = "en") -> Client:
    """A signed-in person of a role, bound to a warehouse where one is named."""
    user = User.objects.create_user(f"{role}{warehouse}", password="x", is_staff=True, language=language)
    group = Group.objects.get(name=role)
    user.groups.add(group)
    if warehouse:
        RoleScope.objects.create(user=user, group=group, kind="warehouse", code=warehouse)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def planner():
    return person("supply_planner")


@pytest.fixture
def warehouse():
    return make_warehouse("main")


@pytest.fixture
def run():
    return make_restock_run()


def forecast_of(run, sku, warehouse, **values) -> SkuForecast:
    known = {"demand_class": "smooth", "velocity_class": "fast", "method": "ses", "daily_mean": 2.0, "horizon_days": 28}
    return SkuForecast.objects.create(
        run=run, sku=sku, warehouse=warehouse, **{**known, "daily_units": [2.0] * 28, **values}
    )


def text_of(answer) -> str:
    """What the page says, tags and runs of blanks taken out."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def get(client, name, *args, **query):
    return client.get(reverse(f"restock:{name}", args=args), query)


def post(client, name, *args, **values):
    return client.post(reverse(f"restock:{name}", args=args), values)


INPUTS = RestockInputs(
    position=InventoryPosition(on_hand=20, allocated=5, backorders=1, on_order=6, overdue_on_order=6),
    demand=DemandOutlook(interval_mean=40.0, lead_mean=35.0, daily_mean=5.0, daily_std=2.0, history_days=200),
    lead_time=LeadTime(mean_days=7, std_days=1, review_days=1),
    policy=ServicePolicy("cycle", 0.95, 2, 5, max_cover_days=45),
    lot=LotRules(moq=12, pack=12),
)


def with_arithmetic(suggestion):
    """The suggestion as a check would have written it from INPUTS."""
    result = suggest_restock(INPUTS)
    suggestion.inputs, suggestion.arithmetic = INPUTS.to_json(), result.to_json()
    suggestion.quantity = suggestion.suggested_quantity = result.quantity
    suggestion.value = suggestion.unit_cost * result.quantity
    suggestion.save()
    return result


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


# One suggestion


def test_the_arithmetic_is_told_with_its_numbers(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    result = with_arithmetic(suggestion)
    forecast_of(run, suggestion.sku, warehouse, evidence={"backtest": []})
    steps = {step.code: step for step in get(planner, "suggestion", suggestion.pk).context["steps"]}
    assert steps["demand"].formula == "H = L + R = 7 + 1 = 8"
    assert steps["demand"].result == "M = Σf = 40"
    # 8 days of 2² and 5² · 1² of the lead time
    assert steps["variance"].formula.endswith("= 8 × 2² + 5² × 1²")
    assert steps["variance"].result == "V = 57, √V = 7.55"
    assert steps["safety_stock"].formula.endswith(", 10), 25)")
    assert steps["reorder_point"].result == f"s = {result.reorder_point}"
    assert steps["position"].formula == "IP = 20 − 5 − 1 + 6 + 0 + 0"
    assert steps["position"].result == f"IP = 20 ≤ s = {result.reorder_point}"
    assert "6 pieces on order are overdue." in steps["position"].meaning
    need = result.order_up_to - 20
    trail = [(one.quantity, one.moved) for one in steps["rounding"].rounding]
    assert trail[0] == (need, None)
    assert trail[-1][0] == result.quantity == -(-need // 12) * 12
    assert sum(moved or 0 for _quantity, moved in trail) == result.quantity - need


def test_a_suggestion_without_arithmetic_says_so(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    assert "kept without its arithmetic" in text_of(get(planner, "suggestion", suggestion.pk))


def test_the_chart_has_26_weeks_the_forecast_and_days_without_stock(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    with_arithmetic(suggestion)
    forecast_of(run, suggestion.sku, warehouse)
    last = run.business_date
    for days_ago, units in ((0, 3), (6, 2), (7, 10)):
        DemandDay.objects.create(
            sku=suggestion.sku, warehouse=warehouse, day=last - timedelta(days=days_ago), units=Decimal(units)
        )
    StockSnapshot.objects.create(sku=suggestion.sku, warehouse=warehouse, day=last - timedelta(days=1), on_hand=0)
    chart = get(planner, "suggestion", suggestion.pk).context["chart"]
    asked, ahead = (series["values"] for series in chart["data"]["series"])
    assert asked[24:] == [10.0, 5.0, None, None, None, None]
    assert ahead[26:] == [14.0] * 4
    assert chart["data"]["bands"][0] == {"from": 25, "to": 25, "name": "days without stock"}
    assert len(chart["table"]["rows"]) == 30
    assert chart["table"]["rows"][25][1:] == ["5", "—", "1", "6"]


def test_an_edit_keeps_its_reason_and_is_audited(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    answer = post(planner, "suggestion-edit", suggestion.pk, quantity=24, reason="campaign", seen=10)
    assert answer.url == reverse("restock:suggestion", args=[suggestion.pk])
    suggestion.refresh_from_db()
    assert (suggestion.quantity, suggestion.value, suggestion.edit_reason) == (24, Decimal("96.00"), "campaign")
    assert (suggestion.suggested_quantity, suggestion.edited_by) == (10, planner.user)
    entry = AuditEntry.objects.get(action="suggestion.edited")
    assert (entry.before, entry.after, entry.reason) == ({"quantity": 10}, {"quantity": 24}, "campaign")
    assert "10 → 24 · campaign" in text_of(get(planner, "suggestion", suggestion.pk))


def test_an_edit_without_a_reason_keeps_what_was_typed(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    answer = post(planner, "suggestion-edit", suggestion.pk, quantity=24, reason=" ", seen=10)
    assert answer.status_code == 422
    assert answer.context["edit_form"]["quantity"].value() == "24"
    suggestion.refresh_from_db()
    assert suggestion.quantity == 10


def test_a_stale_edit_shows_the_difference_and_changes_nothing(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    colleague = User.objects.create_user("colleague")
    edit_suggestion(suggestion.pk, quantity=36, actor=colleague, reason="big order")
    answer = post(planner, "suggestion-edit", suggestion.pk, quantity=24, reason="campaign", seen=10)
    assert answer.status_code == 409
    page = text_of(answer)
    for words in ("You saw: 10", "It is now: 36, open", "colleague: big order", "You entered: 24 (campaign)"):
        assert words in page
    assert answer.context["edit_form"]["reason"].value() == "campaign"
    suggestion.refresh_from_db()
    assert suggestion.quantity == 36
    seen = answer.context["edit_form"]["seen"].value()
    assert post(planner, "suggestion-edit", suggestion.pk, quantity=24, reason="campaign", seen=seen).status_code == 302
    suggestion.refresh_from_db()
    assert suggestion.quantity == 24


def test_an_edit_of_a_decided_suggestion_says_what_became_of_it(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    approve_suggestions([suggestion.pk], actor=planner.user)
    answer = post(planner, "suggestion-edit", suggestion.pk, quantity=24, reason="campaign", seen=10)
    assert answer.status_code == 409
    assert "It is now: 10, ordered" in text_of(answer)
    assert answer.context["edit_form"] is None


def test_a_refusal_needs_a_reason_and_keeps_it(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    assert post(planner, "suggestion-refuse", suggestion.pk, reason="").status_code == 422
    assert post(planner, "suggestion-refuse", suggestion.pk, reason="delisted").status_code == 302
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.edit_reason) == ("rejected", "delisted")


def test_an_edit_beside_the_lots_of_the_supplier_is_told(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    with_arithmetic(suggestion)
    edit_suggestion(suggestion.pk, quantity=7, actor=planner.user, reason="x")
    page = text_of(get(planner, "suggestion", suggestion.pk))
    assert "7 pieces are not whole packs of 12." in page
    assert "7 pieces are below the supplier's minimum order of 12." in page


# Approving


def confirmed(page, **values):
    return {"seen": page.context["seen"], **values}


def test_the_confirmation_shows_the_totals_of_each_order(planner, run, warehouse):
    one, other = make_supplier("one"), make_supplier("other", minimum="50.00")
    chosen = [make_suggestion(run, make_sku(), warehouse, supplier) for supplier in (one, one, other)]
    page = post(planner, "approve", chosen=[row.pk for row in chosen])
    found = [
        (plan.supplier, len(plan.lines), plan.units, plan.value, plan.low is None) for plan in page.context["plans"]
    ]
    assert found == [("one", 2, 20, Decimal("80.00"), True), ("other", 1, 10, Decimal("40.00"), False)]
    assert page.context["totals"] == {"CNY": Decimal("120.00")}
    assert "¥10.00 short of it" in text_of(page)
    assert not PurchaseOrder.objects.exists()


def test_below_the_minimum_a_reason_is_asked_for_and_kept(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier(minimum="50.00"))
    page = post(planner, "approve", chosen=suggestion.pk)
    refused = planner.post(reverse("restock:approve"), confirmed(page, reason=" "))
    assert refused.status_code == 422
    assert not PurchaseOrder.objects.exists()
    planner.post(reverse("restock:approve"), confirmed(page, reason="season ends"))
    assert PurchaseOrder.objects.get().note == "season ends"


def test_a_double_press_makes_the_orders_once(planner, run, warehouse):
    supplier = make_supplier()
    chosen = [make_suggestion(run, make_sku(), warehouse, supplier) for _ in range(2)]
    page = post(planner, "approve", chosen=[row.pk for row in chosen])
    first = planner.post(reverse("restock:approve"), confirmed(page))
    second = planner.post(reverse("restock:approve"), confirmed(page))
    order = PurchaseOrder.objects.get()
    assert first.url == second.url == reverse("restock:order", args=[order.pk])
    assert order.lines.count() == 2


def test_a_whole_group_is_approved_over_its_pages_within_the_filters(planner, run, warehouse):
    supplier, other = make_supplier(), make_supplier()
    mine = [make_suggestion(run, make_sku(f"in-{place}"), warehouse, supplier, quantity=1) for place in range(55)]
    make_suggestion(run, make_sku("out-1"), warehouse, supplier)
    make_suggestion(run, make_sku("in-other"), warehouse, other)
    page = post(planner, "approve", group=f"{supplier.pk}-{warehouse.pk}", q="in-")
    assert page.context["lines"] == len(mine) == 55
    planner.post(reverse("restock:approve"), confirmed(page))
    assert PurchaseOrder.objects.get().lines.count() == 55


def test_a_quantity_changed_since_the_confirmation_is_shown_before_it_is_ordered(planner, run, warehouse):
    supplier = make_supplier()
    kept, edited, gone = (
        make_suggestion(run, make_sku(code), warehouse, supplier) for code in ("kept", "edited", "gone")
    )
    page = post(planner, "approve", chosen=[kept.pk, edited.pk, gone.pk])
    colleague = User.objects.create_user("colleague")
    edit_suggestion(edited.pk, quantity=25, actor=colleague, reason="x")
    RestockSuggestion.objects.filter(pk=gone.pk).update(state="rejected")
    again = planner.post(reverse("restock:approve"), confirmed(page))
    assert again.status_code == 409
    assert not PurchaseOrder.objects.exists()
    assert "edited: you saw 10, it is now 25." in text_of(again)
    assert "gone is no longer open" in text_of(again)
    planner.post(reverse("restock:approve"), confirmed(again))
    assert sorted(PurchaseOrder.objects.get().lines.values_list("quantity", flat=True)) == [10, 25]


def test_nothing_chosen_leads_back_to_the_list_with_its_filters(planner):
    answer = post(planner, "approve", q="nuts")
    assert answer.url == f"{reverse('restock:suggestions')}?q=nuts"


# Purchase orders


def make_order(client, run, warehouse, *, quantities=(10, 5), skus=None, supplier=None) -> PurchaseOrder:
    """An approved order with a line of each quantity."""
    supplier = supplier or make_supplier()
    skus = skus or [make_sku() for _ in quantities]
    rows = [
        make_suggestion(run, sku, warehouse, supplier, quantity=quantity)
        for sku, quantity in zip(skus, quantities, strict=True)
    ]
    return approve_suggestions([row.pk for row in rows], actor=client.user).orders[0]


def arrival(client, order, *entries, press="a" * 32):
    """Send the receiving form; entries are (line, fields)."""
    values = {"press": press, "line": [line.pk for line, _fields in entries]}
    for line, fields in entries:
        values |= {f"line{line.pk}-{name}": value for name, value in fields.items()}
    return client.post(reverse("restock:receive", args=[order.pk]), values)


def on_hand(sku, bucket="available"):
    return sum(StockBalance.objects.filter(sku=sku, bucket=bucket).values_list("on_hand", flat=True))


def test_an_order_goes_its_way_and_tells_it(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    post(planner, "order-send", order.pk)
    post(planner, "order-send", order.pk)
    day = timezone.localdate() + timedelta(days=3)
    post(planner, "order-expect", order.pk, expected_on=day, seen=order.expected_on, confirmed="1")
    order.refresh_from_db()
    assert (order.state, order.expected_on) == ("confirmed", day)
    words = [row.words for row in get(planner, "order", order.pk).context["history"]]
    assert words[:2] == ["approved with 2 lines", "approved → sent"]
    assert words[2].startswith(f"expected on {day} instead of ")
    assert words[3:] == ["sent → confirmed"]


def test_a_stale_expected_day_is_refused(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    seen, today = order.expected_on, timezone.localdate()
    PurchaseOrder.objects.filter(pk=order.pk).update(expected_on=today + timedelta(days=20))
    answer = post(planner, "order-expect", order.pk, expected_on=today + timedelta(days=3), seen=seen)
    assert answer.status_code == 409
    order.refresh_from_db()
    assert order.expected_on == today + timedelta(days=20)


def test_an_order_of_which_something_came_cannot_be_cancelled(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    line = order.lines.first()
    arrival(planner, order, (line, {"accepted": 1}))
    assert post(planner, "order-cancel", order.pk, reason="too late").status_code == 409
    order.refresh_from_db()
    assert order.state == "part_received"
    assert get(planner, "order", order.pk).context["cancel_form"] is None


def test_goods_come_in_parts(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    ten, five = order.lines.order_by("-quantity")
    arrival(planner, order, (ten, {"accepted": 6, "damaged": 1}), (five, {}))
    order.refresh_from_db()
    assert order.state == "part_received"
    assert (on_hand(ten.sku), on_hand(ten.sku, "damaged"), on_hand(five.sku)) == (6, 1, 0)
    page = get(planner, "receive", order.pk)
    assert {form.line.pk: form.rest for form in page.context["forms"]} == {ten.pk: 3, five.pk: 5}
    arrival(planner, order, (ten, {"accepted": 3}), (five, {"accepted": 5}), press="b" * 32)
    order.refresh_from_db()
    assert order.state == "received"
    assert (on_hand(ten.sku), on_hand(five.sku)) == (9, 5)
    shown = get(planner, "order", order.pk).context
    assert shown["totals"] == {"units": 15, "received": 15, "rest": 0, "amount": Decimal("60.00")}
    assert len(shown["receipts"]) == 2


def test_a_receipt_sent_twice_is_booked_once(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    line = order.lines.get(quantity=10)
    arrival(planner, order, (line, {"accepted": 4}))
    again = planner.get(arrival(planner, order, (line, {"accepted": 4})).url)
    assert GoodsReceipt.objects.count() == 1
    assert on_hand(line.sku) == 4
    assert f"This delivery is booked already as {GoodsReceipt.objects.get().number}." in text_of(again)


def test_more_than_was_ordered_is_refused_in_words_and_books_nothing(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    ten, five = order.lines.order_by("-quantity")
    answer = arrival(planner, order, (ten, {"accepted": 10, "damaged": 1}), (five, {"accepted": 5}))
    assert answer.status_code == 422
    assert "11 entered, but only 10 pieces are still to come." in text_of(answer)
    assert [form["accepted"].value() for form in answer.context["forms"]] == ["10", "5"]
    assert not GoodsReceipt.objects.exists()
    assert on_hand(ten.sku) == on_hand(five.sku) == 0


def test_what_a_colleague_booked_meanwhile_is_no_longer_to_come(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    line = order.lines.get(quantity=10)
    arrival(planner, order, (line, {"accepted": 8}))
    answer = arrival(planner, order, (line, {"accepted": 5}), press="c" * 32)
    assert "5 entered, but only 2 pieces are still to come." in text_of(answer)
    assert on_hand(line.sku) == 8


def test_an_empty_receipt_is_refused(planner, run, warehouse):
    order = make_order(planner, run, warehouse)
    answer = arrival(planner, order, (order.lines.first(), {}))
    assert answer.status_code == 422
    assert "Enter how many pieces came." in text_of(answer)


def test_lots_are_asked_for_where_the_sku_keeps_them(planner, run, warehouse):
    plain, by_lot, expiring = make_sku(), make_sku(), make_sku(shelf_life_days=90)
    find_lot(by_lot, code="OLD")
    order = make_order(planner, run, warehouse, quantities=(5, 5, 5), skus=[plain, by_lot, expiring])
    forms = {form.line.sku_id: form for form in get(planner, "receive", order.pk).context["forms"]}
    assert ["lot_code" in forms[sku.pk].fields for sku in (plain, by_lot, expiring)] == [False, True, True]
    lines = {line.sku_id: line for line in order.lines.all()}
    refused = arrival(
        planner,
        order,
        (lines[by_lot.pk], {"accepted": 5}),
        (lines[expiring.pk], {"accepted": 5, "expires_on": "2027-05-01"}),
    )
    assert "This SKU is kept by lots: enter the lot." in text_of(refused)
    assert "Enter the lot that this expiry belongs to." in text_of(refused)
    arrival(
        planner,
        order,
        (lines[by_lot.pk], {"accepted": 5, "lot_code": "NEW"}),
        (lines[expiring.pk], {"accepted": 5, "lot_code": "E1", "expires_on": "2027-05-01"}),
    )
    balances = StockBalance.objects.filter(sku__in=[by_lot, expiring]).order_by("lot__code")
    assert [(one.lot.code, one.lot.expires_on, one.on_hand) for one in balances] == [
        ("E1", date(2027, 5, 1), 5),
        ("NEW", None, 5),
    ]


def test_a_line_of_another_order_is_not_received(planner, run, warehouse):
    order, other = (make_order(planner, run, warehouse) for _ in range(2))
    foreign = other.lines.first()
    arrival(planner, order, (foreign, {"accepted": 1}))
    assert not GoodsReceipt.objects.exists()
    assert on_hand(foreign.sku) == 0


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


# The stock card


def test_the_stock_card_tells_where_it_lies_and_what_comes(planner, run, warehouse):
    sku = make_sku("CARD")
    put_in_stock(sku, warehouse, 9)
    order = make_order(planner, run, warehouse, quantities=(12,), skus=[sku])
    yesterday = timezone.localdate() - timedelta(days=1)
    PurchaseOrder.objects.filter(pk=order.pk).update(state="sent", expected_on=yesterday)
    make_suggestion(make_restock_run(), sku, warehouse, make_supplier(), quantity=30)
    DemandDay.objects.create(sku=sku, warehouse=warehouse, day=yesterday, units=Decimal(4))
    context = get(planner, "sku", sku.pk).context
    (stock,) = context["stock"]
    assert (stock.on_hand, stock.reserved, stock.available, stock.incoming_units) == (9, 0, 9, 12)
    assert [(one.order, one.quantity, one.is_overdue) for one in stock.incoming] == [(order, 12, True)]
    assert [one.quantity for one in context["suggestions"]] == [30]
    assert context["chart"]["data"]["series"][0]["values"][-1] == 4.0
    assert len(context["chart"]["table"]["rows"]) == 90


def test_movements_go_on_by_key(planner, warehouse):
    sku = make_sku()
    for _ in range(35):
        put_in_stock(sku, warehouse, 1)
    first = get(planner, "sku", sku.pk)
    after = [move.on_hand_after for move in first.context["movements"]]
    assert (after[0], after[-1]) == (35, 6)
    second = get(planner, "sku", sku.pk, before=first.context["older"])
    assert [move.on_hand_after for move in second.context["movements"]] == [5, 4, 3, 2, 1]
    assert second.context["older"] is None


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
