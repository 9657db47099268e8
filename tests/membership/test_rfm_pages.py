"""The RFM pages: figures of a run, the customers behind them, export, and who sees what."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from config.kernel.jobs import run_now
from config.kernel.models import AuditEntry, RoleScope, User
from config.roles import install_roles
from membership import rfm_reads
from membership.jobs import KIND, segmentation_parameters
from membership.models import RfmRun, RfmScore
from membership.services import install_strategies, record_purchases
from tests.membership.factories import make_customer, make_store, purchase

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 30)
OVERVIEW = "membership:rfm"


def person(*roles, store=None):
    install_roles()
    user = User.objects.create_user("reader", password="x", is_staff=True, language="en")
    user.groups.set(Group.objects.filter(name__in=roles))
    if store is not None:
        for group in user.groups.all():
            RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
    return user


def segment(store=None, *, as_of=DAY):
    parameters = segmentation_parameters(as_of=as_of, store_code=store.code if store else "", mode="thresholds")
    run_now(KIND, parameters=parameters, store_code=store.code if store else "")
    return RfmRun.objects.get(store=store, is_current=True)


@pytest.fixture
def store():
    install_strategies()
    store = make_store("shop")
    bought = [(5, "4000.00"), (5, "50.00"), (100, "500.00"), (300, "20.00")]
    for number, (ago, amount) in enumerate(bought):
        record_purchases([purchase(f"p{number}", make_customer(), store, DAY - timedelta(days=ago), amount)])
    return store


def test_the_segments_add_up_to_the_run(store):
    run = segment()
    for map_code in ("named", "value"):
        rows = rfm_reads.segment_rows(run, map_code=map_code)
        assert sum(row.customers for row in rows) == run.customer_count == 4
        assert sum(row.monetary for row in rows) == 4570
        assert sum(row.share for row in rows) == pytest.approx(1)
    assert sum(cell.customers for row in rfm_reads.heat_table(run) for cell in row) == 4


def test_without_an_earlier_run_there_is_no_change_and_no_matrix(store):
    run = segment()
    assert {row.change for row in rfm_reads.segment_rows(run, map_code="named")} == {None}
    assert rfm_reads.transition_matrix(run, map_code="named") is None


def test_movements_are_counted_from_both_sides(store):
    segment()
    later = segment(as_of=DAY + timedelta(days=61))
    rows = rfm_reads.segment_rows(later, map_code="named")
    matrix = rfm_reads.transition_matrix(later, map_code="named")
    assert sum(sum(counts) for _name, counts in matrix) == 4
    names = list(rfm_reads.segment_names("named"))
    stayed = sum(matrix[place][1][place] for place in range(len(names)))
    assert sum(row.arrived for row in rows) == 4 - stayed - sum(counts[-1] for _name, counts in matrix)
    assert all(row.change == row.arrived - row.left for row in rows)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_shows_the_run_and_links_to_the_customers(client, store, language):
    run = segment()
    user = person("operations_manager")
    User.objects.update(language=language)
    client.force_login(user)
    page = client.get(reverse(OVERVIEW))
    assert page.status_code == 200
    code = RfmScore.objects.first().segment
    link = f"{reverse('membership:rfm-customers', args=[run.pk])}?segment={code}"
    assert link in page.content.decode()
    listed = client.get(link)
    assert listed.context["sums"]["customers"] == RfmScore.objects.filter(segment=code).count()


def test_an_empty_shop_says_what_to_do(client):
    client.force_login(person("operations_manager"))
    assert reverse("admin:membership_rfmrun_segment_now") in client.get(reverse(OVERVIEW)).content.decode()


def test_the_list_goes_on_by_key_and_an_odd_filter_finds_nothing(client, store, monkeypatch):
    run = segment()
    client.force_login(person("operations_manager"))
    monkeypatch.setattr("membership.views.PAGE_SIZE", 3)
    address = reverse("membership:rfm-customers", args=[run.pk])
    first = client.get(address)
    assert (len(first.context["rows"]), bool(first.context["more"])) == (3, True)
    rest = client.get(f"{address}?{first.context['more']}")
    assert (len(rest.context["rows"]), rest.context["more"]) == (1, "")
    for odd in ("recency_score=x", "segment=%00", "recency_score=9", "after=99999999999999999999999"):
        assert client.get(f"{address}?{odd}").context["rows"] == [], odd


def test_the_export_holds_the_scores_and_no_names_and_is_noted(client, store):
    run = segment()
    client.force_login(person("operations_manager"))
    answer = client.get(reverse("membership:rfm-export", args=[run.pk, "csv"]))
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert AuditEntry.objects.filter(action="rfm_scores.exported").count() == 1
    assert client.get(reverse("membership:rfm-export", args=[run.pk, "pdf"])).status_code == 404


def test_a_role_limited_to_a_store_sees_its_runs_only(client, store):
    everything, own = segment(), segment(store)
    other = make_store("other")
    record_purchases([purchase("x", make_customer(), other, DAY, "9.00")])
    theirs = segment(other)
    client.force_login(person("operations_manager", store=store))
    assert client.get(reverse(OVERVIEW)).context["run"] == own
    for run in (everything, theirs):
        for name in ("rfm-run", "rfm-customers"):
            assert client.get(reverse(f"membership:{name}", args=[run.pk])).status_code == 404
        assert client.get(reverse("membership:rfm-export", args=[run.pk, "csv"])).status_code == 404
    assert client.get(f"{reverse(OVERVIEW)}?store=other").status_code == 404


def test_a_role_without_members_is_refused(client, store):
    segment()
    client.force_login(person("warehouse_clerk"))
    assert client.get(reverse(OVERVIEW)).status_code == 403


def test_the_pages_ask_the_database_few_times(client, store, django_assert_max_num_queries):
    run = segment()
    client.force_login(person("operations_manager"))
    for address in (reverse(OVERVIEW), reverse("membership:rfm-customers", args=[run.pk])):
        client.get(address)
        with django_assert_max_num_queries(15):
            client.get(address)
