"""What an upgrade lost: compares two snapshots and imports nothing of the shop."""

from collections.abc import Collection, Mapping

Rows = Mapping[str, Mapping[str, str]]


def losses(before: Mapping[str, Rows], after: Mapping[str, Rows], *, allowed: Collection[str] = ()) -> list[str]:
    """Tables, columns, rows and values of `before` that `after` lacks, by name. New ones are no loss."""
    found: set[str] = set()
    for table, rows in before.items():
        if table in allowed:
            continue
        if table not in after:
            found.add(table)
            continue
        for key, row in rows.items():
            found |= _row_losses(table, key, row, after[table].get(key), allowed)
    return sorted(found)


def _row_losses(
    table: str, key: str, before: Mapping[str, str], after: Mapping[str, str] | None, allowed: Collection[str]
) -> set[str]:
    if after is None:
        return {f"{table} #{key}"}
    kept = {column: value for column, value in before.items() if f"{table}.{column}" not in allowed}
    gone = {f"{table}.{column}" for column in kept if column not in after}
    changed = {
        f"{table}.{column} #{key}" for column, value in kept.items() if column in after and after[column] != value
    }
    return gone | changed
