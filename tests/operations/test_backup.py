"""Backup and restore as docs/operations.md tells them: what comes back is what was there, on both databases."""

import shutil
import subprocess

import pytest

from tests.operations.conftest import manage, new_key, refused, shop, tell, with_settings

pytestmark = [pytest.mark.process, pytest.mark.slow]

BACKUPS_WHILE_WRITING = """
import sys
from pathlib import Path
from django.core.management import call_command
folder = Path(sys.argv[1])
for number in range(2):
    sys.stdin.readline()
    call_command("backup", folder / str(number))
    print("made", flush=True)
"""
SPOIL = "from fulfillment.models import StockBalance; StockBalance.objects.update(reserved=1)"
# The lookup key of tests/operations/conftest.py.
KEY_TEXT = b"l" * 40


@pytest.fixture(scope="module")
def backup(shop_place, tmp_path_factory):
    """A backup of the filled shop."""
    folder = tmp_path_factory.mktemp("backups") / "first"
    assert "media_files=1" in manage(shop_place, "backup", folder)
    return folder


@pytest.fixture(scope="module")
def restored(make_place, backup):
    """The place it was restored into."""
    with make_place(is_empty=True) as place:
        assert "media_files=1" in manage(place, "restore", backup)
        assert manage(place, "migrate", "--check") == ""
        yield place


def test_a_restored_shop_has_the_same_rows_sums_personal_data_and_files(shop_place, restored):
    before, after = tell(shop_place), tell(restored)
    assert after == before
    assert after["orders"] == 12
    assert after["attachments"] == [True]
    assert after["found"] == [[number] for [number] in before["found"]]
    assert "王小1" in after["personal"]["membership.Customer.name"]
    assert "problems=0" in manage(restored, "check_books")


def test_control_check_books_sees_a_restored_shop_that_is_off(make_place, restored):
    with make_place(like=restored) as place:
        manage(place, "shell", "-c", SPOIL)
        done = place.run("manage.py", "check_books")
        assert (done.returncode, "problems=0" in done.stdout) == (1, False)


def test_a_restored_shop_goes_on(make_place, restored):
    with make_place(like=restored) as place:
        manage(place, "install_reference")
        process = place.python("-m", "tests.in_django", "tests.operations.shop", "write")
        assert process.stdout.readline().strip() == "1000"
        end(process)
        assert "problems=0" in manage(place, "check_books")


def end(process):
    process.kill()
    process.communicate()


def test_backups_made_while_orders_come_in_hold_whole_orders_only(make_place, shop_place, tmp_path):
    with make_place(like=shop_place) as busy:
        script = tmp_path / "backups.py"
        script.write_text(f"import django\ndjango.setup()\n{BACKUPS_WHILE_WRITING}")
        writer = busy.python("-m", "tests.in_django", "tests.operations.shop", "write")
        maker = busy.python(script, tmp_path, stdin=subprocess.PIPE)
        told = []
        try:
            for _ in range(2):
                told.append(next_order(writer) - 1000 + 1)
                maker.stdin.write("go\n")
                maker.stdin.flush()
                # Orders are told while the backup is made: the writer never stops for it.
                assert "database_bytes" in maker.stdout.readline()
                assert maker.stdout.readline().strip() == "made"
                next_order(writer)
        finally:
            end(writer)
            end(maker)
    held = [orders_in(make_place, tmp_path / str(number)) for number in range(2)]
    # Every order that was told before a backup began is in it, and the second one holds more.
    assert held[0] >= 12 + told[0]
    assert held[1] > held[0]


def next_order(writer):
    """The number of the next order that is told; a writer that died says why."""
    line = writer.stdout.readline()
    assert line, writer.stderr.read()
    return int(line)


def orders_in(make_place, folder):
    with make_place(is_empty=True) as place:
        manage(place, "restore", folder)
        assert "problems=0" in manage(place, "check_books")
        return int(shop(place, "count"))


def test_control_a_copy_of_the_file_alone_loses_what_lies_in_the_log(make_place, shop_place, tmp_path):
    if "sqlite" not in shop_place.database_url:
        pytest.skip("the write-ahead file is SQLite's")
    with make_place(like=shop_place) as busy, make_place(is_empty=True) as copied:
        writer = busy.python("-m", "tests.in_django", "tests.operations.shop", "write")
        try:
            writer.stdout.readline()
            shutil.copy(busy.folder / "db.sqlite3", copied.folder / "db.sqlite3")
        finally:
            end(writer)
        assert int(shop(copied, "count")) < int(shop(busy, "count"))


def test_a_restore_over_data_or_with_other_keys_is_refused_and_changes_nothing(make_place, backup, restored):
    assert "The database is not empty" in refused(restored, "restore", backup)
    with make_place(is_empty=True) as place:
        other = with_settings(place, ENCRYPTION_KEYS=new_key("other"))
        assert "ENCRYPTION_KEYS lacks the keys of this backup: old" in refused(other, "restore", backup)
        other = with_settings(place, LOOKUP_KEY="x" * 40)
        assert "LOOKUP_KEY is not the one of this backup" in refused(other, "restore", backup)
        # Refused, it is still empty: the right keys restore.
        assert "media_files=1" in manage(place, "restore", backup)


def test_a_backup_into_a_folder_with_files_is_refused(shop_place, backup):
    assert "is not empty" in refused(shop_place, "backup", backup)


def test_without_the_keys_the_dump_shows_no_personal_data(make_place, shop_place, backup):
    name = "db.sqlite3" if "sqlite" in shop_place.database_url else "db.pgdump"
    content = (backup / name).read_bytes()
    assert "王小1".encode() not in content
    assert b"13800000001" not in content
    assert KEY_TEXT not in b"".join(file.read_bytes() for file in backup.iterdir())
