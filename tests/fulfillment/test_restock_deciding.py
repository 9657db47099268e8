"""One suggestion with its arithmetic, its edits, and approving: stale pages and double presses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from config.kernel.models import AuditEntry, User
from config.roles import install_roles
from fulfillment.models import DemandDay, PurchaseOrder, RestockSuggestion, StockSnapshot
from fulfillment.services.approval import approve_suggestions
from fulfillment.services.suggestions import edit_suggestion
from marketing.models import CampaignEvent, EventPeriod
from tests.fulfillment.factories import make_restock_run, make_sku, make_suggestion, make_supplier, make_warehouse
from tests.fulfillment.restock_people import forecast_of, get, person, post, text_of, with_arithmetic

pytestmark = pytest.mark.django_db(databases="__all__")


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
    assert chart["table"]["rows"][25][1:] == ["5", "—", "1", "6", "—"]


def test_the_chart_can_be_read_by_day_with_the_events_of_the_calendar(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier())
    with_arithmetic(suggestion)
    forecast_of(run, suggestion.sku, warehouse)
    last = run.business_date
    DemandDay.objects.create(sku=suggestion.sku, warehouse=warehouse, day=last, units=Decimal(3))
    event = CampaignEvent.objects.create(code="own-day", name="店庆", english_name="Own day")
    EventPeriod.objects.create(
        event=event, year=last.year, phase="sale", starts_on=last - timedelta(days=1), ends_on=last + timedelta(days=2)
    )
    chart = get(planner, "suggestion", suggestion.pk, by="day").context["chart"]
    asked, ahead = (series["values"] for series in chart["data"]["series"])
    assert (len(asked), asked[89:92], ahead[90:93]) == (91 + 28, [0.0, 3.0, None], [None, 2.0, 2.0])
    bands = {band["name"]: (band["from"], band["to"]) for band in chart["data"]["bands"]}
    assert bands["Own day · sale"] == (89, 92)
    assert chart["table"]["rows"][91][1:] == ["—", "2", "—", "—", "Own day · sale"]
    assert [way["is_current"] for way in chart["switch"]] == [False, True]
    weekly = get(planner, "suggestion", suggestion.pk).context["chart"]
    bands = {band["name"]: (band["from"], band["to"]) for band in weekly["data"]["bands"]}
    assert bands["Own day · sale"] == (25, 26)


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
    assert answer.status_code == 200
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
    assert post(planner, "suggestion-refuse", suggestion.pk, reason="").status_code == 200
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
    found = [(plan.supplier, len(plan.lines), plan.units, plan.value, plan.shortfall) for plan in page.context["plans"]]
    assert found == [("one", 2, 20, Decimal("80.00"), 0), ("other", 1, 10, Decimal("40.00"), 10)]
    assert page.context["totals"] == {"CNY": Decimal("120.00")}
    assert "¥10.00 short of it" in text_of(page)
    assert not PurchaseOrder.objects.exists()


def test_below_the_minimum_a_reason_is_asked_for_and_kept(planner, run, warehouse):
    suggestion = make_suggestion(run, make_sku(), warehouse, make_supplier(minimum="50.00"))
    page = post(planner, "approve", chosen=suggestion.pk)
    refused = planner.post(reverse("restock:approve"), confirmed(page, reason=" "))
    assert refused.status_code == 200
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
