"""Rows for the layouts' tests, without a file around them."""

from collections.abc import Mapping, Sequence

from config.kernel.importing.headings import FieldRow
from fulfillment.layouts import LAYOUTS
from fulfillment.layouts.base import ParsedUnit, StoreDefaults

STORE = StoreDefaults(currency="EUR", zone="Europe/Berlin", country="DE")


def parse(layout: str, rows: Sequence[Mapping[str, str]]) -> ParsedUnit:
    """Parse rows given by field name; they are numbered from 2 and a column's heading is its field in capitals."""
    found = LAYOUTS[layout]
    names = {name for row in rows for name in row}
    columns = {name: name.upper() for name in names}
    field_rows = [
        FieldRow(number, dict.fromkeys(names, "") | dict(row), columns) for number, row in enumerate(rows, start=2)
    ]
    return found.parse_unit(found.key_of(field_rows[0]), field_rows, store=STORE)


def found_in(unit: ParsedUnit) -> list[tuple[int, str, str]]:
    return [(issue.row, issue.column, issue.code) for issue in unit.issues]
