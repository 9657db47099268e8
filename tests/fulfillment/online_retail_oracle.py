"""An independent reading of the Online Retail file with the csv module alone.

It imports nothing from the apps and follows the rules as they are written: which invoices are orders, cancellations and
adjustments, which lines are goods, gifts, charges or stock notes, and what the net amount is.
"""

import csv
import lzma
from collections import Counter
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

SHIPPING = {"POST", "DOT", "C2"}
FEES = {"M", "S", "B", "CRUK", "PADS", "AMAZONFEE", "BANK CHARGES"}


@dataclass
class Reading:
    """Counts are rows unless named otherwise."""

    rows: int = 0
    invoices: set[str] = field(default_factory=set)
    order_numbers: set[str] = field(default_factory=set)
    cancellation_numbers: set[str] = field(default_factory=set)
    customer_ids: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    cancellation_lines: int = 0
    adjustments: int = 0
    stock_notes: int = 0
    net_amount: Decimal = Decimal(0)
    cancelled_amount: Decimal = Decimal(0)
    adjustment_amount: Decimal = Decimal(0)
    units_sold: int = 0
    codes: set[str] = field(default_factory=set)
    first_time: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> int:
        return sum(self.kinds.values())


def read_online_retail(path: Path) -> Reading:
    """Read the whole file. Only two of its eight columns hold numbers; all else stays text."""
    reading = Reading()
    with lzma.open(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            _take(reading, row)
    return reading


def _take(reading: Reading, row: dict[str, str]) -> None:
    invoice = row["InvoiceNo"].strip().upper()
    code = row["StockCode"].strip().upper()
    quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
    amount = (quantity * price).quantize(Decimal("0.01"), ROUND_HALF_UP)
    reading.rows += 1
    reading.invoices.add(invoice)
    time = row["InvoiceDate"]
    reading.first_time[invoice] = min(reading.first_time.get(invoice, time), time)
    if invoice.startswith("A"):
        reading.adjustments += 1
        reading.adjustment_amount += amount
    elif quantity < 0 and price == 0 and not invoice.startswith("C"):
        reading.stock_notes += 1
    else:
        reading.kinds[_kind(code, price)] += 1
        reading.net_amount += amount
        reading.codes.add(code)
        if row["CustomerID"]:
            reading.customer_ids.add(row["CustomerID"])
        _take_line(reading, invoice, quantity, amount)


def _take_line(reading: Reading, invoice: str, quantity: int, amount: Decimal) -> None:
    if invoice.startswith("C"):
        reading.cancellation_numbers.add(invoice)
        reading.cancellation_lines += 1
        reading.cancelled_amount += amount
    else:
        reading.order_numbers.add(invoice)
        reading.units_sold += quantity


def _kind(code: str, price: Decimal) -> str:
    if price == 0:
        return "gift"
    if code in SHIPPING:
        return "shipping"
    if code == "D":
        return "discount"
    if code in FEES:
        return "fee"
    return "voucher" if code.startswith("GIFT_") else "goods"
