"""A file with three kinds of errors: checked, mended in place, broken off and gone on with, mended after, undone."""

import csv
import io

import pytest

from config.kernel.importing import batches
from config.kernel.jobs import work_on_run
from config.kernel.models import ImportBatch, JobRun
from fulfillment.models import Order, OrderLine, SalesEntry
from tests.fulfillment.factories import make_store
from tests.fulfillment.import_files import GENERIC, generic_row

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Rows of the file are counted with its headings: the first order stands in row 2.
ROWS = [
    generic_row("1001"),
    generic_row("1002", quantity="many"),
    generic_row("1002", sku="B-2", quantity="3", unit_price="5.00"),
    generic_row("1003", placed_at="one day"),
    generic_row("1004", unit_price="-9.00"),
    generic_row("1005", quantity="2"),
]
KINDS = {"not_a_number": 3, "not_a_date": 5, "price_negative": 6}
# Not a number; not a date; a negative price; broke off; taken over.
WORDS = {
    "en": (
        "“many” is not a number",
        "“one day” is not a date",
        "below zero",
        "broke off after 4 orders",
        "Row 6 is right",
    ),
    "zh-hans": ("“many”不是数字", "“one day”不是日期", "小于零", "中断", "第 6 行"),
}


@pytest.fixture
def file():
    stream = io.StringIO()
    csv.writer(stream).writerows([GENERIC, *ROWS])
    return {"name": "orders.csv", "mimeType": "text/csv", "buffer": stream.getvalue().encode()}


def a_worker_comes(page, *, until):
    """Do the job that waits; the page, which asks every few seconds, shows its end by itself."""
    page.wait_for_selector("#import-progress")
    work_on_run(JobRun.objects.latest("pk").pk)
    page.wait_for_selector(f".zg-import-{until}")


def counted():
    """(state, rows, good orders, rejected rows, orders written, their amount) of the only import."""
    batch = ImportBatch.objects.get()
    names = ("rows", "orders", "rejected", "created", "net_amount")
    return batch.state, *(batch.figures.get(name) for name in names)


def troubled():
    """Row of the file -> what became of it and why."""
    rows = ImportBatch.objects.get().rows.values_list("row_number", "state", "first_code")
    return {number: (state, code) for number, state, code in rows}


def orders():
    """Number -> (state, what is to be paid), of the orders in the books."""
    return {
        number: (state, str(amount))
        for number, state, amount in Order.objects.values_list("external_number", "state", "payable_amount")
    }


def mend(page, number, **cells):
    """Open a row in place, correct it and send it; `cells` by heading."""
    row = f"#row-{number}"
    page.click(f"{row} a[hx-get]")
    for heading, value in cells.items():
        page.fill(f"{row} #cell-{GENERIC.index(heading.replace('_', ' '))}", value)
    page.click(f"{row} button[type=submit]")
    page.wait_for_selector("#import-rows .zg-good[role=status]")


