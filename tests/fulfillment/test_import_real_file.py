"""The real shop's file, by the command, against an independent reading: on SQLite and on PostgreSQL, in bounded memory."""

import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fulfillment.online_retail_oracle import Reading, read_online_retail
from tests.processes import Place, copy_of
from tests.real_data import real_file

pytestmark = [pytest.mark.real_data, pytest.mark.process, pytest.mark.slow]
MOST_MEGABYTES = 256

# What stands in the tables, by plain SQL, so that nothing of the apps is asked.
QUESTIONS = {
    "orders": "SELECT count(*) FROM fulfillment_order",
    "order_lines": "SELECT count(*) FROM fulfillment_orderline",
    "goods": "SELECT count(*) FROM fulfillment_orderline WHERE kind = 'goods'",
    "gifts": "SELECT count(*) FROM fulfillment_orderline WHERE kind = 'gift'",
    "units": "SELECT sum(quantity) FROM fulfillment_orderline",
    "cancellations": "SELECT count(DISTINCT external_number) FROM fulfillment_refund",
    "refunded": "SELECT sum(amount) FROM fulfillment_refund",
    "customers": "SELECT count(*) FROM membership_customer",
    "skus": "SELECT count(*) FROM catalog_sku",
    "net": "SELECT sum(gross_amount - discount_amount + shipping_amount) FROM fulfillment_salesentry"
    " WHERE kind <> 'adjustment'",
    "adjusted": "SELECT sum(gross_amount) FROM fulfillment_salesentry WHERE kind = 'adjustment'",
    "adjustments": "SELECT count(*) FROM fulfillment_salesentry WHERE kind = 'adjustment'",
    "paid": "SELECT sum(paid_amount) FROM fulfillment_order",
    "purchased": "SELECT sum(amount) FROM membership_purchase",
    "gone_back": "SELECT sum(amount) FROM membership_purchaserefund",
    "daily_revenue": "SELECT sum(revenue) FROM catalog_dailysales",
    "daily_units": "SELECT sum(units) FROM catalog_dailysales",
    "taken_back": "SELECT sum(refunded_quantity) FROM fulfillment_orderline",
    "stock_movements": "SELECT count(*) FROM fulfillment_stockmovement",
}
CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_online_retail(real_file())


@pytest.fixture(params=["migrated_file", "migrated"], ids=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    with copy_of(request.getfixturevalue(request.param), tmp_path / "shop") as found:
        yield found


# The peak of the program itself. What wait() tells of a child counts the size of who started it as well.
MEASURED = """
import runpy, sys
note = sys.argv.pop(1)
del sys.argv[0]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status, open(note, "w") as out:
        out.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def import_real_file(place: Place) -> tuple[dict[str, str], int, float]:
    """(figures of the last line, peak memory in MB, seconds)."""
    started = time.monotonic()
    measure, peak = place.folder / "measure.py", place.folder / "peak"
    measure.write_text(MEASURED)
    done = place.python(
        measure, peak, "manage.py", "import_orders", real_file(), "--layout", "online-retail", "--store", "uk",
        stderr=(place.folder / "progress").open("w"),
    )  # fmt: skip
    told, _nothing = done.communicate()
    assert done.returncode == 0, (place.folder / "progress").read_text()
    figures = dict(pair.split("=") for pair in told.splitlines()[-1].split())
    return figures, int(peak.read_text()) // 1024, time.monotonic() - started


def answers(place: Place) -> dict[str, str]:
    script = (
        "import json, sys\nfrom django.db import connection\ncursor = connection.cursor()\n"
        "for name, question in json.loads(sys.argv[1]).items():\n"
        "    print(name, cursor.execute(question) and '' or '', cursor.fetchone()[0])\n"
    )
    ask = place.folder / "ask.py"
    ask.write_text("import django\ndjango.setup()\n" + script)
    import json

    done = place.run(ask, json.dumps(QUESTIONS))
    assert done.returncode == 0, done.stderr
    return {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines()}


def test_the_real_file_is_read_as_an_independent_reading_reads_it(
    place: Place, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    figures, megabytes, seconds = import_real_file(place)
    with capsys.disabled():
        name = place.database_url.partition(":")[0]
        print(f"\nreal file on {name}: {seconds:.0f} s, {megabytes} MB")
    check_figures(figures, reading)
    found = answers(place)
    check_tables(found, reading)
    assert megabytes <= MOST_MEGABYTES

    again, megabytes, _ = import_real_file(place)
    unchanged = len(reading.order_numbers) + len(reading.cancellation_numbers) + reading.adjustments
    assert again == figures | {"unchanged": str(unchanged), "created": "0"}
    assert answers(place) == found
    assert megabytes <= MOST_MEGABYTES


def check_figures(figures: dict[str, str], reading: Reading) -> None:
    expected = {
        "rows": reading.rows,
        "orders": len(reading.order_numbers),
        "lines": reading.lines,
        "customers": len(reading.customer_ids),
        "cancellations": len(reading.cancellation_numbers),
        "rejected": 0,
        "net_amount": reading.net_amount,
        "adjustments": reading.adjustments,
        "adjustment_amount": reading.adjustment_amount,
        "stock_notes": reading.stock_notes,
        "goods": reading.kinds["goods"],
        "gifts": reading.kinds["gift"],
        "shipping": reading.kinds["shipping"],
        "discounts": reading.kinds["discount"],
        "fees": reading.kinds["fee"],
        "vouchers": reading.kinds["voucher"],
        "unchanged": 0,
    }
    assert {name: figures[name] for name in expected} == {name: str(value) for name, value in expected.items()}


def check_tables(found: dict[str, str], reading: Reading) -> None:
    counts = {
        "orders": len(reading.order_numbers),
        "order_lines": reading.lines - reading.cancellation_lines,
        "gifts": reading.kinds["gift"],
        "units": reading.units_sold,
        "cancellations": len(reading.cancellation_numbers),
        "customers": len(reading.customer_ids),
        "adjustments": reading.adjustments,
        "stock_movements": 0,
    }
    assert {name: int(found[name]) for name in counts} == counts
    sold = reading.net_amount - reading.cancelled_amount
    amounts = {
        "net": reading.net_amount,
        "adjusted": reading.adjustment_amount,
        "refunded": -reading.cancelled_amount,
        "gone_back": -reading.cancelled_amount,
        "paid": sold,
        "purchased": sold,
    }
    # SQLite adds decimals up as floating point numbers.
    assert {name: Decimal(found[name]).quantize(CENT) for name in amounts} == amounts
