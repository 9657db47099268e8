"""Goods, listings and costs as spreadsheets: by code, each bad cell told in its row, nothing past the services."""

from datetime import date
from decimal import Decimal

import pytest
import tablib
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from catalog.models import Listing, Product, Sku, SkuCost
from catalog.services import set_cost
from catalog.sheets import CostResource, ListingResource, ProductResource, SkuResource
from config.kernel.models import AuditEntry, RoleScope, User
from tests.catalog.factories import make_listing, make_sku, make_store

pytestmark = pytest.mark.django_db
COSTS = ["sku", "amount", "valid_from", "reason"]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def bring(resource, headers, *rows, user=None):
    """Import rows as the admin does; what was refused, by row: the cell's name and its words."""
    outcome = resource().import_data(tablib.Dataset(*rows, headers=headers), use_transactions=True, user=user)
    refused = {row.number: row.error_dict for row in outcome.invalid_rows}
    refused |= {row.number: [str(error.error) for error in row.errors] for row in outcome.error_rows}
    return [str(error.error) for error in outcome.base_errors], refused


def person_with(*permissions, store=None):
    user = User.objects.create_user(f"user-{User.objects.count()}", password="x", is_staff=True)
    group = Group.objects.create(name=f"role-{user.pk}")
    group.permissions.set(Permission.objects.filter(codename__in=permissions))
    user.groups.add(group)
    if store:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
    return user


def test_costs_come_as_dated_rows_with_who_brought_them():
    sku, person = make_sku("A"), person_with()
    assert bring(CostResource, COSTS, ["A", "5.25", "2026-03-01", "new contract"], user=person) == ([], {})
    cost = SkuCost.objects.get()
    assert (cost.amount, cost.valid_from, cost.source) == (Decimal("5.2500"), date(2026, 3, 1), "import")
    assert (cost.actor, cost.reason) == (person, "new contract")
    sku.refresh_from_db()
    assert sku.unit_cost == Decimal("5.2500")
    assert AuditEntry.objects.get(action="cost.set").after == {"cost": "5.25", "since": "2026-03-01"}


def test_every_changed_cost_of_a_sheet_stands_in_the_trail_of_its_sku_with_what_held_before():
    made, dated = make_sku("A", unit_cost=Decimal(9)), make_sku("B")
    set_cost(dated, amount=Decimal(3), since=date(2026, 1, 1))
    rows = [
        ["A", "5", "2026-03-01", "new contract"],
        ["B", "3", "2026-01-01", ""],
        ["A", "6", "2026-04-01", ""],
        ["B", "2", "2025-12-01", ""],
        ["B", "4", "2026-02-01", ""],
    ]
    assert bring(CostResource, COSTS, *rows) == ([], {})
    entries = AuditEntry.objects.filter(action="cost.set").exclude(batch_ref="").order_by("pk")
    told = [(e.object_label, e.before["cost"], e.after["cost"], e.after["since"], e.reason) for e in entries]
    assert told == [
        ("A", "9.0000", "5", "2026-03-01", "new contract"),
        ("A", "5", "6", "2026-04-01", ""),
        ("B", None, "2", "2025-12-01", ""),
        ("B", "3.0000", "4", "2026-02-01", ""),
    ]
    assert [(e.object_type, e.object_id) for e in entries[::2]] == [
        ("catalog.Sku", str(made.pk)),
        ("catalog.Sku", str(dated.pk)),
    ]
    assert len({e.batch_ref for e in entries}) == 1
    assert dict(Sku.objects.values_list("code", "unit_cost")) == {"A": Decimal(6), "B": Decimal(4)}


def test_a_sheet_of_costs_makes_as_many_statements_for_five_rows_as_for_fifty():
    for number in range(55):
        make_sku(f"S{number}")
    made = []
    for first, last in ((0, 5), (5, 55)):
        rows = [[f"S{number}", "5", "2026-03-01", ""] for number in range(first, last)]
        with CaptureQueriesContext(connection) as statements:
            assert bring(CostResource, COSTS, *rows) == ([], {})
        made.append(len(statements))
    assert made[0] == made[1] <= 20
    assert AuditEntry.objects.filter(action="cost.set").count() == 55


def test_the_same_sheet_again_changes_nothing_and_a_correction_can_be_taken_back():
    make_sku("A")
    for amount in ("4", "4", "4.4", "4.40", "4"):
        assert bring(CostResource, COSTS, ["A", amount, "2026-03-01", ""]) == ([], {})
    assert list(SkuCost.objects.order_by("pk").values_list("amount", flat=True)) == [4, Decimal("4.4"), 4]


