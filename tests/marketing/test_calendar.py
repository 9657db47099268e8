"""The campaign calendar in the database."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from catalog.models import Channel
from config.kernel.models import User
from marketing.festivals import FESTIVALS, LAST_YEAR
from marketing.models import CampaignEvent, EventPeriod
from marketing.queries import EventDay, event_days
from marketing.services import install_calendar

pytestmark = pytest.mark.django_db

PERIODS = sum(len(one.dates(year)) for one in FESTIVALS for year in range(one.since, LAST_YEAR + 1))


def test_the_calendar_is_laid_in_once():
    assert install_calendar() == 13
    first = list(EventPeriod.objects.order_by("pk").values_list("pk", flat=True))
    assert len(first) == PERIODS
    assert install_calendar() == 13
    assert list(EventPeriod.objects.order_by("pk").values_list("pk", flat=True)) == first


def test_it_takes_the_same_few_queries_when_all_is_there(django_assert_max_num_queries):
    install_calendar()
    with django_assert_max_num_queries(20):
        install_calendar()


def test_a_corrected_date_and_a_corrected_name_stay():
    install_calendar()
    period = EventPeriod.objects.get(event__code="618", year=2026, phase="sale")
    period.starts_on, period.assumed_uplift = date(2026, 5, 13), Decimal("2.250")
    period.save()
    CampaignEvent.objects.filter(code="618").update(name="年中大促")
    install_calendar()
    period.refresh_from_db()
    assert (period.starts_on, period.ends_on, period.assumed_uplift) == (
        date(2026, 5, 13),
        date(2026, 6, 20),
        Decimal("2.250"),
    )
    assert CampaignEvent.objects.get(code="618").name == "年中大促"


def test_deleted_dates_and_events_do_not_come_back():
    install_calendar()
    EventPeriod.objects.get(event__code="double_12", year=2026, phase="sale").delete()
    CampaignEvent.objects.get(code="christmas").delete()
    assert install_calendar() == 12
    assert not EventPeriod.objects.filter(event__code="double_12", year=2026, phase="sale").exists()
    assert EventPeriod.objects.filter(event__code="double_12", year=2027, phase="sale").exists()
    assert not CampaignEvent.objects.filter(code="christmas").exists()


def test_an_event_of_the_teams_own_is_left_alone():
    own = CampaignEvent.objects.create(code="birthday", name="店庆")
    EventPeriod.objects.create(event=own, year=2026, phase="sale", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2))
    assert install_calendar() == 14
    assert own.periods.count() == 1


def test_the_days_of_double_11_have_name_and_phase_in_the_readers_language():
    install_calendar()
    with override("en"):
        days = event_days(None, first=date(2010, 11, 10), last=date(2010, 11, 12))
    assert days == [
        EventDay(date(2010, 11, 10), "double_11", "warm_up", "Double 11"),
        EventDay(date(2010, 11, 11), "double_11", "sale", "Double 11"),
        EventDay(date(2010, 11, 12), "double_11", "after_dip", "Double 11"),
    ]
    with override("zh-hans"):
        assert event_days(None, first=date(2010, 11, 11), last=date(2010, 11, 11))[0].name == "双11"


def test_an_ordinary_day_belongs_to_no_event():
    install_calendar()
    assert event_days(None, first=date(2026, 4, 10), last=date(2026, 4, 20)) == []


def test_the_new_year_begins_in_the_old_one():
    install_calendar()
    days = event_days(None, first=date(2025, 12, 29), last=date(2026, 1, 4))
    assert [one.day for one in days] == [
        date(2025, 12, 30),
        date(2025, 12, 31),
        date(2026, 1, 1),
        date(2026, 1, 2),
        date(2026, 1, 3),
    ]


def test_a_channels_own_dates_replace_the_general_ones_for_that_channel_only():
    install_calendar()
    douyin = Channel.objects.create(code="douyin", name="抖音")
    other = Channel.objects.create(code="jd", name="京东")
    event = CampaignEvent.objects.get(code="99")
    EventPeriod.objects.create(
        event=event, channel=douyin, year=2026, phase="sale", starts_on=date(2026, 8, 20), ends_on=date(2026, 8, 21)
    )

    def sale_days(channel_id):
        days = event_days(channel_id, first=date(2026, 8, 20), last=date(2026, 9, 12))
        return [one.day for one in days if one.event_code == "99" and one.phase == "sale"]

    general = [date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 9)]
    assert sale_days(douyin.pk) == [date(2026, 8, 20), date(2026, 8, 21)]
    assert sale_days(other.pk) == general
    assert sale_days(None) == general


def test_event_days_take_one_query(django_assert_num_queries):
    install_calendar()
    with django_assert_num_queries(1):
        event_days(None, first=date(2009, 1, 1), last=date(2028, 12, 31))


@pytest.mark.parametrize("page", ["campaignevent", "eventperiod"])
def test_who_may_only_look_reads_a_year_without_thousands(client, page):
    install_calendar()
    period = EventPeriod.objects.select_related("event").latest("year")
    user = User.objects.create_user("viewer", is_staff=True, language="en")
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_campaignevent", "view_eventperiod"]))
    client.force_login(user)
    pk = period.pk if page == "eventperiod" else period.event_id
    shown = client.get(reverse(f"admin:marketing_{page}_change", args=[pk])).content.decode()
    assert str(period.year) in shown
    assert f"{period.year:,}" not in shown


def test_who_may_change_a_date_types_its_year(client):
    install_calendar()
    period = EventPeriod.objects.latest("year")
    client.force_login(User.objects.create_superuser("owner"))
    shown = client.get(reverse("admin:marketing_eventperiod_change", args=[period.pk])).content.decode()
    assert f'name="year" value="{period.year}"' in shown


def test_the_list_begins_with_what_runs_today_or_comes_next(client):
    install_calendar()
    client.force_login(User.objects.create_superuser("owner"))
    address = reverse("admin:marketing_eventperiod_changelist")
    coming = list(client.get(address).context["cl"].result_list)
    past = client.get(address, {"when": "past"}).context["cl"].queryset
    everything = client.get(address, {"when": "all"}).context["cl"].queryset
    today = timezone.localdate()
    assert coming[0].ends_on >= today
    assert [period.starts_on for period in coming] == sorted(period.starts_on for period in coming)
    assert past.filter(ends_on__gte=today).count() == 0
    assert everything.count() == PERIODS
