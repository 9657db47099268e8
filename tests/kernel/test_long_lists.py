"""Lists of the admin: pages by key, bounded counts, what is refused in words, and what they ask the database."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.kernel.admin import list_admin, long_lists
from config.kernel.admin.base import KeptByServices, StaffAdmin
from config.kernel.admin.list_order import is_quick, sort_keys
from config.kernel.admin.long_lists import LongList
from config.kernel.models import AuditEntry, JobRun, User

pytestmark = pytest.mark.django_db(databases="__all__")
LIST = "/admin/kernel/auditentry/"
START = datetime(2026, 5, 30, 12, tzinfo=UTC)
WHEN, WHO, KIND, WHAT = range(1, 5)  # columns as `o` counts them; the tick box has none here


@pytest.fixture
def staff(admin_client, admin_user):
    User.objects.filter(pk=admin_user.pk).update(language="en")
    return admin_client


@pytest.fixture
def short_bound(monkeypatch):
    for place in (list_admin, long_lists):
        monkeypatch.setattr(place, "COUNTED", 40)


def write(count, *, start=0, **values):
    AuditEntry.objects.bulk_create(
        AuditEntry(
            occurred_at=START + timedelta(hours=(start + n) // 3),
            action="price.set",
            object_id=f"{start + n:06}",
            object_label=f"label {start + n:06}",
            **values,
        )
        for n in range(count)
    )


def opened(client, address=LIST, **parameters):
    answer = client.get(address, parameters)
    assert answer.status_code == 200, answer.status_code
    return answer.context["cl"]


def walk(client, *, meanwhile=lambda: None, **parameters):
    """The keys of all pages, following the link to the next one."""
    seen, page = [], opened(client, **parameters)
    while True:
        seen += [row.pk for row in page.result_list]
        if not page.older_url:
            return seen
        meanwhile()
        page = opened(client, LIST + page.older_url)


@pytest.mark.parametrize("order", ["", "-0", "0"])
def test_pages_show_every_row_once_while_rows_are_added(staff, order):
    write(80)
    there = set(AuditEntry.objects.values_list("pk", flat=True))
    seen = walk(staff, meanwhile=lambda: write(4, start=1000), **({"o": order} if order else {}))
    assert len(seen) == len(set(seen))
    assert there <= set(seen)


def test_pages_go_back_and_to_the_end(staff):
    write(60)
    first = opened(staff)
    second = opened(staff, LIST + first.older_url)
    assert (first.newer_url, bool(second.newer_url)) == ("", True)
    assert opened(staff, LIST + second.newer_url).result_list == first.result_list
    last = opened(staff, LIST + first.last_url)
    assert last.older_url == ""
    assert [row.pk for row in last.result_list] == list(
        AuditEntry.objects.order_by("-pk").values_list("pk", flat=True)
    )[-25:]


def test_rows_are_counted_up_to_a_bound_and_the_page_says_so(staff, short_bound):
    write(40)
    assert "40 audit entries" in staff.get(LIST).content.decode()
    write(1)
    page = staff.get(LIST).content.decode()
    assert "More than 40 audit entries" in page
    assert "41 results" not in page
    User.objects.update(language="zh-hans")
    assert "审计日志：超过 40" in staff.get(LIST).content.decode()


@pytest.mark.parametrize(
    "address",
    ["", "?q=000003", "?action=price.set", "?occurred_at__year=2026", "?occurred_at__year=2026&occurred_at__month=5"],
)
def test_ten_times_the_rows_take_as_many_queries(staff, address):
    counts = []
    for start, rows in ((0, 60), (1000, 540)):
        write(rows, start=start)
        staff.get(LIST + address)
        with CaptureQueriesContext(connection) as asked:
            opened(staff, LIST + address)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize(
    "address",
    [
        "?cursor=x",
        "?cursor=%00",
        "?cursor=WyJvIiwgWyItaWQiXSwgWyIxIl1d:forged",
        "?cursor=last&q=nothing",
        "?p=99999999999999999999",
        "?p=-1",
        "?o=99.-99.x.%00",
        "?o=" + "9" * 5000,
        "?occurred_at__year=9999",
        "?occurred_at__year=99999999",
        "?occurred_at__year=2026&occurred_at__month=13",
        "?occurred_at__year=2026&occurred_at__month=0",
        "?occurred_at__year=%D9%A2",
        "?occurred_at__year=-1",
        "?occurred_at__month=5",
        "?occurred_at__day=40",
        "?actor_kind__exact=%00",
        "?action=%00",
        "?id__exact=99999999999999999999999",
        "?id__exact=x",
        "?id__in=1,x",
        "?id__gt=999999999999999999",
        "?q=%00",
        "?q='%22\\",
        "?q=" + "a%20" * 900,
        "?q=%25_\\",
        "?_facets=True",
        "?all=",
        "?e=1",
    ],
)
def test_a_hostile_address_never_breaks_a_list(staff, address):
    write(30)
    answer = staff.get(LIST + address, follow=True)
    assert answer.status_code in (200, 400)


def test_a_filter_that_is_not_understood_is_said(staff):
    answer = staff.get(LIST, {"id__exact": "x"}, follow=True)
    assert "does not understand" in answer.content.decode()


def test_a_cursor_of_another_order_starts_anew(staff):
    write(60)
    cursor = opened(staff).older
    assert opened(staff, o="0", cursor=cursor).result_list == opened(staff, o="0").result_list


def test_a_long_list_is_sorted_by_indexed_columns_only_and_says_so(staff, short_bound):
    write(30)
    assert [row.object_label for row in opened(staff, o="5").result_list][:2] == ["label 000000", "label 000001"]
    write(30, start=100)
    answer = staff.get(LIST, {"o": "5"})
    assert "too many to be sorted by this column" in answer.content.decode()
    newest_first = list(AuditEntry.objects.order_by("-pk")[:25])
    assert list(answer.context["cl"].result_list) == newest_first
    assert "too many to be sorted" not in staff.get(LIST, {"o": "0"}).content.decode()


def test_nothing_found_says_so_and_leads_back_to_everything(staff):
    write(1)
    for narrowed in ({"q": "nowhere"}, {"action": "x"}, {"occurred_at__year": 1999}):
        page = staff.get(LIST, narrowed).content.decode()
        assert "Nothing matches the search and filters" in page
        assert "Show everything" in page
    assert opened(staff, LIST + opened(staff, q="nowhere", action="x").everything_url).result_list != []
    assert "There is nothing here yet" in staff.get(reverse("admin:kernel_importbatch_changelist")).content.decode()


@pytest.mark.parametrize(
    ("words", "found"),
    [("000007", {"000007"}), ("LABEL 00000", None), ('"label 000007"', {"000007"}), ("00000", None), ("el 000007", set()), ("la 000007", {"000007"}), ("zz", set())],
)  # fmt: skip
def test_a_search_finds_numbers_from_the_beginning_and_words_anywhere(staff, words, found):
    write(12)
    shown = {row.object_id for row in opened(staff, q=words).result_list}
    assert shown == (found if found is not None else {f"{n:06}" for n in range(10)})


def test_an_action_on_all_takes_all_pages_and_refuses_more_than_are_counted(staff, admin_user, short_bound):
    JobRun.objects.bulk_create(JobRun(kind="kernel.test", store_code="uk", requested_by=admin_user) for _n in range(35))
    data = {
        "action": "cancel_selected",
        "select_across": "1",
        "index": "0",
        "_selected_action": [JobRun.objects.first().pk],
    }
    address = reverse("admin:kernel_jobrun_changelist")
    staff.post(address, data)
    assert set(JobRun.objects.values_list("state", flat=True)) == {"cancelled"}
    JobRun.objects.bulk_create(JobRun(kind="kernel.test", store_code="uk") for _n in range(35))
    answer = staff.post(address, data, follow=True)
    assert "at most 40 rows at once" in answer.content.decode()
    assert JobRun.objects.exclude(state="cancelled").count() == 35
    assert "across all pages" not in answer.content.decode()


def test_every_list_of_our_own_tables_is_a_long_list():
    ours = {model._meta.app_label for model in admin.site._registry if model.__module__.split(".")[0] in OUR_ROOMS}
    request = RequestFactory().get("/")
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label in ours:
            assert isinstance(model_admin, StaffAdmin), model
            assert issubclass(model_admin.get_changelist(request), LongList)
            assert model_admin.show_full_result_count is False


OUR_ROOMS = {"analytics", "catalog", "config", "fulfillment", "marketing", "membership", "service_desk"}
LARGE = (
    "analytics.StoreDay catalog.DailySales catalog.DailyTraffic catalog.Listing catalog.Product catalog.Sku"
    " fulfillment.Order fulfillment.Payment fulfillment.PurchaseOrder fulfillment.Refund fulfillment.Reservation"
    " fulfillment.SalesEntry fulfillment.ShortLine fulfillment.StockMovement fulfillment.StockSnapshot"
    " fulfillment.DemandDay fulfillment.SkuForecast kernel.AuditEntry kernel.ImportRow kernel.InboxMessage"
    " kernel.JobRun kernel.Notice kernel.OutboxMessage kernel.IdempotencyKey membership.Customer"
    " membership.CustomerIdentity membership.MergeCandidate membership.Purchase membership.PurchaseRefund"
    " membership.RfmScore service_desk.Attachment service_desk.Ticket"
)


@pytest.mark.parametrize("name", LARGE.split())
def test_the_own_order_of_a_large_list_is_one_that_an_index_gives(name):
    model_admin = next(one for model, one in admin.site._registry.items() if model._meta.label == name)
    ordering = model_admin.get_ordering(None) or model_admin.opts.ordering or ["-pk"]
    keys = sort_keys(model_admin.model, ordering)
    assert is_quick(model_admin.model, keys), ordering


def test_what_services_keep_and_grows_is_named_as_large():
    names = {model._meta.label for model, one in admin.site._registry.items() if isinstance(one, KeptByServices)}
    assert set(LARGE.split()) - names == {"catalog.Listing", "catalog.Product", "catalog.Sku"}
