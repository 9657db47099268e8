"""The layout of the UCI "Online Retail" file: a wholesaler of gifts in the United Kingdom.

An invoice number beginning with C is a cancellation, with A an adjustment of the books. Some lines are not goods, and a
negative quantity at price 0 notes pieces lost or found. Codes differ in case only by mistake.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.headings import FieldRow, FieldSpec
from config.kernel.importing.moments import DayOrder, Moment, parse_moment
from config.kernel.importing.problems import RowIssue, Severity
from config.kernel.importing.row_reader import RowReader
from config.kernel.importing.values import CENT, BadValue, parse_identifier
from fulfillment.layouts.base import (
    Layout,
    LineKind,
    ParsedAdjustment,
    ParsedCancellation,
    ParsedLine,
    ParsedOrder,
    ParsedPayment,
    ParsedUnit,
    PaymentKind,
    SourceState,
    StockNote,
    StoreDefaults,
    line_amount,
    payload_hash,
    rejected_unit,
)
from fulfillment.layouts.buyers import Buyer
from fulfillment.layouts.count import NOTHING
from fulfillment.layouts.messages import TEXTS
from fulfillment.layouts.tally import accepted_unit

NUMBER_LIMIT = 32
SHIPPING_CODES = frozenset({"POST", "DOT", "C2"})
DISCOUNT_CODES = frozenset({"D"})
FEE_CODES = frozenset({"M", "S", "B", "CRUK", "PADS", "AMAZONFEE", "BANK CHARGES"})
VOUCHER_PREFIX = "GIFT_"

_INVOICE, _CANCELLATION, _ADJUSTMENT = "", "C", "A"
_NUMBER = re.compile(r"([CA]?)\d+")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row whose every value could be read."""

    number: int
    code: str
    title: str
    quantity: int
    price: Decimal
    moment: Moment
    customer: str
    country: str

    @property
    def is_stock_note(self) -> bool:
        return self.quantity < 0 and self.price == 0

    @property
    def amount(self) -> Decimal:
        return line_amount(self.quantity, self.price)


class OnlineRetailLayout(Layout):
    """One row for each line of an invoice; the letter before its number tells sales, cancellations and adjustments apart."""

    code = "online-retail"
    label = _("Online Retail (UCI)")
    currency = "GBP"
    zone = "Europe/London"
    country = "GB"
    fields = (
        FieldSpec("number", _("Invoice number"), ("InvoiceNo", "Invoice"), required=True),
        FieldSpec("code", _("Stock code"), ("StockCode",), required=True),
        FieldSpec("title", _("Description"), ("Description",)),
        FieldSpec("quantity", _("Quantity"), ("Quantity",), required=True),
        FieldSpec("placed_at", _("Invoice date"), ("InvoiceDate",), required=True),
        FieldSpec("price", _("Unit price"), ("UnitPrice", "Price"), required=True),
        FieldSpec("customer", _("Customer"), ("CustomerID", "Customer ID")),
        FieldSpec("country", _("Country"), ("Country",)),
    )

    def names_sku(self, line: ParsedLine) -> bool:
        """A charge at price 0 counts as a gift, and still is no SKU."""
        return super().names_sku(line) and line_kind(line.sku_code, price=CENT) is LineKind.GOODS

    def key_of(self, row: FieldRow) -> str:
        try:
            return parse_identifier(row.get("number"), limit=NUMBER_LIMIT).upper()
        except BadValue:
            return ""

    def sort_key_of(self, row: FieldRow, *, store: StoreDefaults) -> str:
        try:
            moment = parse_moment(row.get("placed_at"), zone=self.zone, day_order=DayOrder.MONTH_FIRST)
        except BadValue:
            return ""
        return moment.at.isoformat()

    def parse_unit(self, key: str, rows: Sequence[FieldRow], *, store: StoreDefaults) -> ParsedUnit:
        kind = _kind_of(key)
        issues: list[RowIssue] = []
        read: list[_Row] = []
        for row in rows:
            reader = RowReader(row, zone=self.zone, day_order=DayOrder.MONTH_FIRST, texts=TEXTS)
            found = _read_row(reader, kind=kind)
            if found is not None:
                read.append(found)
            issues.extend(reader.issues)
        issues.extend(_disagreements(read, rows=rows))
        if any(issue.is_error for issue in issues):
            return rejected_unit(key, rows, issues=issues)
        return _assemble(key, read, kind=kind or _INVOICE, issues=issues, digest=payload_hash(rows))


def line_kind(code: str, *, price: Decimal) -> LineKind:
    """What a line is, by its code (upper case); whatever costs nothing is a gift."""
    if price == 0:
        return LineKind.GIFT
    if code in SHIPPING_CODES:
        return LineKind.SHIPPING
    if code in DISCOUNT_CODES:
        return LineKind.DISCOUNT
    if code in FEE_CODES:
        return LineKind.FEE
    return LineKind.VOUCHER if code.startswith(VOUCHER_PREFIX) else LineKind.GOODS


def _kind_of(key: str) -> str | None:
    match = _NUMBER.fullmatch(key)
    return match[1] if match else None


