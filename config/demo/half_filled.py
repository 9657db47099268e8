"""A demo that was stopped while it was being filled: noted beside the database, and begun anew the next time.

Filling takes minutes in thousands of transactions. Half a shop looks like a whole one, only wrong: its books are complete
and its last days are missing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError
from django.db import connection

NOTE = "demo-is-being-filled"


@contextmanager
def noted_as_half_filled(folder: Path) -> Iterator[None]:
    """The note stands in `folder` until what is within came to its end; an exception or a kill leaves it there."""
    note = folder / NOTE
    note.touch()
    yield
    note.unlink(missing_ok=True)


def discard_half_filled(folder: Path, *, database: Path | None) -> bool:
    """Remove the SQLite database that a stopped filling left behind; False where nothing was left.

    Raises CommandError where the database is a server's (`database` None): it is not ours to empty.
    """
    note = folder / NOTE
    if not note.exists():
        return False
    if database is None:
        raise CommandError(
            f"The demo store was stopped while it was being filled. Empty the database, remove {note} and start again."
        )
    connection.close()
    for ending in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    note.unlink()
    return True
