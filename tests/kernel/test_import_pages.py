"""The pages on which a file is brought in, from the upload to the undo: through the addresses, as a person uses them."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Channel, Store
from config.kernel.importing.batches import apply_batch, check_batch
from config.kernel.jobs import work_on_run
from config.kernel.models import AuditEntry, ImportBatch, ImportMapping, JobRun, JobRunPart, User
from fulfillment.models import Order
from tests.fulfillment.import_files import generic_row
from tests.kernel.import_pages import applied, checked, page, send, settle, sign_in, table

pytestmark = pytest.mark.django_db
State = ImportBatch.State
MOST_QUERIES = 15


@pytest.fixture
def store() -> Store:
    return Store.objects.create(code="cn", name="CN", channel=Channel.objects.create(code="own", name="own"))


@pytest.fixture
def person(client: Client, store: Store) -> User:
    return sign_in(client, "importer", "operations_manager")


def test_a_file_goes_from_upload_to_import_and_back(client: Client, person: User) -> None:
    answer = send(client)
    batch = ImportBatch.objects.get()
    assert answer.url == reverse("imports:columns", args=[batch.pk])
    assert (batch.state, batch.file_name, batch.created_by) == (State.UPLOADED, "orders.csv", person)
    assert settle(client, batch).url == reverse("imports:batch", args=[batch.pk])
    run = JobRun.objects.get()
    assert (run.kind, run.parameters, run.requested_by) == ("import_check", {"batch": batch.pk}, person)
    assert 'hx-trigger="every 3s"' in page(client, batch).content.decode()
    work_on_run(run.pk)
    batch.refresh_from_db()
    assert (batch.state, batch.figures["orders"], batch.figures["rejected"]) == (State.CHECKED, 2, 4)
    shown = page(client, batch, "apply").context["shown"]
    client.post(reverse("imports:apply", args=[batch.pk]), {"shown": shown})
    work_on_run(JobRun.objects.latest("pk").pk)
    batch.refresh_from_db()
    assert (batch.state, Order.objects.count()) == (State.APPLIED, 2)
    assert page(client, batch, "undo").status_code == 200
    assert Order.objects.exclude(state="cancelled").count() == 2
    client.post(reverse("imports:undo", args=[batch.pk]))
    work_on_run(JobRun.objects.latest("pk").pk)
    batch.refresh_from_db()
    assert (batch.state, Order.objects.exclude(state="cancelled").count()) == (State.UNDONE, 0)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.png", b"\x89PNG\r\n", "“photo.png” is not a table"),
        ("orders.csv", b"", "The file is empty"),
        ("orders.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "XLSX"),
        ("orders.csv", b"Order number,SKU\n", "no row"),
        ("x" * 210 + ".csv", b"a,b\n1,2\n", "longer than 200 characters"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_in_words_and_what_was_chosen_stays(
    client: Client, person: User, name: str, content: bytes, said: str
) -> None:
    answer = send(client, content, name=name, policy="reject-all")
    assert answer.status_code == 200
    assert said.lower() in " ".join(answer.context["form"].errors["file"]).lower()
    text = answer.content.decode()
    assert '<option value="generic" selected>' in text
    assert '<option value="cn" selected>' in text
    assert 'value="reject-all" required id="id_policy_0" checked' in text or "checked" in text
    assert not ImportBatch.objects.exists()


def test_a_file_above_the_limit_is_refused(client: Client, person: User, settings: Any) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    assert "Split it" in " ".join(send(client).context["form"].errors["file"])
    assert not ImportBatch.objects.exists()


def test_one_store_has_to_be_named_and_no_more(client: Client, person: User) -> None:
    for chosen in ({"store": ""}, {"new_store": "fresh"}, {"store": "", "new_store": "no blanks"}):
        answer = send(client, **chosen)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert not ImportBatch.objects.exists()
    send(client, store="", new_store="fresh")
    assert ImportBatch.objects.get().store_code == "fresh"


def test_the_same_file_again_goes_on_with_the_first_and_warns_once_it_was_imported(
    client: Client, person: User
) -> None:
    first = applied(client)
    send(client)
    second = ImportBatch.objects.latest("pk")
    assert second.pk != first.pk
    assert "The same file was imported on" in page(client, second).content.decode()
    send(client)
    assert ImportBatch.objects.count() == 2


def test_the_preview_shows_how_the_file_was_read(client: Client, person: User) -> None:
    headings = tuple("订单编号,下单时间,商品编码,数量,单价,付款大概时间".split(","))
    rows = [["1", "2026-03-01 10:00", "A-1", "1", "10.00", "2026-03-01 10:05"]]
    content = table(rows, headings=headings).decode().replace(",", ";").encode("gb18030")
    send(client, content)
    shown = page(client, ImportBatch.objects.get(), "columns")
    text = shown.content.decode()
    assert "GB18030" in text
    assert "semicolon" in text
    columns = list(shown.context["form"].columns())
    assert [column.choice.initial for column in columns][:5] == [
        "order_number", "placed_at", "sku_code", "quantity", "unit_price",
    ]  # fmt: skip
    assert columns[0].samples == ("1",)
    assert {column.origin for column in columns[:5]} == {"sure"}


def test_columns_can_be_chosen_otherwise_and_kept_under_a_name(client: Client, person: User) -> None:
    headings = tuple(f"Field {at}" for at in range(5))
    content = table([["1", "2026-03-01 10:00", "A-1", "1", "10.00"]], headings=headings)
    send(client, content)
    batch = ImportBatch.objects.get()
    names = ["order_number", "placed_at", "sku_code", "quantity", "unit_price"]
    chosen = {f"column_{at}": name for at, name in enumerate(names)}
    address = reverse("imports:columns", args=[batch.pk])
    missing = client.post(address, {**chosen, "column_4": ""})
    assert "Unit price" in " ".join(missing.context["form"].non_field_errors())
    assert missing.context["form"]["column_0"].value() == "order_number"
    double = client.post(address, {**chosen, "column_4": "quantity"})
    assert "Field 3" in " ".join(double.context["form"].errors["column_4"])
    assert not JobRun.objects.exists()
    client.post(address, {**chosen, "save_as": "My shop"})
    kept = ImportMapping.objects.get()
    assert (kept.name, kept.created_by, kept.columns["quantity"]) == ("My shop", person, "Field 3")
    send(client, content + b"2,2026-03-02 10:00,A-1,1,10.00\n")
    other = ImportBatch.objects.latest("pk")
    again = page(client, other, "columns", saved=kept.pk)
    assert [column.choice.initial for column in again.context["form"].columns()] == names


def test_a_new_mapping_forgets_what_was_found_under_the_old_one(client: Client, person: User) -> None:
    batch = checked(client)
    assert batch.rows.count() == 5
    settle(client, batch)
    batch.refresh_from_db()
    assert (batch.state, batch.figures, batch.rows.count()) == (State.UPLOADED, {}, 0)


def test_troubled_rows_are_shown_by_state_and_kind(client: Client, person: User) -> None:
    batch = checked(client)
    rows = page(client, batch).context["rows"]
    assert [(state, count) for state, _label, count in rows.tabs] == [("rejected", 4), ("warned", 1), ("mended", 0)]
    assert {(code, count) for code, _words, count in rows.kinds} == {
        ("not_a_number", 2), ("unit_rejected", 1), ("not_a_date", 1),
    }  # fmt: skip
    assert "“…” is not a number." in page(client, batch).content.decode()
    assert [row.row_number for row in page(client, batch, kind="not_a_date").context["rows"].page] == [5]
    assert [row.row_number for row in page(client, batch, show="warned").context["rows"].page] == [7]


def test_a_row_is_mended_in_place_and_its_order_goes_in(client: Client, person: User) -> None:
    batch = applied(client)
    row = batch.rows.get(row_number=3)
    opened = page(client, batch, edit=row.pk).content.decode()
    assert 'name="cell_8" value="many"' in opened
    assert AuditEntry.objects.filter(action="personal_data.read", object_id=str(row.pk)).count() == 1
    address = reverse("imports:mend", args=[batch.pk, row.pk])
    still = client.post(address, {"cell_8": "0"})
    assert f"edit={row.pk}" in still.url
    assert "The quantity is zero" in client.get(still.url).content.decode()
    right = client.post(address, {"cell_8": "2"})
    assert f"done={row.pk}" in right.url
    assert "Row 3 is right now, and order 2 with it." in client.get(right.url).content.decode()
    assert sorted(Order.objects.values_list("external_number", flat=True)) == ["1", "2", "5"]
    batch.refresh_from_db()
    assert (batch.figures["rejected"], batch.figures["created"]) == (2, 3)


def test_a_correction_on_a_page_that_is_behind_is_not_taken_and_not_lost(client: Client, person: User) -> None:
    batch = applied(client)
    row = batch.rows.get(row_number=3)
    address = reverse("imports:mend", args=[batch.pk, row.pk])
    seen = page(client, batch, edit=row.pk).context["rows"].opened.version
    client.post(address, {"cell_8": "0", "seen": seen})
    behind = client.post(address, {"cell_8": "7", "seen": seen})
    text = behind.content.decode()
    assert "Somebody else has changed the row" in text
    assert 'name="cell_8" value="7"' in text
    assert not Order.objects.filter(external_number="2").exists()


def test_the_error_file_comes_as_csv_and_xlsx_and_is_noted(client: Client, person: User) -> None:
    batch = checked(client)
    answer = client.get(reverse("imports:errors", args=[batch.pk, "csv"]))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line[0] for line in lines[1:]] == ["2", "2", "3", "4"]
    assert client.get(reverse("imports:errors", args=[batch.pk, "xlsx"])).content[:2] == b"PK"
    assert client.get(reverse("imports:errors", args=[batch.pk, "pdf"])).status_code == 404
    assert AuditEntry.objects.filter(action="personal_data.read").count() == 2


def test_an_import_is_not_started_with_other_numbers_than_were_shown(client: Client, person: User) -> None:
    batch = checked(client)
    shown = page(client, batch, "apply").context["shown"]
    row = batch.rows.get(row_number=3)
    client.post(reverse("imports:mend", args=[batch.pk, row.pk]), {"cell_8": "2"})
    answer = client.post(reverse("imports:apply", args=[batch.pk]), {"shown": shown})
    assert "The numbers have changed" in answer.content.decode()
    assert not JobRun.objects.filter(kind="import_apply").exists()


def test_one_bad_row_under_reject_all_hides_the_button_and_refuses_the_address(client: Client, person: User) -> None:
    batch = checked(client, policy="reject-all")
    assert "One wrong row refuses the whole file" in page(client, batch).content.decode()
    client.post(reverse("imports:apply", args=[batch.pk]), {"shown": ""})
    assert not JobRun.objects.filter(kind="import_apply").exists()


def test_what_broke_off_is_gone_on_with(client: Client, person: User) -> None:
    batch = checked(client)
    ImportBatch.objects.update(state=State.APPLYING, figures={})
    text = page(client, batch).content.decode()
    assert "The import broke off after 0 orders" in text
    for _press in range(2):
        client.post(reverse("imports:resume", args=[batch.pk]))
    run = JobRun.objects.get(kind="import_apply")
    work_on_run(run.pk)
    batch.refresh_from_db()
    assert (batch.state, Order.objects.count()) == (State.APPLIED, 2)
    client.post(reverse("imports:resume", args=[batch.pk]))
    assert JobRun.objects.filter(kind="import_apply").count() == 1


def test_an_undo_that_is_refused_says_why_and_starts_nothing(client: Client, person: User) -> None:
    batch = applied(client)
    Order.objects.filter(external_number="1").update(is_history=False)
    shown = page(client, batch, "undo")
    assert "Orders of the import were changed since." in shown.content.decode()
    client.post(reverse("imports:undo", args=[batch.pk]))
    assert not JobRun.objects.filter(kind="import_undo").exists()


def test_progress_loads_itself_until_the_job_is_done(client: Client, person: User) -> None:
    send(client)
    batch = ImportBatch.objects.get()
    settle(client, batch)
    running = page(client, batch, "progress")
    assert ("hx-get" in running.content.decode(), running.has_header("HX-Refresh")) == (True, False)
    JobRunPart.objects.create(run=JobRun.objects.get(), number=1, state="running", done_count=3, total_count=4)
    assert "3 of 4 orders · 75 %" in page(client, batch, "progress").content.decode()
    JobRunPart.objects.all().delete()
    work_on_run(JobRun.objects.get().pk)
    done = page(client, batch, "progress")
    assert ("hx-get" in done.content.decode(), done["HX-Refresh"]) == (False, "true")


def test_steps_are_taken_by_post_alone_and_with_a_token(client: Client, person: User) -> None:
    batch = applied(client)
    for name in ("check", "resume"):
        assert page(client, batch, name).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person)
    assert strict.post(reverse("imports:undo", args=[batch.pk])).status_code == 403
    assert send(strict).status_code == 403


def test_no_page_asks_more_with_more_rows(client: Client, person: User, django_assert_max_num_queries: Any) -> None:
    assert "Nothing was imported yet" in client.get(reverse("imports:list")).content.decode()
    rows = [generic_row(str(number), quantity="many") for number in range(1, 41)]
    send(client, table([*rows, generic_row("99")]))
    batch = ImportBatch.objects.get()
    with django_assert_max_num_queries(MOST_QUERIES):
        page(client, batch, "columns")
    settle(client, batch)
    with django_assert_max_num_queries(MOST_QUERIES):
        page(client, batch, "progress")
    work_on_run(JobRun.objects.get().pk)
    row = batch.rows.earliest("row_number")
    for asked in ({}, {"kind": "not_a_number", "page": "2"}, {"edit": str(row.pk)}, {"done": str(row.pk)}):
        with django_assert_max_num_queries(MOST_QUERIES):
            assert page(client, batch, **asked).status_code == 200
    with django_assert_max_num_queries(MOST_QUERIES):
        page(client, batch, "apply")
    batch.refresh_from_db()
    apply_batch(batch)
    with django_assert_max_num_queries(MOST_QUERIES):
        page(client, batch, "undo")
    for _copy in range(30):
        batch.pk = None
        batch.save()
    with django_assert_max_num_queries(MOST_QUERIES):
        client.get(reverse("imports:list"))


def test_addresses_with_nonsense_are_harmless(client: Client, person: User) -> None:
    batch = check_batch(checked(client))
    for asked in ({"page": "x"}, {"page": "99"}, {"show": "x"}, {"kind": "x" * 99}, {"edit": "x"}, {"done": "9" * 30}):
        assert page(client, batch, **asked).status_code == 200
    assert client.get(reverse("imports:list"), {"state": "x", "page": "-1"}).status_code == 200
    assert page(client, batch, "columns", saved="9" * 30).status_code == 200
