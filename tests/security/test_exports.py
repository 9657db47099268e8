"""Every file that leaves the house for a spreadsheet: no cell of it is run, and figures stay figures."""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from analytics.jobs import KIND as REPORT
from analytics.jobs import report_parameters
from analytics.services.rollups import rebuild_stale_days as rebuild_rollups
from catalog.admin.base import SheetPages
from catalog.models import DailySales, Product
from catalog.sheets.goods import ProductResource
from config.kernel.importing.export import TRIGGERS, plain_cell, safe_cell, write_csv, write_xlsx
from config.kernel.importing.handlers import known_layouts
from config.kernel.jobs import run_now
from config.kernel.models import User
from fulfillment.services.daily import rebuild_stale_days
from membership.models import Customer, CustomerIdentity, RfmRun
from tests.architecture.test_addresses import ALL
from tests.fulfillment.factories import NOON, line_of, make_listing, make_order, make_sku, make_store
from tests.fulfillment.import_files import GENERIC, generic_row, import_file, write_table

pytestmark = pytest.mark.django_db(databases="__all__")
ROOT = Path(__file__).parents[2]
DAY = NOON.date()
ATTACKS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1+1", "＠x")
FIGURE = re.compile(r"[+-]?\d+(\.\d+)?")
# Addresses that give files; whoever adds one adds it to the walk below.
FILES = {
    "analytics:export", "analytics:table", "imports:blank", "imports:errors", "membership:rfm-export", "orders:export",
}  # fmt: skip
PICTURES_AND_SUCH = {"analytics:picture", "service_desk:attachment", "demo-example"}


def is_run(cell):
    """Whether a spreadsheet takes this text for a formula: written here, not asked of the code."""
    return isinstance(cell, str) and cell[:1] in set("=+-@\t\r\n＝＋－＠") and not FIGURE.fullmatch(cell)


def cells_of(content):
    """Every cell of a CSV or XLSX file; a formula of a workbook as the text that begins with its sign."""
    if content.startswith(b"PK"):
        book = load_workbook(io.BytesIO(content))
        return [cell.value for sheet in book for row in sheet.rows for cell in row]
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def content_of(answer):
    assert answer.status_code == 200, answer
    return answer.getvalue() if answer.streaming else answer.content


@pytest.fixture
def client():
    browser = Client()
    browser.force_login(User.objects.create_superuser("li", password="x", language="en"))
    return browser


@pytest.fixture
def shop():
    """A shop in which everything has a name that a spreadsheet would run."""
    store = make_store("shop")
    type(store).objects.update(name="=1+1", english_name="=1+1")
    for place, attack in enumerate(ATTACKS):
        # Pictures of a report draw names and codes: no font has a sign for a tab or a line's end.
        drawn = attack if attack[0] not in "\t\r\n" else "=1+1"
        sku = make_sku(f"{drawn}{place}")
        Product.objects.filter(pk=sku.product_id).update(name=drawn, english_name=drawn)
        make_listing(store, sku, code=f"{attack}-{place}")
        make_order(store, line_of(sku), paid="10.00", number=f"{attack}.{place}")
        DailySales.objects.get_or_create(store=store, sku=sku, day=DAY, defaults={"units": 1, "revenue": 1})
    rebuild_stale_days()
    rebuild_rollups()
    return store


def test_the_walk_knows_every_address_that_gives_a_file():
    pattern = re.compile(r"export|table|errors|blank|csv|xlsx|download|attachment|picture|example")
    found = {name for name, path in ALL if pattern.search(f"{name} {path}") and not name.startswith("admin:")}
    assert found - PICTURES_AND_SUCH == FILES
    in_admin = {name for name, _path in ALL if name.startswith("admin:") and name.endswith("_export")}
    tables = {f"admin:{model._meta.app_label}_{model._meta.model_name}_export" for model in sheets()}
    assert in_admin == tables


def sheets():
    return {model: page for model, page in admin.site._registry.items() if isinstance(page, SheetPages)}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_order_list_the_boards_and_the_reports_hold_nothing_that_is_run(client, shop, kind):
    days = {"first": DAY.isoformat(), "last": DAY.isoformat()}
    links = []
    for board in ("sales", "members", "stock", "service", "today"):
        page = client.get(reverse(f"analytics:{board}"), days).content.decode()
        links += re.findall(rf'href="(/boards/[a-z]+/tables/[^"]+\.{kind}[^"]*)"', page)
    assert len(links) > 5
    cells = [cell for link in links for cell in cells_of(content_of(client.get(link.replace("&amp;", "&"))))]
    orders = cells_of(content_of(client.get(reverse("orders:export", args=[kind]))))
    report = run_now(REPORT, parameters=report_parameters("daily", day=DAY), store_code=shop.code).result["report"]
    table = cells_of(content_of(client.get(reverse("analytics:table", args=[report]))))
    assert {f"'{attack}.{place}" for place, attack in enumerate(ATTACKS) if attack[0] in "=+-@"} <= set(orders)
    assert [cell for cell in (*cells, *orders, *table) if is_run(cell)] == []


