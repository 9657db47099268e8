"""One definition per metric; zero denominators give a dash."""

from decimal import Decimal

from analytics.measures import Measures
from analytics.metrics import BY_CODE, METRICS, WITHOUT_SOURCE

# The ledger day of the worked table: goods 200 - discount 20 + postage 10 paid on 1 March, 90 refunded on 3 March.
FIRST = Measures(
    placed_orders=2,
    placed_amount=Decimal(290),
    paid_orders=1,
    paid_amount=Decimal(190),
    units=2,
    gross_amount=Decimal(200),
    discount_amount=Decimal(20),
    shipping_amount=Decimal(10),
    buyers=1,
)
THIRD = Measures(reversal_amount=Decimal(90), refund_amount=Decimal(90), refund_orders=1)


def value(code, measures):
    return BY_CODE[code].value(measures)


def test_the_day_of_the_sale():
    assert value("gmv", FIRST) == 190
    assert value("gross_sales", FIRST) == 200
    assert value("net_sales", FIRST) == 180
    assert value("paid_orders", FIRST) == 1
    assert value("aov", FIRST) == 180
    assert value("per_buyer", FIRST) == 190
    assert value("per_order", FIRST) == 190
    assert value("placed_gmv", FIRST) == 290


def test_the_day_of_the_refund_has_no_aov():
    assert value("net_sales", THIRD) == -90
    assert value("net_gmv", THIRD) == -90
    assert value("aov", THIRD) is None
    assert value("refund_rate", THIRD) is None


def test_a_range_divides_sums_and_refunds_do_not_lower_the_order_value():
    both = FIRST + THIRD
    assert value("net_sales", both) == 90
    assert value("aov", both) == 180
    assert value("refund_rate", both) == Decimal("0.4737")


def test_every_ratio_is_a_dash_on_an_empty_day():
    ratios = [metric for metric in METRICS if metric.denominator is not None]
    assert len(ratios) >= 10
    assert all(metric.value(Measures()) is None for metric in ratios)


def test_every_metric_has_a_name_and_a_formula_of_its_own():
    assert len({metric.code for metric in METRICS}) == len(METRICS)
    assert len({str(metric.name) for metric in METRICS}) == len(METRICS)
    assert all(str(metric.formula) for metric in METRICS)
    assert not set(WITHOUT_SOURCE) & set(BY_CODE)
