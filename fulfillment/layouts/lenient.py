"""Two ways to read a unit: a bad cell rejects it, or a bad cell of an optional field counts as empty.

Contradictions between the rows of one order stay errors: nobody can say which row is right.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from config.kernel.importing.headings import FieldRow
from config.kernel.importing.problems import RowIssue, Severity
from fulfillment.layouts.base import Layout, ParsedUnit, StoreDefaults
from fulfillment.layouts.messages import TEXTS

ParseUnit = Callable[[Layout, str, Sequence[FieldRow], StoreDefaults], ParsedUnit]
CONTRADICTIONS = frozenset({"values_differ", "line_repeated"})
SHOWN = 40


def parse_strictly(layout: Layout, key: str, rows: Sequence[FieldRow], store: StoreDefaults) -> ParsedUnit:
    """One bad row rejects the whole unit."""
    return layout.parse_unit(key, rows, store=store)


def parse_leniently(layout: Layout, key: str, rows: Sequence[FieldRow], store: StoreDefaults) -> ParsedUnit:
    """Read a rejected unit again without its bad optional cells; each left out is a warning.

    A unit that is bad in anything else, or needs one of these cells after all, is rejected with what was wrong at first.
    """
    unit = layout.parse_unit(key, rows, store=store)
    if not unit.is_rejected:
        return unit
    errors = [issue for issue in unit.issues if issue.is_error]
    required = _required_headings(layout, rows[0].columns)
    if not all(issue.column and issue.column not in required and issue.code not in CONTRADICTIONS for issue in errors):
        return unit
    bad = defaultdict(set)
    for issue in errors:
        bad[issue.row].add(issue.column)
    again = layout.parse_unit(key, [_without(row, bad[row.number]) for row in rows], store=store)
    if again.is_rejected:
        return unit
    notes = [_left_out(row, column) for row in rows for column in sorted(bad[row.number])]
    count = replace(again.count, warnings=again.count.warnings + len(notes))
    return replace(again, count=count, issues=(*again.issues, *notes))


def _required_headings(layout: Layout, columns: Mapping[str, str]) -> set[str]:
    names = {spec.name for spec in layout.fields if spec.required} | set(layout.required_values)
    return {columns[name] for name in names if name in columns} | names


def _without(row: FieldRow, headings: set[str]) -> FieldRow:
    """The row with these cells empty, and without what the reader of the file had to say of them."""
    values = {name: "" if row.columns.get(name) in headings else value for name, value in row.values.items()}
    issues = tuple(issue for issue in row.issues if issue.column not in headings)
    return replace(row, values=values, issues=issues)


def _left_out(row: FieldRow, column: str) -> RowIssue:
    name = next((name for name, heading in row.columns.items() if heading == column), "")
    params = {"value": row.get(name)[:SHOWN]}
    return RowIssue(row.number, column, "taken_as_empty", Severity.WARNING, params, TEXTS)
