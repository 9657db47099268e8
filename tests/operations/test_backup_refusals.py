"""What a restore refuses before it touches anything, and what a backup never leaves behind."""

import json
import tarfile

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.backups import making
from config.backups.databases import dump_name
from config.backups.making import make_backup, restore_backup
from config.backups.manifest import describe, write_manifest
from config.backups.media import unpack_media
from config.backups.refusals import BackupRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """A folder that reads like a backup; its database is never looked into."""
    (tmp_path / dump_name()).write_bytes(b"database")
    with tarfile.open(tmp_path / "media.tar", "w"):
        pass
    files = (tmp_path / dump_name(), tmp_path / "media.tar")
    write_manifest(describe(files, made_at=timezone.now().isoformat()), folder=tmp_path)
    return tmp_path


def change(folder, **values):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def test_a_sound_backup_over_a_database_with_tables_is_refused(folder):
    with pytest.raises(BackupRefused, match="The database is not empty"):
        restore_backup(folder)


def test_a_folder_without_manifest_is_no_backup(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(CommandError, match="it is no backup, or its making was broken off"):
        call_command("restore", folder)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"form": 1}'])
def test_a_manifest_that_cannot_be_read_is_refused(folder, text):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(BackupRefused, match="cannot be read"):
        restore_backup(folder)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"form": 2}, "was written in form 2"),
        ({"engine": "oracle"}, "The backup is of oracle"),
        ({"key_ids": ["lost"]}, "ENCRYPTION_KEYS lacks the keys of this backup: lost"),
        ({"lookup_probe": "0"}, "LOOKUP_KEY is not the one"),
        ({"migrations": ["catalog.9999_later"]}, "newer code: catalog.9999_later is not known"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(folder, values, words):
    change(folder, **values)
    with pytest.raises(BackupRefused, match=words):
        restore_backup(folder)


@pytest.mark.parametrize("is_removed", [True, False])
def test_a_file_that_was_changed_or_removed_is_refused(folder, is_removed):
    file = folder / "media.tar"
    file.unlink() if is_removed else file.write_bytes(b"x")
    with pytest.raises(BackupRefused, match="media.tar is missing or not as it was written"):
        restore_backup(folder)


def test_media_that_lie_there_are_not_written_over(folder, settings, tmp_path_factory, monkeypatch):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
    (settings.MEDIA_ROOT / "mine").write_text("kept")
    monkeypatch.setattr(making, "is_database_empty", lambda: True)
    with pytest.raises(BackupRefused, match="The media folder is not empty"):
        restore_backup(folder)
    assert (settings.MEDIA_ROOT / "mine").read_text() == "kept"


def test_an_archive_cannot_write_outside_of_the_media_folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "var" / "media"
    (tmp_path / "evil").write_text("x")
    with tarfile.open(tmp_path / "media.tar", "w") as archive:
        archive.add(tmp_path / "evil", arcname="../evil-too")
    with pytest.raises(BackupRefused, match="cannot be unpacked"):
        unpack_media(tmp_path / "media.tar")
    assert not (tmp_path / "var" / "evil-too").exists()


def test_a_backup_that_fails_leaves_nothing(tmp_path, monkeypatch):
    def full(target):
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "dump_database", full)
    with pytest.raises(OSError, match="No space left"):
        make_backup(tmp_path / "new", now=timezone.now())
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_left_alone(folder):
    before = sorted(folder.iterdir())
    with pytest.raises(CommandError, match="is not empty: name a new folder"):
        call_command("backup", folder)
    assert sorted(folder.iterdir()) == before