def test_a_file_with_three_kinds_of_errors_is_mended_resumed_and_undone(
    signed_in, live_server, language, file, monkeypatch
):
    make_store("cn")
    words = dict(zip(("number", "date", "price", "broken", "mended"), WORDS[language], strict=True))
    page = signed_in("operations_manager")

    # Upload.
    page.goto(f"{live_server.url}/imports/")
    page.click("a[href='/imports/new/']")
    page.select_option("select[name=layout]", "generic")
    page.select_option("select[name=store]", "cn")
    page.set_input_files("input[name=file]", file)
    page.click("form[enctype] button[type=submit]")
    page.wait_for_url("**/imports/*/columns/")
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.file_name, batch.store_code) == ("uploaded", "orders.csv", "cn")

    # The columns are suggested; settled, the check begins.
    chosen = page.locator(".zg-import-column select").evaluate_all("list => list.map(one => one.value)")
    assert [chosen[GENERIC.index(name)] for name in ("Order number", "Placed at", "SKU", "Quantity", "Unit price")] == [
        "order_number", "placed_at", "sku_code", "quantity", "unit_price",
    ]  # fmt: skip
    page.fill("#id_save_as", "ours")
    page.click("form:has(.zg-import-columns) button[type=submit]")
    a_worker_comes(page, until="checked")
    assert counted() == ("checked", 6, 2, 4, 2, "30.00")
    assert troubled() == {
        3: ("rejected", "not_a_number"),
        4: ("rejected", "unit_rejected"),
        5: ("rejected", "not_a_date"),
        6: ("rejected", "price_negative"),
    }
    assert orders() == {}, "a check writes nothing"

    # Each kind by itself.
    for (kind, number), said in zip(KINDS.items(), WORDS[language], strict=False):
        page.click(f".zg-import-kinds a[href*='kind={kind}']")
        page.wait_for_url(f"**kind={kind}**")
        assert page.locator(".zg-import-row").evaluate_all("list => list.map(one => one.id)") == [f"row-{number}"]
        assert said in page.locator(".zg-import-row").inner_text()

    # Two of the three are mended in place, the first with the other row of its order.
    page.goto(f"{live_server.url}/imports/{batch.pk}/?kind=not_a_number")
    mend(page, 3, Quantity="2")
    assert counted() == ("checked", 6, 3, 2, 3, "65.00")
    page.goto(f"{live_server.url}/imports/{batch.pk}/")
    mend(page, 5, Placed_at="2026-03-01 09:00:00")
    assert counted() == ("checked", 6, 4, 1, 4, "75.00")
    assert orders() == {}

    # The power goes in the middle of the import: what is written is written, and it says so.
    written = batches._Application._write

    def one_by_one(items, write, **_options):
        for item in items:
            write([item])

    def break_off(self, chunk):
        if chunk[0][1].key == "1005":
            raise OSError("the power is gone")
        written(self, chunk)

    page.click("#import-next a[href$='/apply/']")
    page.wait_for_url("**/apply/")
    page.click("form:has(input[name=shown]) button[type=submit]")
    with monkeypatch.context() as broken:
        broken.setattr(batches, "in_small_commits", one_by_one)
        broken.setattr(batches._Application, "_write", break_off)
        a_worker_comes(page, until="applying + *, #import-next form[action$='/resume/']")
    assert words["broken"] in page.locator("#import-next").inner_text()
    assert sorted(orders()) == ["1001", "1002", "1003"]

    # It goes on where it stopped; nothing comes twice.
    page.click("form[action$='/resume/'] button")
    a_worker_comes(page, until="applied")
    applied = {
        "1001": ("closed", "10.00"),
        "1002": ("closed", "35.00"),
        "1003": ("closed", "10.00"),
        "1005": ("closed", "20.00"),
    }
    assert (counted(), orders()) == (("applied", 6, 4, 1, 4, "75.00"), applied)
    lines = OrderLine.objects.filter(order__external_number="1002").values_list("code", "quantity")
    assert sorted(lines) == [("A-1", 2), ("B-2", 3)]

    # What was left out is mended afterwards and goes in at once.
    mend(page, 6, Unit_price="9.00")
    assert words["mended"] in page.locator("#import-rows [role=status]").inner_text()
    applied["1004"] = ("closed", "9.00")
    assert (counted(), orders()) == (("applied", 6, 5, 0, 5, "84.00"), applied)
    assert {number: state for number, (state, _code) in troubled().items()} == dict.fromkeys((3, 4, 5, 6), "mended")
    sold = list(SalesEntry.objects.values_list("gross_amount", flat=True))
    assert (len(sold), sum(sold)) == (6, 84)

    # Undone, every entry has its reverse and the orders stay to be seen as cancelled.
    page.goto(f"{live_server.url}/imports/{batch.pk}/")
    page.click("#import-next a[href$='/undo/']")
    page.wait_for_url("**/undo/")
    page.click("form.zg-page button[type=submit]")
    a_worker_comes(page, until="undone")
    assert ImportBatch.objects.get().state == "undone"
    # The numbers make room for a corrected file.
    assert orders() == {f"{number}~{batch.pk}": ("cancelled", amount) for number, (_state, amount) in applied.items()}
    booked = list(SalesEntry.objects.values_list("gross_amount", flat=True))
    assert (len(booked), sum(booked)) == (12, 0)