def _read_row(reader: RowReader, *, kind: str | None) -> _Row | None:
    """The row's values, or None when one of them is missing; what they mean together is checked too."""
    reader.require("number", "code", "quantity", "placed_at", "price")
    number = reader.identifier("number", limit=NUMBER_LIMIT)
    if kind is None and number:
        reader.error("number", "number_unknown_kind", value=number)
    quantity, moment = reader.quantity("quantity"), reader.moment("placed_at")
    price = reader.price("price", may_be_negative=kind == _ADJUSTMENT)
    code = reader.identifier("code").upper()
    title, country = reader.text("title"), reader.text("country")
    customer = reader.identifier("customer")
    if quantity is None or price is None or moment is None:
        return None
    _check_sign(reader, kind=kind, quantity=quantity, price=price)
    return _Row(reader.number, code, title, quantity, price, moment, customer, country)


def _check_sign(reader: RowReader, *, kind: str | None, quantity: int, price: Decimal) -> None:
    if quantity == 0:
        reader.error("quantity", "quantity_zero")
    elif kind == _CANCELLATION and quantity > 0:
        reader.error("quantity", "cancellation_positive")
    elif kind == _INVOICE and quantity < 0 and price != 0:
        reader.error("quantity", "sale_negative")


def _disagreements(read: Sequence[_Row], *, rows: Sequence[FieldRow]) -> list[RowIssue]:
    """Values that belong to the whole invoice but differ between its rows."""
    by_number = {row.number: row for row in rows}
    found = []
    for name in ("customer", "country"):
        for row in read[1:]:
            first, other = getattr(read[0], name), getattr(row, name)
            if first != other:
                column = by_number[row.number].heading(name)
                params = {"first": first, "other": other}
                found.append(RowIssue(row.number, column, "values_differ", params=params, texts=TEXTS))
    return found


def _assemble(key: str, read: Sequence[_Row], *, kind: str, issues: list[RowIssue], digest: str) -> ParsedUnit:
    first = min(read, key=lambda row: row.moment.at)
    if any(row.moment.at != first.moment.at for row in read):
        issues.append(RowIssue(first.number, "", "times_differ", Severity.WARNING, texts=TEXTS))
    rows = [row.number for row in read]
    if kind == _ADJUSTMENT:
        entries = tuple(_adjustment(key, row, digest=digest) for row in read)
        return accepted_unit(key, rows=rows, issues=issues, adjustments=entries)
    lines = tuple(_line(row, position=at) for at, row in enumerate(_sold(read), start=1))
    return accepted_unit(
        key,
        rows=rows,
        issues=issues,
        order=_order(key, first, lines=lines, digest=digest) if lines and kind == _INVOICE else None,
        cancellation=_cancellation(key, first, lines=lines, digest=digest) if lines and kind == _CANCELLATION else None,
        stock_notes=tuple(_stock_note(key, row) for row in read if row.is_stock_note),
    )


def _sold(read: Sequence[_Row]) -> list[_Row]:
    return [row for row in read if not row.is_stock_note]


def _line(row: _Row, *, position: int) -> ParsedLine:
    return ParsedLine(
        row=row.number,
        position=position,
        kind=line_kind(row.code, price=row.price),
        sku_code=row.code,
        title=row.title,
        quantity=row.quantity,
        unit_price=row.price,
        amount=row.amount,
    )


def _order(key: str, first: _Row, *, lines: tuple[ParsedLine, ...], digest: str) -> ParsedOrder:
    """Paid on the spot: the file knows no other state."""
    total = _sum(lines)
    charges = _sum(lines, LineKind.SHIPPING)
    return ParsedOrder(
        external_number=key,
        placed_at=first.moment.at,
        placed_on=first.moment.on,
        state=SourceState.COMPLETED,
        buyer=Buyer(external_id=first.customer),
        currency=OnlineRetailLayout.currency,
        country=first.country,
        lines=lines,
        payments=(ParsedPayment(PaymentKind.FULL, total, first.moment.at),),
        payload_hash=digest,
        paid_amount=total,
        goods_amount=total - charges,
        postage_amount=charges,
        total_amount=total,
        paid_at=first.moment.at,
    )


def _cancellation(key: str, first: _Row, *, lines: tuple[ParsedLine, ...], digest: str) -> ParsedCancellation:
    return ParsedCancellation(
        external_number=key,
        placed_at=first.moment.at,
        placed_on=first.moment.on,
        buyer=Buyer(external_id=first.customer),
        currency=OnlineRetailLayout.currency,
        country=first.country,
        lines=lines,
        payload_hash=digest,
    )


def _adjustment(key: str, row: _Row, *, digest: str) -> ParsedAdjustment:
    return ParsedAdjustment(
        row=row.number,
        external_number=key,
        booked_at=row.moment.at,
        booked_on=row.moment.on,
        currency=OnlineRetailLayout.currency,
        description=row.title,
        amount=row.amount,
        payload_hash=digest,
    )


def _stock_note(key: str, row: _Row) -> StockNote:
    return StockNote(
        row=row.number,
        external_number=key,
        noted_at=row.moment.at,
        noted_on=row.moment.on,
        sku_code=row.code,
        quantity=row.quantity,
        description=row.title,
    )


def _sum(lines: Sequence[ParsedLine], kind: LineKind | None = None) -> Decimal:
    return sum((line.amount for line in lines if kind in (None, line.kind)), NOTHING)
