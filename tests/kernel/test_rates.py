"""Exchange rates: the rate of the day, the nearest of the week before, or none."""

from datetime import date
from decimal import Decimal

import pytest

from config.kernel.models import ExchangeRate
from config.kernel.rates import RateTable, rate_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rates():
    for currency, day, rate in (("USD", 1, "7.10"), ("USD", 4, "7.20"), ("GBP", 4, "9.30")):
        ExchangeRate.objects.create(currency=currency, day=date(2026, 11, day), rate=Decimal(rate))


@pytest.mark.parametrize(
    ("currency", "day", "expected"),
    [
        ("USD", 1, "7.10"),
        ("USD", 3, "7.10"),  # a weekend takes Friday's
        ("USD", 4, "7.20"),
        ("USD", 11, "7.20"),  # seven days old
        ("USD", 12, None),  # eight
        ("GBP", 3, None),  # never a later one
        ("GBP", 4, "9.30"),
        ("EUR", 4, None),
        ("CNY", 4, "1"),
    ],
)
def test_the_rate_of_a_day(currency, day, expected):
    wanted = None if expected is None else Decimal(expected)
    assert rate_on(currency, date(2026, 11, day)) == wanted


def test_many_days_and_currencies_cost_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        table = RateTable.load(["USD", "GBP"], first=date(2026, 11, 3), last=date(2026, 11, 5))
        assert table.rate("USD", date(2026, 11, 3)) == Decimal("7.10")
        assert table.rate("GBP", date(2026, 11, 5)) == Decimal("9.30")


def test_the_base_currency_is_a_setting(settings):
    settings.BASE_CURRENCY = "GBP"
    assert rate_on("GBP", date(2020, 1, 1)) == Decimal(1)
    assert rate_on("CNY", date(2026, 11, 4)) is None
