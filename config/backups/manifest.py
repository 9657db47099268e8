"""The page that makes a folder a backup: what lies in it, its checksums, and by which keys it can be read."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.backups.refusals import BackupRefused
from config.kernel.encryption import key_ids, lookup_hash

NAME = "manifest.json"
FORM = 1
# Proves that a lookup key is the same without showing it.
PROBE = "zhanggui"


@dataclass(frozen=True)
class Manifest:
    """`checksums` are SHA-256 by file name, `migrations` the newest of each app, `key_ids` ids only and never keys."""

    form: int
    made_at: str
    engine: str
    migrations: list[str]
    key_ids: list[str]
    lookup_probe: str
    checksums: dict[str, str]


def describe(files: Iterable[Path], *, made_at: str) -> Manifest:
    """The manifest of the files as they lie there, under the keys and migrations of this moment."""
    return Manifest(
        form=FORM,
        made_at=made_at,
        engine=connection.vendor,
        migrations=_applied_leaves(),
        key_ids=key_ids(),
        lookup_probe=_probe(),
        checksums={file.name: _checksum(file) for file in files},
    )


def write_manifest(manifest: Manifest, *, folder: Path) -> None:
    """Write it last and at once: a folder without it is not a backup."""
    own = folder / f"{NAME}.part"
    own.write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
    own.replace(folder / NAME)


def read_manifest(folder: Path) -> Manifest:
    """Raises BackupRefused where the folder is no backup of this form."""
    try:
        manifest = Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BackupRefused(f"{folder} has no {NAME}: it is no backup, or its making was broken off.") from error
    except (ValueError, TypeError) as error:
        raise BackupRefused(f"{folder / NAME} cannot be read.") from error
    if manifest.form != FORM:
        raise BackupRefused(f"{folder} was written in form {manifest.form}; this version reads form {FORM}.")
    return manifest


def refuse_unfit(manifest: Manifest, *, folder: Path) -> None:
    """Raises BackupRefused for another engine, changed files, missing keys, or a newer schema than the code's."""
    if manifest.engine != connection.vendor:
        raise BackupRefused(f"The backup is of {manifest.engine}, DATABASE_URL names {connection.vendor}.")
    for name, checksum in manifest.checksums.items():
        file = folder / name
        if not file.is_file() or _checksum(file) != checksum:
            raise BackupRefused(f"{file} is missing or not as it was written.")
    if missing := set(manifest.key_ids) - set(key_ids()):
        raise BackupRefused(f"ENCRYPTION_KEYS lacks the keys of this backup: {', '.join(sorted(missing))}.")
    if manifest.lookup_probe != _probe():
        raise BackupRefused("LOOKUP_KEY is not the one of this backup: nobody would be found by phone or mail.")
    if unknown := set(manifest.migrations) - _known():
        raise BackupRefused(f"The backup is of newer code: {', '.join(sorted(unknown))} is not known here.")


def _checksum(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _probe() -> str:
    return lookup_hash(PROBE, purpose="backup")


def _applied_leaves() -> list[str]:
    loader = MigrationLoader(connection)
    return sorted(
        f"{app}.{name}" for app, name in loader.graph.leaf_nodes() if (app, name) in loader.applied_migrations
    )


def _known() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
