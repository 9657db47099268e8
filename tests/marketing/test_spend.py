"""Channel spend: files in both languages, bad rows kept, repeated and corrected reports, and the ratios."""

from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from config.kernel.errors import DomainError
from config.kernel.importing.batches import apply_batch, check_batch, undo_batch, upload_batch
from config.kernel.importing.mending import mend_row
from config.kernel.models import ImportBatch, ImportRow, User
from marketing.importing.spend import LAYOUT
from marketing.models import ChannelSpend, TrafficSource
from marketing.queries import added_up, spend_totals
from tests.membership.factories import make_store

pytestmark = pytest.mark.django_db
CHINESE = "日期,流量来源,计划名称,展现量,点击量,花费,成交笔数,成交金额,新客数\n"
GOOD = "2026-08-01,搜索直通车,A,10000,300,450.50,12,1200.00,4\n2026/8/2,search-ads,A,0,0,0,0,0,0\n"


@pytest.fixture
def store():
    TrafficSource.objects.create(code="search-ads", name="搜索直通车", english_name="Search ads", family="search")
    TrafficSource.objects.create(code="feed", name="信息流", english_name="Feed ads", family="ads")
    return make_store("shop")


def write(path, text, *, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def command(path, *words):
    told, errors = StringIO(), StringIO()
    call_command("import_spend", str(path), "--store", "shop", *words, stdout=told, stderr=errors)
    return told.getvalue().strip().splitlines()[-1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_report_in_chinese_is_read_exactly(store, tmp_path, encoding):
    figures = command(write(tmp_path / "a.csv", CHINESE + GOOD, encoding=encoding))
    assert figures == "rows=2 created=2 updated=0 unchanged=0 rejected=0 warnings=0 cost=450.50"
    first = ChannelSpend.objects.get(day=date(2026, 8, 1))
    assert (first.source.code, first.plan_name, first.currency) == ("search-ads", "A", "CNY")
    assert (first.impressions, first.clicks, first.cost) == (10000, 300, Decimal("450.50"))
    assert (first.conversions, first.revenue, first.new_customers) == (12, Decimal("1200.00"), 4)


def test_the_same_report_again_changes_nothing_and_a_corrected_one_replaces(store, tmp_path):
    path = write(tmp_path / "a.csv", CHINESE + GOOD)
    command(path)
    assert "created=0 updated=0 unchanged=2" in command(path)
    corrected = write(tmp_path / "b.csv", CHINESE + GOOD.replace("450.50", "460.50"))
    assert "created=0 updated=1 unchanged=1" in command(corrected)
    assert ChannelSpend.objects.get(day=date(2026, 8, 1)).cost == Decimal("460.50")


def test_a_dry_run_writes_nothing(store, tmp_path):
    assert "created=2" in command(write(tmp_path / "a.csv", CHINESE + GOOD), "--dry-run")
    assert not ChannelSpend.objects.exists()


BAD = (
    "2026-08-03,没听过,A,1,1,1,0,0,0\n"
    "2026-13-40,feed,A,1,1,1,0,0,0\n"
    "2099-01-01,feed,A,1,1,1,0,0,0\n"
    "2026-08-04,feed,A,-1,1,1,0,0,0\n"
    "2026-08-05,feed,A,1.5,1,1,0,0,0\n"
    "2026-08-06,feed,A,1,1,-3,0,0,0\n"
    ",feed,A,1,1,1,0,0,0\n"
    "2026-08-07,feed,A,1,1,,0,0,0\n"
    "2026-08-08,feed,A,1,1,1,0,0,0\n"
    "2026-08-08,feed,A,2,1,1,0,0,0\n"
)


def test_each_bad_row_is_kept_with_its_reason_and_the_good_ones_go_in(store, tmp_path):
    figures = command(write(tmp_path / "a.csv", CHINESE + GOOD + BAD))
    assert "rows=12 created=2 updated=0 unchanged=0 rejected=10" in figures
    codes = dict(ImportRow.objects.values_list("row_number", "first_code"))
    assert codes == {
        4: "source_unknown",
        5: "not_a_date",
        6: "day_to_come",
        7: "below_zero",
        8: "not_whole",
        9: "below_zero",
        10: "required_empty",
        11: "required_empty",
        12: "row_repeated",
        13: "row_repeated",
    }


def test_one_bad_row_refuses_the_file_where_that_was_asked(store, tmp_path):
    path = write(tmp_path / "a.csv", CHINESE + GOOD + BAD)
    with pytest.raises(CommandError):
        command(path, "--policy", "reject-all")
    assert not ChannelSpend.objects.exists()


def test_more_clicks_than_impressions_is_a_warning(store, tmp_path):
    figures = command(write(tmp_path / "a.csv", CHINESE + "2026-08-01,feed,A,10,20,1,0,0,0\n"))
    assert "rejected=0 warnings=1" in figures


def test_a_rejected_row_is_mended_and_written(store, tmp_path):
    command(write(tmp_path / "a.csv", CHINESE + GOOD + "2026-08-03,没听过,A,1,1,1,0,0,0\n"))
    row = ImportRow.objects.get()
    mender = User.objects.create_user("m", password="x", is_superuser=True)
    mend_row(row, values={"流量来源": "feed"}, by=mender)
    assert ChannelSpend.objects.get(day=date(2026, 8, 3)).source.code == "feed"


def test_an_unknown_store_is_said_and_nothing_is_made(tmp_path):
    path = write(tmp_path / "a.csv", CHINESE + GOOD)
    with pytest.raises(CommandError, match="no store"):
        call_command("import_spend", str(path), "--store", "nowhere")
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("text", ["日期,花费\n2026-08-01,1\n", "", CHINESE])
def test_a_file_without_the_columns_or_rows_is_refused_in_words(store, tmp_path, text):
    with pytest.raises(CommandError):
        command(write(tmp_path / "a.csv", text))


def test_a_workbook_with_english_headings_is_read(store, tmp_path):
    book = Workbook()
    book.active.append(["Date", "Source", "Impressions", "Clicks", "Spend"])
    book.active.append([date(2026, 8, 1), "Feed ads", 2_500_000, 100, 12.5])
    packed = BytesIO()
    book.save(packed)
    path = tmp_path / "a.xlsx"
    path.write_bytes(packed.getvalue())
    assert "created=1" in command(path)
    assert ChannelSpend.objects.get().impressions == 2_500_000


def test_an_import_is_undone_unless_it_replaced_figures(store, tmp_path):
    first = apply_batch(spend_batch(write(tmp_path / "a.csv", CHINESE + GOOD)))
    undo_batch(first)
    assert not ChannelSpend.objects.exists()
    apply_batch(spend_batch(write(tmp_path / "b.csv", CHINESE + GOOD)))
    replaced = apply_batch(spend_batch(write(tmp_path / "c.csv", CHINESE + GOOD.replace("450.50", "1"))))
    with pytest.raises(DomainError):
        undo_batch(replaced)
    assert ChannelSpend.objects.count() == 2


def spend_batch(path):
    batch = upload_batch(path, layout=LAYOUT, store_code="shop", policy="reject-rows")
    return check_batch(batch)


def test_the_ratios_are_those_of_the_sums_and_a_zero_denominator_gives_none(store, tmp_path):
    rows = "2026-08-01,feed,A,10000,300,450.00,12,1200.00,4\n2026-08-02,feed,A,10000,100,150.00,8,800.00,1\n"
    command(write(tmp_path / "a.csv", CHINESE + rows + "2026-08-01,search-ads,A,0,0,0,0,0,0\n"))
    feed, search = spend_totals(None, first=date(2026, 8, 1), last=date(2026, 8, 31))
    assert (feed.source, feed.ctr, feed.cpc) == ("feed", Decimal("0.02"), Decimal("1.5"))
    assert (feed.cvr, feed.cac) == (Decimal("0.05"), Decimal(120))
    assert feed.roi == Decimal(2000) / Decimal(600)
    assert {search.ctr, search.cpc, search.cvr, search.roi, search.cac} == {None}
    [whole] = added_up([feed, search])
    assert (whole.cost, whole.clicks, whole.cpc) == (Decimal(600), 400, Decimal("1.5"))


def test_currencies_are_never_added_up(store, tmp_path, django_assert_num_queries):
    other = make_store("abroad", currency="USD")
    source = TrafficSource.objects.get(code="feed")
    for shop in (store, other):
        ChannelSpend.objects.create(
            store=shop, source=source, day=date(2026, 8, 1), currency=shop.currency, cost=Decimal(10)
        )
    with django_assert_num_queries(1):
        found = spend_totals(None, first=date(2026, 8, 1), last=date(2026, 8, 1))
    assert [(row.currency, row.cost) for row in added_up(found)] == [("CNY", Decimal(10)), ("USD", Decimal(10))]
    assert [row.currency for row in spend_totals([other], first=date(2026, 8, 1), last=date(2026, 8, 1))] == ["USD"]
