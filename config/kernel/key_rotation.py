"""Writing all encrypted values anew with the newest key, so that older keys can be dropped."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from config.kernel.commits import in_small_commits
from config.kernel.encryption import DecryptionError, current_key_id, decrypt
from config.kernel.fields import EncryptedTextField

CHUNK = 500
Stored = tuple[int, str]


@dataclass
class Rotation:
    """What a rotation saw: tables with encrypted fields, values under older keys, values written anew, unreadable ones."""

    tables: int = 0
    older: int = 0
    rotated: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted_fields() -> list[tuple[type[models.Model], str]]:
    """Every encrypted field of every table."""
    return [
        (model, column.name)
        for model in apps.get_models()
        for column in model._meta.local_concrete_fields
        if isinstance(column, EncryptedTextField)
    ]


def rotate_keys(*, is_dry_run: bool = False) -> Rotation:
    """Write every value that an older key encrypted anew with the first key of ENCRYPTION_KEYS.

    Safe to repeat and to break off: each value is replaced only while it is still the one that was read, so an edit made
    meanwhile stays. What no key opens is left as it is and named.
    """
    seen = Rotation()
    found = encrypted_fields()
    seen.tables = len({model for model, _name in found})
    for model, name in found:
        values = _older_values(model, name)
        if is_dry_run:
            seen.older += sum(1 for _value in values)
        else:
            seen.older += in_small_commits(values, partial(_write, model, name, seen), largest=CHUNK)
    return seen


def _stored(model: type[models.Model], name: str) -> "models.QuerySet[models.Model]":
    """The rows with the value as it lies in the database, under `stored`."""
    rows: models.QuerySet[models.Model] = model._base_manager.annotate(stored=Cast(name, models.TextField()))
    return rows


def _older_values(model: type[models.Model], name: str) -> Iterator[Stored]:
    newest = f"{current_key_id()}:"
    rows = _stored(model, name).filter(stored__gt="").exclude(stored__startswith=newest).order_by("pk")
    last = 0
    while chunk := list(rows.filter(pk__gt=last).values_list("pk", "stored")[:CHUNK]):
        yield from chunk
        last = chunk[-1][0]


def _write(model: type[models.Model], name: str, seen: Rotation, batch: list[Stored]) -> None:
    for pk, stored in batch:
        try:
            text = decrypt(stored)
        except (DecryptionError, ValueError):
            seen.unreadable.append(f"{model._meta.label}.{name} #{pk}")
            continue
        seen.rotated += _stored(model, name).filter(pk=pk, stored=stored).update(**{name: text})
