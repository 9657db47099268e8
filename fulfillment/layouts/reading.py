"""From a file on disk to parsed orders under a layout."""

from functools import partial
from pathlib import Path

from config.kernel.importing.headings import ColumnMapping, Proposal, propose_mapping
from config.kernel.importing.readers import open_table
from config.kernel.importing.spooled import Reading, SpooledFile, open_spooled
from config.kernel.importing.streams import Limits
from fulfillment.layouts.base import Layout, StoreDefaults
from fulfillment.layouts.lenient import ParseUnit, parse_strictly


def propose_for(path: Path, *, layout: Layout, limits: Limits | None = None, encoding: str | None = None) -> Proposal:
    """What the headings of this file say; for the page where a person settles the mapping."""
    with open_table(path, limits=limits, encoding=encoding) as table:
        return propose_mapping(table.headings, fields=layout.fields)


def open_order_file(
    path: Path,
    *,
    layout: Layout,
    spool_path: Path,
    store: StoreDefaults,
    mapping: ColumnMapping | None = None,
    limits: Limits | None = None,
    encoding: str | None = None,
    parse: ParseUnit = parse_strictly,
) -> SpooledFile:
    """The orders of a file, read as `open_spooled` says; a unit is a ParsedUnit."""
    settled = layout.settled(store)
    reading = Reading(
        fields=layout.fields,
        key_of=layout.key_of,
        sort_key_of=partial(layout.sort_key_of, store=settled),
        parse=lambda key, rows: parse(layout, key, rows, settled),
        mark=(layout.code, repr(settled)),
    )
    return open_spooled(path, reading=reading, spool_path=spool_path, mapping=mapping, limits=limits, encoding=encoding)