def test_of_rows_of_one_day_in_one_sheet_what_the_row_before_says_is_left_out():
    make_sku("A")
    rows = [["A", amount, "2026-03-01", ""] for amount in ("4", "4", "4.4", "4.40", "4")]
    assert bring(CostResource, COSTS, *rows) == ([], {})
    assert list(SkuCost.objects.order_by("pk").values_list("amount", flat=True)) == [4, Decimal("4.4"), 4]


def test_cells_of_a_workbook_are_read_as_they_come():
    make_sku("A")
    assert bring(CostResource, COSTS, ["A", 5.25, date(2026, 3, 1), None]) == ([], {})
    assert SkuCost.objects.get().amount == Decimal("5.25")


def test_every_bad_row_of_costs_is_told_at_its_cell_and_nothing_goes_in():
    make_sku("A")
    rows = [
        ["A", "5", "2026-03-01", ""],
        ["nobody", "5", "2026-03-01", ""],
        ["A", "five", "2026-03-01", ""],
        ["A", "-5", "2026-03-01", ""],
        ["A", "NaN", "2026-03-01", ""],
        ["A", "1.23456", "2026-03-01", ""],
        ["A", "5", "31.31.2026", ""],
        ["", "", "", ""],
        ["A", "5", "2026-03-01", "x" * 201],
    ]
    whole, refused = bring(CostResource, COSTS, *rows)
    assert whole == []
    assert refused == {
        2: {"sku": ["nobody is not known here."]},
        3: {"amount": ["Enter a number."]},
        4: {"amount": ["Ensure this value is greater than or equal to 0."]},
        5: {"amount": ["Enter a number."]},
        6: {"amount": ["Ensure that there are no more than 4 decimal places."]},
        7: {"valid_from": ["Enter a valid date."]},
        8: dict.fromkeys(["sku", "amount", "valid_from"], ["This field is required."]),
        9: {"reason": ["Ensure this value has at most 200 characters (it has 201)."]},
    }
    assert not SkuCost.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_sheet_without_its_columns_is_refused_as_a_whole():
    whole, refused = bring(CostResource, ["sku", "unit_cost"], ["A", "5"])
    assert (whole, refused) == (["['The sheet lacks these columns: amount, valid_from.']"], {})


def test_a_sheet_of_skus_that_brings_costs_is_refused_aloud():
    sku = make_sku("A")
    set_cost(sku, amount=Decimal(3), since=date(2026, 1, 1))
    whole, _refused = bring(SkuResource, ["code", "product", "barcode", "unit_cost"], ["A", "product-A", "690", "999"])
    assert whole == ["['Costs have a day: leave out unit_cost here, and import them as costs.']"]
    sku.refresh_from_db()
    assert (sku.unit_cost, sku.barcode) == (Decimal(3), "")


def test_no_sheet_reads_or_shows_the_cost_of_a_sku():
    set_cost(make_sku("A"), amount=Decimal("7.1234"), since=date(2026, 1, 1))
    for resource in (SkuResource, ProductResource, ListingResource):
        assert "unit_cost" not in resource().fields
        assert "7.1234" not in resource().export().csv


def test_skus_are_found_by_code_and_what_is_not_said_stays():
    sku = make_sku("A", barcode="690", option_values={"口味": "原味"})
    set_cost(sku, amount=Decimal(3), since=date(2026, 1, 1))
    product = Product.objects.create(code="other", name="other")
    rows = [["A", "other", "5"], ["B", "other", ""]]
    assert bring(SkuResource, ["code", "product", "weight_grams"], *rows) == ([], {})
    sku.refresh_from_db()
    assert (sku.product, sku.weight_grams, sku.barcode) == (product, 5, "690")
    assert (sku.option_values, sku.unit_cost) == ({"口味": "原味"}, Decimal(3))
    assert Sku.objects.get(code="B").unit_cost is None


def test_bad_rows_of_skus_are_told_at_their_cells():
    make_sku("A")
    rows = [["A", "nothing", "active", "{}"], ["A", "product-A", "odd", "{}"], ["A", "product-A", "active", "{"]]
    whole, refused = bring(SkuResource, ["code", "product", "state", "option_values"], *rows)
    assert whole == []
    assert {number: list(cells) for number, cells in refused.items()} == {
        1: ["product"],
        2: ["state"],
        3: ["option_values"],
    }