def test_the_scores_hold_nothing_that_is_run_on_the_page_and_by_command(client, shop, tmp_path, monkeypatch):
    Customer.objects.update(number="=1+1")
    CustomerIdentity.objects.update(value="=1+1")
    call_command(
        "segment_customers", "--as-of", DAY.isoformat(), "--mode", "thresholds", "--output", str(tmp_path / "x")
    )
    run = RfmRun.objects.get()
    for kind in ("csv", "xlsx"):
        cells = cells_of(content_of(client.get(reverse("membership:rfm-export", args=[run.pk, kind]))))
        assert "'=1+1" in cells
        assert [cell for cell in cells if is_run(cell)] == []
    cells = cells_of((tmp_path / "x").read_bytes())
    assert (cells[0], "'=1+1" in cells, [cell for cell in cells if is_run(cell)]) == ("customer", True, [])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_of_rejected_rows_holds_nothing_that_is_run_not_even_in_its_headings(client, shop, tmp_path, kind):
    rows = [generic_row(f"T{place}", Title=attack, Quantity="many") for place, attack in enumerate(ATTACKS)]
    headings = [*GENERIC, "=HYPERLINK(1)", "\x01odd"]
    batch = import_file(write_table(tmp_path / "x.csv", headings, [[*row, "", ""] for row in rows]), layout="generic")
    cells = cells_of(content_of(client.get(reverse("imports:errors", args=[batch.pk, kind]))))
    assert {"'=HYPERLINK(1)", "'=1+1", "'@SUM(1)"} <= set(cells)
    assert [cell for cell in cells if is_run(cell)] == []


def test_the_empty_tables_hold_nothing_that_is_run(client):
    for layout in known_layouts():
        cells = cells_of(content_of(client.get(reverse("imports:blank", args=[layout]))))
        assert cells
        assert [cell for cell in cells if is_run(cell)] == []


def test_no_sheet_of_the_admin_holds_anything_that_is_run(client, shop):
    seen = 0
    for model, page in sheets().items():
        for resource in page.get_export_resource_classes(None):
            table = resource().export(model._default_manager.all())
            seen += len(table)
            assert [cell for row in table for cell in row if is_run(cell)] == [], resource
    assert seen >= 3 * len(ATTACKS)


def test_a_sheet_of_the_admin_leaves_as_a_workbook_even_with_control_characters(client, shop):
    Product.objects.filter(name="=1+1").update(name="=1\x0b+1")
    address = reverse("admin:catalog_product_export")
    form = client.get(address).context["form"]
    formats = {label: value for value, label in form.fields["format"].choices}
    fields = {name: "on" for name in form.fields if name.startswith("productresource_")}
    cells = cells_of(content_of(client.post(address, {"format": formats["xlsx"], "resource": "", **fields})))
    assert "'@SUM(1)" in cells
    assert [cell for cell in cells if is_run(cell)] == []


def test_a_sheet_that_comes_back_as_it_left_changes_nothing(shop):
    before = list(Product.objects.order_by("pk").values_list("code", "name"))
    table = ProductResource().export(Product.objects.order_by("pk"))
    result = ProductResource().import_data(table)
    assert not result.has_errors()
    assert not result.has_validation_errors()
    assert list(Product.objects.order_by("pk").values_list("code", "name")) == before


@pytest.mark.parametrize("text", [*ATTACKS, "'=1", "plain", "'plain", "-5", "", "'"])
def test_what_was_made_safe_comes_back_as_it_was(text):
    assert plain_cell(safe_cell(text)) == (text[1:] if text == "'=1" else text)


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_figures_below_zero_stay_figures(write):
    stream = io.BytesIO()
    write(stream, headings=["n"], rows=[[Decimal("-5.25")], [-3], [-0.5], ["-7"], [date(2026, 1, 2)]])
    cells = [str(cell) for cell in cells_of(stream.getvalue())]
    assert cells[:5] == ["n", "-5.25", "-3", "-0.5", "-7"]


def test_tables_for_spreadsheets_are_written_in_one_place():
    pattern = re.compile(r"csv\.(Dict)?[wW]riter|openpyxl import .*Workbook|Workbook\(|tablib|\.to_csv\(")
    paths = [path for path in ROOT.glob("*/**/*.py") if not {".venv", "tests", "var"} & set(path.parts)]
    writers = {str(path.relative_to(ROOT)) for path in paths if pattern.search(path.read_text(encoding="utf-8"))}
    # The demo's history is a file to import, made of the demo's own words.
    assert writers == {"config/kernel/importing/export.py", "config/demo/history_file.py"}
    assert set("=+-@\t\r\n") <= set(TRIGGERS)
