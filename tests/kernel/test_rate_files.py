"""Exchange rates out of a file."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.kernel.models import ExchangeRate
from config.kernel.rates import rate_on

pytestmark = pytest.mark.django_db
GOOD = "日期,币种,汇率\n2026-08-01,usd,7.15\n2026-08-01,JPY,0.0487\n"


def load(tmp_path, text, *words, encoding="utf-8"):
    path = tmp_path / "rates.csv"
    path.write_bytes(text.encode(encoding))
    told = StringIO()
    try:
        call_command("import_rates", str(path), *words, stdout=told, stderr=StringIO())
    finally:
        load.told = told.getvalue().strip()
    return load.told


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_rates_are_written_and_used_for_a_week(tmp_path, encoding):
    assert load(tmp_path, GOOD, encoding=encoding) == "rows=2 created=2 updated=0 unchanged=0 rejected=0"
    assert rate_on("USD", date(2026, 8, 8)) == Decimal("7.15")
    assert rate_on("USD", date(2026, 8, 9)) is None


def test_the_same_again_changes_nothing_and_a_corrected_rate_replaces(tmp_path):
    load(tmp_path, GOOD)
    assert "created=0 updated=0 unchanged=2" in load(tmp_path, GOOD)
    assert "updated=1 unchanged=1" in load(tmp_path, GOOD.replace("7.15", "7.16"))
    assert ExchangeRate.objects.get(currency="USD").rate == Decimal("7.16")


TOMORROW = timezone.localdate() + timedelta(days=2)


@pytest.mark.parametrize(
    "row",
    [
        "2026-08-02,CNY,1",
        "2026-08-02,EURO,7",
        "2026-08-02,USD,0",
        "2026-08-02,USD,-1",
        "2026-08-02,USD,seven",
        "2026-08-02,USD,7.123456789",
        "2026-08-02,USD,99999999999",
        "2026-08-02,USD,",
        "nonsense,USD,7",
        f"{TOMORROW},USD,7",
        "2026-08-01,USD,7.20",
    ],
)
def test_one_bad_row_keeps_everything_out_unless_rows_may_be_left_out(tmp_path, row):
    with pytest.raises(CommandError):
        load(tmp_path, f"{GOOD}{row}\n")
    assert load.told == "rows=3 created=0 updated=0 unchanged=0 rejected=1"
    assert not ExchangeRate.objects.exists()
    assert load(tmp_path, f"{GOOD}{row}\n", "--policy", "reject-rows").startswith("rows=3 created=2")


def test_a_file_without_the_columns_is_refused(tmp_path):
    with pytest.raises(CommandError):
        load(tmp_path, "a,b\n1,2\n")
