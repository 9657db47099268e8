"""Daily stock of the past."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from fulfillment.models import StockBalance, StockMovement, StockSnapshot
from tests.fulfillment.factories import make_sku, make_warehouse
from tests.fulfillment.import_files import write_table

pytestmark = pytest.mark.django_db
HEADINGS = ("日期", "仓库编码", "SKU", "On hand", "占用", "缺货小时")


def run(path: Path) -> tuple[dict[str, str], str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_stock_history", str(path), stdout=out, stderr=err, skip_checks=True)
    return dict(pair.split("=") for pair in out.getvalue().split()), err.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    make_sku("A-1"), make_warehouse("w")
    rows = [("2026-03-01", "w", "A-1", "7", "2", "1.5"), ("2026-03-02", "w", "A-1", "0", "", "")]
    return write_table(tmp_path / "stock.csv", HEADINGS, rows)


def test_it_writes_snapshots_and_moves_no_stock(file: Path) -> None:
    figures, _ = run(file)
    assert figures == {"rows": "2", "snapshots": "2", "updated": "0", "unchanged": "0", "rejected": "0"}
    columns = ("day", "on_hand", "reserved", "out_of_stock_seconds", "source")
    assert list(StockSnapshot.objects.order_by("day").values_list(*columns)) == [
        (date(2026, 3, 1), 7, 2, 5400, "import"),
        (date(2026, 3, 2), 0, 0, 0, "import"),
    ]
    assert not StockMovement.objects.exists()
    assert not StockBalance.objects.exists()


def test_the_same_again_changes_nothing_and_another_figure_replaces(file: Path) -> None:
    run(file)
    assert run(file)[0]["unchanged"] == "2"
    write_table(file, HEADINGS, [("2026-03-01", "w", "A-1", "8", "", "")])
    assert run(file)[0]["updated"] == "1"
    assert StockSnapshot.objects.get(day="2026-03-01").on_hand == 8


def test_our_own_snapshots_stay_and_bad_rows_come_back_with_reasons(file: Path) -> None:
    run(file)
    StockSnapshot.objects.filter(day="2026-03-01").update(source="own")
    rows = [
        ("2026-03-01", "w", "A-1", "99", "", ""),
        ("2026-03-03", "elsewhere", "A-1", "1", "", ""),
        ("2026-03-03", "w", "Z", "1", "", ""),
        ("2026-03-03", "w", "A-1", "-1", "", "25"),
        ("2026-03-04", "w", "A-1", "4", "", ""),
    ]
    write_table(file, HEADINGS, rows)
    with translation.override("en"):
        figures, err = run(file)
    assert (figures["snapshots"], figures["rejected"]) == ("1", "4")
    assert StockSnapshot.objects.get(day="2026-03-01").on_hand == 7
    found = list(csv.reader(io.StringIO(Path(err.split(": ")[1].strip()).read_text("utf-8-sig"))))
    reasons = {row[-2]: row[-1] for row in found[1:]}
    assert reasons["2"].startswith("The stock of this day was counted here")
    assert (reasons["3"], reasons["4"]) == ("There is no warehouse with this code.", "There is no SKU with this code.")
    assert reasons["5"].count("\n") == 1


def test_a_file_without_a_needed_column_is_refused_in_one_line(tmp_path: Path) -> None:
    path = write_table(tmp_path / "s.csv", HEADINGS[:3], [("2026-03-01", "w", "A-1")])
    with translation.override("en"), pytest.raises(CommandError, match="On hand"):
        run(path)
