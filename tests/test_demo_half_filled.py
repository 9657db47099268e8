"""A demo stopped in the middle is filled anew; one that was finished, and any other database, is left alone."""

import os
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest
from django.core.management.base import CommandError

from config.demo.half_filled import NOTE, discard_half_filled, noted_as_half_filled
from tests.processes import Place


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "db.sqlite3"
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).write_bytes(b"half")
    (tmp_path / "other.sqlite3").write_bytes(b"other")
    return path


def test_a_finished_demo_is_left_alone(tmp_path, database):
    with noted_as_half_filled(tmp_path):
        assert (tmp_path / NOTE).exists()
    assert discard_half_filled(tmp_path, database=database) is False
    assert database.exists()


def test_a_stopped_one_is_removed_with_its_side_files_only(tmp_path, database):
    with pytest.raises(KeyboardInterrupt), noted_as_half_filled(tmp_path):
        raise KeyboardInterrupt
    assert discard_half_filled(tmp_path, database=database) is True
    assert [path.name for path in tmp_path.iterdir()] == ["other.sqlite3"]
    assert discard_half_filled(tmp_path, database=database) is False


def test_a_servers_database_is_never_emptied(tmp_path):
    (tmp_path / NOTE).touch()
    with pytest.raises(CommandError, match="Empty the database"):
        discard_half_filled(tmp_path, database=None)
    assert (tmp_path / NOTE).exists()


@pytest.mark.slow
def test_make_run_killed_while_filling_fills_anew(tmp_path):
    """A real kill -9 of the first start; the second one ends with a whole shop."""
    place = Place(tmp_path, f"sqlite:///{tmp_path / 'db.sqlite3'}", {"DEBUG": "1", "DEMO": "1"})
    first = place.python("manage.py", "up", "--prepare-only", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while stores(tmp_path) == 0 and time.monotonic() < deadline and first.poll() is None:
        time.sleep(0.2)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert stores(tmp_path) > 0
    assert (tmp_path / NOTE).exists()
    second = place.run("manage.py", "up", "--prepare-only")
    assert second.returncode == 0, second.stderr
    assert "filled anew" in second.stdout
    assert not (tmp_path / NOTE).exists()
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
        assert database.execute("SELECT COUNT(*) FROM analytics_report").fetchone() == (1,)


def stores(folder):
    """How many stores a shop's database holds while another process fills it; 0 before it has tables."""
    try:
        with closing(sqlite3.connect(f"file:{folder / 'db.sqlite3'}?mode=ro", uri=True, timeout=5)) as database:
            return database.execute("SELECT COUNT(*) FROM catalog_store").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
