"""What the forecast reads: event dates by the calendar's own rule."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from fulfillment.models import DemandDay, StoreSupply
from fulfillment.queries.demand import event_factors
from marketing.models import CampaignEvent, EventPeriod
from tests.fulfillment.factories import make_sku, make_store, make_warehouse

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 10)


@pytest.fixture
def event():
    return CampaignEvent.objects.create(code="double_11", name="双11", english_name="Double 11")


def dates(event, start: int, end: int, *, channel=None, uplift: str = "4") -> EventPeriod:
    return EventPeriod.objects.create(
        event=event,
        channel=channel,
        year=2026,
        phase="sale",
        starts_on=date(2026, 11, start),
        ends_on=date(2026, 11, end),
        assumed_uplift=Decimal(uplift),
    )


def ahead(warehouse) -> list[float]:
    """The factors of 11 to 16 November."""
    return [float(factor) for factor in event_factors(warehouse.pk, first=FIRST, last=LAST, horizon_days=6).ahead]


def test_general_dates_hold_for_a_store_whose_channel_has_none(event):
    dates(event, 11, 12)
    assert ahead(make_warehouse(store=make_store())) == [4.0, 4.0, 1.0, 1.0, 1.0, 1.0]


def test_a_channels_own_dates_replace_the_general_ones(event):
    store = make_store()
    dates(event, 11, 12)
    dates(event, 13, 14, channel=store.channel, uplift="2")
    assert ahead(make_warehouse(store=store)) == [1.0, 1.0, 2.0, 2.0, 1.0, 1.0]


def test_own_dates_that_moved_out_of_sight_still_replace_the_general_ones(event):
    store = make_store()
    dates(event, 11, 12)
    dates(event, 25, 26, channel=store.channel)
    assert ahead(make_warehouse(store=store)) == [1.0] * 6


def test_a_warehouse_of_two_channels_has_the_days_of_both(event):
    with_own, without = make_store(), make_store()
    dates(event, 11, 12)
    dates(event, 13, 14, channel=with_own.channel)
    warehouse = make_warehouse(store=with_own)
    StoreSupply.objects.create(store=without, warehouse=warehouse)
    assert ahead(warehouse) == [4.0, 4.0, 4.0, 4.0, 1.0, 1.0]


def test_dates_that_two_channels_share_are_measured_once(event):
    dates(event, 8, 8, uplift="1")
    one, other = make_warehouse(store=make_store()), make_warehouse(store=make_store())
    StoreSupply.objects.create(store=make_store(), warehouse=other)
    sku = make_sku()
    days = [date(2026, 10, 1) + timedelta(days=number) for number in range(41)]
    for warehouse in (one, other):
        DemandDay.objects.bulk_create(
            DemandDay(sku=sku, warehouse=warehouse, day=day, units=30 if day == date(2026, 11, 8) else 10)
            for day in days
        )
    factors = [event_factors(place.pk, first=days[0], last=days[-1], horizon_days=1).history for place in (one, other)]
    # One measured day of three times the usual, against an assumption of one that weighs three days.
    assert factors[0][38] == pytest.approx(3**0.25)
    assert np.array_equal(factors[0], factors[1])


def test_dates_of_other_channels_are_not_read(event):
    dates(event, 11, 12, channel=make_store().channel)
    assert ahead(make_warehouse(store=make_store())) == [1.0] * 6
