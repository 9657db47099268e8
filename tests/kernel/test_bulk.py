"""Whole numbers out of a query and plain values into a table, without an object for each row."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count, DateField, Max, Sum, Value

from config.kernel.bulk import Cents, DaysUntil, read_numbers, write_rows
from membership.models import Purchase, RfmRun, RfmScore
from membership.services import record_purchases
from tests.membership.factories import make_customer, make_store, purchase

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
NAMES = (
    "run", "customer", "recency_days", "frequency", "monetary", "recency_score", "frequency_score", "monetary_score",
    "segment", "value_segment", "is_dormant",
)  # fmt: skip


def test_sums_days_and_counts_come_as_whole_numbers_in_the_order_of_the_query():
    store, one, other = make_store(), make_customer(), make_customer()
    rows = [(one, 0, "0.10"), (one, 1, "0.20"), (one, 400, "-0.05"), (other, 59, "1234567.89")]
    record_purchases(
        [
            purchase(str(number), who, store, DAY - timedelta(days=days), amount, base=Decimal(amount))
            for number, (who, days, amount) in enumerate(rows)
        ]
    )
    sums = Purchase.objects.values_list("customer_id").annotate(
        days=DaysUntil(Max("paid_on"), Value(DAY, output_field=DateField())),
        spent=Cents(Sum("base_amount")),
        nothing=Cents(Sum("cost")),
        times=Count("pk"),
    )
    for order, wanted in (
        ("customer_id", [(one.pk, 0, 25, 0, 3), (other.pk, 59, 123456789, 0, 1)]),
        ("-customer_id", [(other.pk, 59, 123456789, 0, 1), (one.pk, 0, 25, 0, 3)]),
    ):
        found = read_numbers(sums.order_by(order), names=("who", "days", "spent", "nothing", "times"))
        assert found.tolist() == wanted
        assert found["spent"].dtype == "int64"
    assert read_numbers(sums.filter(pk=0).order_by(), names=("who", "days", "spent", "nothing", "times")).shape == (0,)


def test_rows_are_written_as_they_are_and_a_constraint_is_djangos_error():
    customer = make_customer()
    run = RfmRun.objects.create(as_of=DAY, mode="rank", window_days=365)
    row = (run.pk, customer.pk, 3, 2, "-0.05", 1, 2, 5, "lost", "key_value", 1)
    write_rows(RfmScore, [row], names=NAMES)
    score = RfmScore.objects.get()
    assert (score.monetary, score.segment, score.is_dormant) == (Decimal("-0.05"), "lost", True)
    with pytest.raises(IntegrityError), transaction.atomic():
        write_rows(RfmScore, [row], names=NAMES)
    assert RfmScore.objects.count() == 1
