"""Files as jobs: what the buttons start."""

from pathlib import Path

import pytest

from config.kernel.importing.batches import upload_batch
from config.kernel.importing.jobs import APPLY, CHECK, start_import
from config.kernel.jobs import work_on_run
from config.kernel.models import ImportBatch, JobRun
from fulfillment.models import Order
from tests.fulfillment.import_files import RETAIL, retail_row, write_table

pytestmark = pytest.mark.django_db


def upload(folder: Path, *, policy: str = "reject-rows", price: str = "1.00") -> ImportBatch:
    path = write_table(folder / "f.csv", RETAIL, [retail_row("1", "A", 1, "2.00"), retail_row("2", "A", 1, price)])
    return upload_batch(path, layout="online-retail", store_code="uk", policy=policy)


def test_a_check_and_an_import_run_as_jobs_with_progress_and_figures(tmp_path: Path) -> None:
    batch = upload(tmp_path)
    run = work_on_run(start_import(batch, kind=CHECK).pk)
    assert (run.state, run.result["orders"]) == (JobRun.State.SUCCEEDED, 2)
    assert not Order.objects.exists()
    run = work_on_run(start_import(batch, kind=APPLY).pk)
    assert (run.state, run.result["created"], run.parts.get().done_count) == (JobRun.State.SUCCEEDED, 2, 2)
    batch.refresh_from_db()
    assert (batch.state, batch.job_run) == (ImportBatch.State.APPLIED, run)


def test_pressing_twice_starts_one_run(tmp_path: Path) -> None:
    batch = upload(tmp_path)
    assert start_import(batch, kind=APPLY).pk == start_import(batch, kind=APPLY).pk


def test_a_refused_file_fails_the_run_with_its_words(tmp_path: Path) -> None:
    run = work_on_run(start_import(upload(tmp_path, policy="reject-all", price="x"), kind=APPLY).pk)
    assert (run.state, run.error_code) == (JobRun.State.FAILED, "rows_rejected")
    assert not Order.objects.exists()


def test_a_file_that_cannot_be_read_fails_the_run_with_its_words(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(b"")
    batch = upload_batch(path, layout="online-retail", store_code="uk", policy="reject-rows")
    run = work_on_run(start_import(batch, kind=APPLY).pk)
    batch.refresh_from_db()
    assert (run.state, run.error_code) == (JobRun.State.FAILED, "file_empty")
    assert (batch.state, batch.error_code) == (ImportBatch.State.REFUSED, "file_empty")
