"""Making a backup and putting one back."""

import shutil
from datetime import datetime
from pathlib import Path

from config.backups.databases import dump_database, dump_name, is_database_empty, load_database
from config.backups.manifest import describe, read_manifest, refuse_unfit, write_manifest
from config.backups.media import ARCHIVE, is_media_empty, pack_media, unpack_media
from config.backups.refusals import BackupRefused


def make_backup(folder: Path, *, now: datetime) -> dict[str, int]:
    """Write database and media into a new folder; returns figures. Writers may go on meanwhile.

    The database comes first: a file is stored before its row, so every file that the rows name is in the archive.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"{folder} is not empty: name a new folder.")
    folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    try:
        database, media = folder / dump_name(), folder / ARCHIVE
        dump_database(database)
        count = pack_media(media)
        write_manifest(describe((database, media), made_at=now.isoformat()), folder=folder)
    except BaseException:
        # Half a backup must not lie about: the disk may be full because of it.
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return {"database_bytes": database.stat().st_size, "media_files": count, "media_bytes": media.stat().st_size}


def restore_backup(folder: Path) -> dict[str, int]:
    """Put a backup into an empty place; returns figures. Raises BackupRefused before anything is touched."""
    refuse_unfit(read_manifest(folder), folder=folder)
    if not is_database_empty():
        raise BackupRefused("The database is not empty: a restore never writes over data. Name an empty one.")
    if not is_media_empty():
        raise BackupRefused("The media folder is not empty: a restore never writes over files. Move it away.")
    # Files first: when they do not fit on the disk, the database is still empty.
    count = unpack_media(folder / ARCHIVE)
    load_database(folder / dump_name())
    return {"media_files": count}
