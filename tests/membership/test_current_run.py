"""Which run is the current one, what a run is compared with, and what is kept of it."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils.translation import override

from config.kernel.jobs import run_now
from membership import rfm_reads
from membership.jobs import KIND, segmentation_parameters
from membership.models import Customer, RfmPolicy, RfmRun, RfmScore
from membership.run_notes import run_notes
from membership.services import BuyerCard, identify_customers, record_purchases
from membership.services import segmentation as service
from tests.membership.factories import make_customer, make_store, purchase

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
OLDER = DAY - timedelta(days=40)


def run(as_of=DAY, *, store=None):
    code = store.code if store else ""
    job = run_now(KIND, parameters=segmentation_parameters(as_of=as_of, mode="thresholds"), store_code=code)
    return job.rfm_run


def call(*words):
    out, err = StringIO(), StringIO()
    with override("en"):
        call_command("segment_customers", *words, stdout=out, stderr=err, no_color=True)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


@pytest.fixture
def store():
    store = make_store("shop")
    record_purchases([purchase("a", make_customer(), store, DAY - timedelta(days=60), "10.00")])
    return store


def test_a_run_of_an_earlier_day_is_kept_and_takes_nobodys_place(store):
    newest, older = run(), run(OLDER)
    newest.refresh_from_db()
    assert (newest.is_current, older.is_current) == (True, False)
    assert (older.has_scores, older.scores.count(), older.totals.count()) == (True, 1, 2)
    # What comes later is nothing to compare with.
    assert (older.compared_with, older.transitions.count()) == (None, 0)
    assert older.warnings[-1] == {"code": "newer_run_is_current", "as_of": "2026-06-30"}
    assert newest.warnings == []


def test_the_pages_of_a_run_of_an_earlier_day_say_so(store, admin_client):
    run()
    older = run(OLDER)
    with override("en"):
        [note] = run_notes(older)
    assert note == "A run as of June 30, 2026 is the current one and stays it; this one is kept beside it."
    admin_client.cookies["language"] = "en"
    page = admin_client.get(reverse("membership:rfm-run", args=[older.pk]))
    assert len(page.context["notes"]) == 1
    assert page.context["notes"][0] in page.content.decode()
    admin_page = admin_client.get(reverse("admin:membership_rfmrun_change", args=[older.pk]))
    assert page.context["notes"][0] in admin_page.content.decode()


def test_the_same_day_again_takes_the_place_and_moves_are_since_the_day_before(store):
    first, second = run(OLDER), run()
    third = run()
    assert [one.is_current for one in RfmRun.objects.order_by("pk")] == [False, False, True]
    assert (second.compared_with, third.compared_with) == (first, first)
    assert third.warnings == second.warnings


def test_of_one_day_the_run_that_began_last_stays_current_when_an_earlier_one_is_finished_late(store):
    first, second = run(), run()
    service.finish_segmentation(first.job_run)
    assert RfmRun.objects.get(is_current=True) == second
    service.finish_segmentation(first.job_run)
    first.refresh_from_db()
    assert [warning["code"] for warning in first.warnings].count("newer_run_is_current") == 1


def test_a_newer_run_of_other_stores_is_in_nobodys_way(store):
    run()
    assert run(OLDER, store=store).is_current
    assert RfmRun.objects.filter(is_current=True).count() == 2


def test_a_run_of_an_earlier_day_can_still_be_written_out_after_many_nights(store, tmp_path):
    for day in (date(2026, 5, 31), *(DAY + timedelta(days=days) for days in range(5))):
        run(day)
    path = tmp_path / "old.csv"
    printed, said = call("--as-of", OLDER.isoformat(), "--mode", "thresholds", "--output", str(path))
    assert printed[-1] == "customers=1 segments=1"
    assert said == ["A run as of July 4, 2026 is the current one and stays it; this one is kept beside it."]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    # The next run of the night puts its scores away; its totals stay.
    run(DAY + timedelta(days=6))
    older = RfmRun.objects.get(as_of=OLDER)
    assert (older.has_scores, older.scores.count(), older.totals.count()) == (False, 0, 2)


def test_nobody_to_score_is_an_empty_run_that_says_why(tmp_path):
    path = tmp_path / "none.csv"
    printed, said = call("--as-of", DAY.isoformat(), "--output", str(path))
    assert printed[-1] == "customers=0 segments=0"
    assert said[0] == "Nobody bought anything in the window. Import orders first."
    assert path.read_text(encoding="utf-8").splitlines() == [
        "customer,recency,frequency,monetary,recency_score,frequency_score,monetary_score,segment,value_segment"
    ]
    assert (RfmRun.objects.get().is_current, RfmRun.objects.get().job_run.state) == (True, "succeeded")
    assert not RfmScore.objects.exists()


def test_an_empty_window_names_the_latest_purchase(store):
    printed, said = call("--as-of", (DAY - timedelta(days=400)).isoformat())
    assert printed[-1] == "customers=0 segments=0"
    assert "2026-05-01" in said[0]


def test_who_came_and_who_went_is_counted_on_both_maps(store):
    RfmPolicy.objects.create(window_days=100)
    record_purchases([purchase("b", make_customer(), store, DAY + timedelta(days=50), "10.00")])
    run()
    later = run(DAY + timedelta(days=60))
    for map_code, came, went in (("named", "new", "promising"), ("value", "key_value", "key_value")):
        moves = later.transitions.filter(map=map_code).order_by("from_segment")
        assert list(moves.values_list("from_segment", "to_segment", "customer_count")) == [("", came, 1), (went, "", 1)]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--store", "nowhere", "--as-of", "2026-06-30"], "nowhere"),
        (["--as-of", "2026-11-23"], "2026-11-23 is not over yet. The last whole day is 2026-11-22."),
        (["--as-of", "2027-01-01"], "2027-01-01 is not over yet."),
        (["--as-of", "yesterday"], "--as-of"),
        (["--mode", "guess"], "--mode"),
    ],
)
def test_the_command_says_what_is_wrong(store, words, told):
    with pytest.raises(CommandError) as refused:
        call(*words)
    assert told in str(refused.value)
    assert not RfmRun.objects.exists()


def test_a_file_that_cannot_be_written_is_said_in_words(store, tmp_path):
    with pytest.raises(CommandError, match="nowhere"):
        call("--as-of", DAY.isoformat(), "--output", str(tmp_path / "nowhere" / "x.csv"))


def test_thresholds_may_be_asked_for(store):
    record_purchases([purchase(f"p{number}", make_customer(), store, DAY, "10.00") for number in range(60)])
    call("--as-of", DAY.isoformat(), "--mode", "thresholds")
    current = RfmRun.objects.get()
    assert (current.mode, current.cuts["recency_at_most"]) == ("thresholds", [240, 120, 60, 30])
    call("--as-of", DAY.isoformat(), "--mode", "rank")
    assert RfmRun.objects.get(is_current=True).mode == "rank"


def test_a_customer_is_written_by_the_id_of_the_runs_store_in_chunks_and_few_queries(
    tmp_path, monkeypatch, django_assert_num_queries
):
    one, other = make_store("one"), make_store("other")
    [first, second] = identify_customers(one, [BuyerCard("b1"), BuyerCard("b2")])
    identify_customers(other, [BuyerCard("x1")])
    [phone_only] = identify_customers(other, [BuyerCard(phone="13800138000")])
    for number, customer in enumerate((first, second, phone_only)):
        who = Customer.objects.get(pk=customer)
        record_purchases(
            [purchase(f"o{number}", who, one, DAY, "10.00"), purchase(f"p{number}", who, other, DAY, "1.00")]
        )
    monkeypatch.setattr(rfm_reads, "CHUNK", 2)
    path = tmp_path / "out.csv"
    call("--as-of", DAY.isoformat(), "--store", "one", "--output", str(path))
    with path.open(encoding="utf-8", newline="") as file:
        names = [row["customer"] for row in csv.DictReader(file)]
    assert names[:2] == ["b1", "b2"]
    assert names[2].startswith("CU")
    current = RfmRun.objects.get()
    with django_assert_num_queries(5):
        assert len(list(rfm_reads.scores_by_customer(current))) == 3