def test_what_is_exported_can_be_brought_back_and_changes_nothing():
    make_listing(make_store("tmall"), make_sku("A", option_values={"size": "L"}, weight_grams=5))
    set_cost(Sku.objects.get(), amount=Decimal("3.5"), since=date(2026, 1, 1))
    person = User.objects.create_superuser("root", password="x")
    for resource in (ProductResource, SkuResource, ListingResource, CostResource):
        sheet = tablib.Dataset().load(resource().export().csv, format="csv")
        assert len(sheet) == 1
        outcome = resource().import_data(sheet, use_transactions=True, user=person)
        assert [row.error_dict for row in outcome.invalid_rows] == []
        assert (outcome.totals["skip"], outcome.has_errors(), outcome.has_validation_errors()) == (1, False, False)
    assert SkuCost.objects.count() == 1


def test_another_sku_by_a_sheet_of_listings_goes_into_the_trail():
    store, old, new = make_store("tmall"), make_sku("A"), make_sku("B")
    make_listing(store, old, code="x")
    root = User.objects.create_superuser("root", password="x")
    assert bring(ListingResource, ["store", "code", "sku"], ["tmall", "x", "B"], user=root) == ([], {})
    assert Listing.objects.get().sku == new
    entry = AuditEntry.objects.get(action="listing.matched")
    assert (entry.before, entry.after) == ({"sku": old.pk}, {"sku": new.pk})


def test_a_sheet_of_listings_reaches_the_persons_stores_only():
    near, far = make_store("near"), make_store("far")
    make_listing(far, make_sku("A"), code="x")
    make_sku("B", state=Sku.State.RETIRED)
    keeper = person_with("change_listing", store=near)
    rows = [["near", "y", "A"], ["far", "x", "A"], ["near", "z", "B"]]
    _whole, refused = bring(ListingResource, ["store", "code", "sku"], *rows, user=keeper)
    assert refused == {2: ["far is not known here."], 3: {"sku": ["B is retired."]}}
    assert Listing.objects.count() == 1
    assert bring(ListingResource, ["store", "code", "sku"], rows[0], user=keeper) == ([], {})
    assert Listing.objects.filter(store=near).count() == 1


@pytest.mark.parametrize(("permission", "status"), [("view_skucost", 403), ("change_sku", 403), ("add_skucost", 200)])
def test_costs_are_brought_by_who_may_add_them(client, permission, status):
    client.force_login(person_with("view_skucost", permission))
    assert client.get(reverse("admin:catalog_skucost_import")).status_code == status


def upload(client, model, text):
    """Step one: the page with what the sheet would do."""
    sheet = SimpleUploadedFile("sheet.csv", text.encode(), content_type="text/csv")
    return client.post(reverse(f"admin:catalog_{model}_import"), {"format": "0", "import_file": sheet})


def confirm(client, model, shown):
    """Step two: yes."""
    asked = {name: value for name, value in shown.context["confirm_form"].initial.items() if value}
    return client.post(reverse(f"admin:catalog_{model}_process_import"), asked, follow=True).content.decode()


def test_a_sheet_is_shown_before_it_goes_in(admin_client, admin_user):
    make_sku("A")
    shown = upload(admin_client, "skucost", "sku,amount,valid_from\nA,5,2026-03-01\n")
    assert not SkuCost.objects.exists()
    confirm(admin_client, "skucost", shown)
    [cost] = SkuCost.objects.all()
    assert (cost.sku.code, cost.amount, cost.actor) == ("A", Decimal(5), admin_user)


def test_bad_rows_are_told_on_the_page_and_there_is_nothing_to_confirm(admin_client, admin_user):
    admin_user.language = "en"
    admin_user.save()
    shown = upload(admin_client, "skucost", "sku,amount,valid_from\nnobody,5,2026-03-01\n")
    assert "nobody is not known here." in shown.content.decode()
    assert "confirm_form" not in shown.context


def test_a_sheet_whose_rows_went_bad_before_the_yes_brings_nothing_and_says_so(admin_client, admin_user):
    admin_user.language = "en"
    admin_user.save()
    make_sku("A")
    gone = make_sku("B")
    shown = upload(admin_client, "skucost", "sku,amount,valid_from\nA,5,2026-03-01\nB,5,2026-03-01\n")
    gone.delete()
    assert "so nothing came in" in confirm(admin_client, "skucost", shown)
    assert not SkuCost.objects.exists()
