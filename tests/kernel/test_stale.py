"""Days to be built again: a mark that comes during the rebuild survives it."""

from datetime import date

import pytest
from django.db import transaction

from config.kernel.figures import figures_line
from config.kernel.models import StaleDay
from config.kernel.stale import clear_stale, mark_many_stale, mark_stale, stale_days

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def listed(fact="store_day"):
    return [(store, day) for store, day, _last in stale_days(fact)]


def test_many_marks_of_a_day_are_one_day_to_build():
    mark_stale("store_day", store_code="tmall", day=MONDAY, reason="late refund")
    mark_many_stale("store_day", store_code="tmall", days=[TUESDAY, MONDAY, MONDAY])
    mark_stale("demand", store_code="tmall", day=TUESDAY)
    assert listed() == [("tmall", MONDAY), ("tmall", TUESDAY)]
    assert listed("demand") == [("tmall", TUESDAY)]


def test_a_mark_that_comes_during_the_rebuild_is_kept():
    mark_stale("store_day", store_code="tmall", day=MONDAY)
    [(store, day, last)] = stale_days("store_day")
    mark_stale("store_day", store_code="tmall", day=MONDAY, reason="came meanwhile")
    clear_stale("store_day", store_code=store, day=day, up_to_id=last)
    assert listed() == [("tmall", MONDAY)]
    assert StaleDay.objects.get().reason == "came meanwhile"


def test_clearing_a_day_leaves_other_days_stores_and_facts():
    for store, day, fact in (
        ("tmall", MONDAY, "store_day"),
        ("tmall", TUESDAY, "store_day"),
        ("jd", MONDAY, "store_day"),
        ("tmall", MONDAY, "demand"),
    ):
        mark_stale(fact, store_code=store, day=day)
    clear_stale("store_day", store_code="tmall", day=MONDAY, up_to_id=stale_days("store_day")[-1][2])
    assert listed() == [("jd", MONDAY), ("tmall", TUESDAY)]
    assert listed("demand") == [("tmall", MONDAY)]


def test_a_mark_goes_with_the_fact_that_caused_it():
    class TakenBackError(Exception):
        pass

    with pytest.raises(TakenBackError), transaction.atomic():
        mark_stale("store_day", store_code="tmall", day=MONDAY)
        raise TakenBackError
    assert listed() == []


def test_a_command_ends_with_figures_that_a_program_reads():
    assert figures_line({"rows": 3, "net_amount": "12.50", "wape": None}) == "rows=3 net_amount=12.50 wape=-"
