"""Lays the campaign calendar in; what the team corrected, added or deleted stays as it is."""

from django.db import transaction

from config.kernel.sql import insert_new
from marketing.festivals import FESTIVALS, FIRST_YEAR, LAST_YEAR, Festival
from marketing.models import CampaignEvent, EventPeriod


@transaction.atomic
def install_calendar() -> int:
    """Add the events and dates of 2009 to 2028 that are missing; returns how many events there are.

    Never changes a row that is there, and never brings back what somebody deleted. Safe to run twice at once.
    """
    gone = set(CampaignEvent.history.filter(history_type="-").values_list("code", flat=True))
    wanted = {festival.code: festival for festival in FESTIVALS if festival.code not in gone}
    rows = [CampaignEvent(code=one.code, name=one.name, english_name=one.english_name) for one in wanted.values()]
    insert_new(rows, conflict=["code"])
    ids = dict(CampaignEvent.objects.filter(code__in=list(wanted)).values_list("code", "pk"))
    deleted = set(
        EventPeriod.history.filter(history_type="-", channel__isnull=True).values_list("event_id", "year", "phase")
    )
    periods = [period for code, festival in wanted.items() for period in _periods(festival, event_id=ids[code])]
    insert_new(
        [period for period in periods if (period.event_id, period.year, period.phase) not in deleted],
        conflict=["event", "year", "phase"],
        conflict_where="channel_id IS NULL",
    )
    return CampaignEvent.objects.count()


def _periods(festival: Festival, *, event_id: int) -> list[EventPeriod]:
    return [
        EventPeriod(
            event_id=event_id,
            year=year,
            phase=dates.phase,
            starts_on=dates.first,
            ends_on=dates.last,
            assumed_uplift=dates.uplift,
        )
        for year in range(max(festival.since, FIRST_YEAR), LAST_YEAR + 1)
        for dates in festival.dates(year)
    ]
