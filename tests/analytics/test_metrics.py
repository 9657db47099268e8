"""One definition per metric; zero denominators give a dash."""

from decimal import Decimal

from django.utils import translation

from analytics.measures import MEASURE_NAMES, Measures
from analytics.metric_texts import TEXTS, formula_of, group_name, name_of, reason_of
from analytics.metrics import BY_CODE, METRICS, WITH_SOURCE, WITHOUT_SOURCE

# The ledger day of the worked table: goods 200 - discount 20 + postage 10 paid on 1 March, 90 refunded on 3 March.
FIRST = Measures(
    placed_orders=2,
    placed_amount=Decimal(290),
    paid_orders=1,
    paid_amount=Decimal(190),
    known_amount=Decimal(190),
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
    both = Measures.total([FIRST, THIRD])
    assert value("net_sales", both) == 90
    assert value("aov", both) == 180
    assert value("refund_rate", both) == Decimal("0.473684")


def test_every_ratio_is_a_dash_on_an_empty_day():
    ratios = [metric for metric in METRICS if metric.denominator is not None]
    assert len(ratios) >= 10
    assert all(metric.value(Measures()) is None for metric in ratios)


def test_every_metric_has_a_name_and_a_formula_of_its_own():
    assert set(TEXTS) == set(BY_CODE)
    assert len({metric.code for metric in METRICS}) == len(METRICS)
    with translation.override("en"):
        assert len({name_of(metric) for metric in METRICS}) == len(METRICS)
        assert all(formula_of(metric) and group_name(metric) for metric in METRICS)


def test_every_term_is_a_measure():
    assert {term for metric in METRICS for term in metric.terms} <= set(MEASURE_NAMES)


def test_a_metric_without_a_source_is_named_with_its_reason_and_never_has_a_value():
    assert {metric.code for metric in WITHOUT_SOURCE} >= {"visitors", "visitor_conversion", "nps", "roas"}
    for metric in WITHOUT_SOURCE:
        assert metric.value(FIRST) is None
        assert reason_of(metric)
    assert not any(reason_of(metric) for metric in WITH_SOURCE)


def test_both_families_are_there_and_say_whose_convention_they_follow():
    with translation.override("en"):
        assert "Chinese convention" in formula_of(BY_CODE["per_buyer"])
        assert "international convention" in formula_of(BY_CODE["aov"])
        assert "convention" not in formula_of(BY_CODE["paid_orders"])


def test_what_adds_up_is_a_sum_and_what_does_not_is_not():
    for metric in WITH_SOURCE:
        if metric.adds_up:
            assert metric.denominator is None
    assert not BY_CODE["buyers"].adds_up


def test_a_figure_that_nobody_asked_for_is_a_dash_and_not_a_zero():
    assert value("buyers", Measures()) is None
    assert value("stock_value", Measures()) is None


def test_gmv_is_known_buyers_times_what_each_paid_plus_unknown_buyers():
    mixed = Measures(paid_amount=Decimal(250), known_amount=Decimal(200), buyers=4, guest_orders=1, paid_orders=5)
    assert value("per_buyer", mixed) * 4 + 50 == value("gmv", mixed)


def test_gross_profit_leaves_out_what_has_no_known_cost():
    measures = Measures(gross_amount=Decimal(100), uncosted_amount=Decimal(40), cost_amount=Decimal(45))
    assert value("gross_profit", measures) == 15
    assert value("gross_margin", measures) == Decimal("0.25")


def test_without_a_single_known_cost_there_is_no_profit_to_tell():
    measures = Measures(gross_amount=Decimal(100), uncosted_amount=Decimal(110))
    assert (value("gross_profit", measures), value("gross_margin", measures)) == (None, None)


def test_turnover_is_for_a_year_and_days_of_stock_are_its_other_face():
    measures = Measures(mean_stock_value=Decimal(3650), base_cost_per_day=Decimal(100), yearly_base_cost=Decimal(36500))
    assert value("stock_turnover", measures) == 10
    assert value("days_of_stock", measures) == Decimal("36.5")
