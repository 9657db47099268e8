"""Small files of orders and their import, for tests."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from config.kernel.importing.batches import apply_batch, upload_batch
from config.kernel.importing.headings import ColumnMapping
from config.kernel.models import ImportBatch

RETAIL = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
GENERIC = (
    "Order number", "Placed at", "Paid at", "Shipped at", "State", "Customer ID", "SKU", "Title", "Quantity",
    "Unit price", "Postage", "Discount", "Paid", "Refund", "Line refund",
)  # fmt: skip


def write_table(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """A UTF-8 file with these headings."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


def retail_row(
    number: str,
    code: str,
    quantity: int,
    price: str,
    *,
    at: str = "1/3/2011 10:00",
    customer: str = "17850",
    title: str = "MUG",
) -> list[str]:
    """A row of the Online Retail kind; `at` is month/day/year as the real file writes it."""
    return [number, code, title, str(quantity), at, price, customer, "United Kingdom"]


def generic_row(number: str, **values: object) -> list[object]:
    """A row of the generic kind, one piece of A-1 for 10.00, received, paid on the spot."""
    row: dict[str, object] = {
        "Order number": number,
        "Placed at": "2026-03-01 10:00:00",
        "Paid at": "2026-03-01 10:05:00",
        "Shipped at": "2026-03-02 09:00:00",
        "State": "Completed",
        "Customer ID": "c-1",
        "SKU": "A-1",
        "Title": "Nuts",
        "Quantity": 1,
        "Unit price": "10.00",
    }
    row |= {name.replace("_", " ").capitalize().replace("Sku", "SKU"): value for name, value in values.items()}
    return [row.get(heading, "") for heading in GENERIC]


def import_file(
    path: Path,
    *,
    layout: str = "online-retail",
    store: str = "uk",
    policy: str = "reject-rows",
    mapping: dict[str, str] | None = None,
) -> ImportBatch:
    """Upload and apply a file."""
    batch = upload_batch(
        path, layout=layout, store_code=store, policy=policy, mapping=ColumnMapping(mapping) if mapping else None
    )
    return apply_batch(batch)


def import_rows(folder: Path, rows: Iterable[Sequence[object]], *, name: str = "file.csv") -> ImportBatch:
    """Import rows of the Online Retail kind."""
    return import_file(write_table(folder / name, RETAIL, rows))


def import_generic(folder: Path, rows: Iterable[Sequence[object]], *, name: str = "file.csv") -> ImportBatch:
    """Import rows of the generic kind into a store in China."""
    return import_file(write_table(folder / name, GENERIC, rows), layout="generic", store="cn")
