"""The media files in one archive."""

import tarfile
from pathlib import Path

from django.conf import settings

from config.backups.refusals import BackupRefused

ARCHIVE = "media.tar"


def media_folder() -> Path:
    """Where attachments, import files and reports lie."""
    return Path(settings.MEDIA_ROOT)


def is_media_empty() -> bool:
    """No file lies there."""
    return not any(path.is_file() for path in media_folder().rglob("*"))


def pack_media(target: Path) -> int:
    """Write all media files into an archive; returns how many. A file that is removed meanwhile is passed over."""
    count = 0
    with tarfile.open(target, "w") as archive:
        for path in sorted(media_folder().rglob("*")):
            if not path.is_file() or path.is_symlink():
                continue
            try:
                archive.add(path, arcname=str(path.relative_to(media_folder())), recursive=False)
            except FileNotFoundError:
                continue
            count += 1
    return count


def unpack_media(source: Path) -> int:
    """Lay the files of an archive into the media folder; returns how many. Nothing can land outside of it."""
    media_folder().mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(source) as archive:
            members = archive.getmembers()
            archive.extractall(media_folder(), members=members, filter="data")
    except tarfile.TarError as error:
        raise BackupRefused(f"{source.name} cannot be unpacked: {error}") from error
    return len(members)
