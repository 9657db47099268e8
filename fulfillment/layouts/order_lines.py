"""The lines of an order, out of the rows that carry one."""

from decimal import Decimal

from config.kernel.importing.row_reader import RowReader
from fulfillment.layouts.base import LineKind, ParsedLine, line_amount
from fulfillment.layouts.count import NOTHING
from fulfillment.layouts.order_reader import OrderReader

# A row with a title alone describes the order; a piece count, a price or a code makes it a line.
LINE_FIELDS = ("sku_code", "quantity", "unit_price")

_KINDS = {
    **{kind.value: kind for kind in LineKind},
    "商品": LineKind.GOODS,
    "赠品": LineKind.GIFT,
    "运费": LineKind.SHIPPING,
    "邮费": LineKind.SHIPPING,
    "折扣": LineKind.DISCOUNT,
    "优惠": LineKind.DISCOUNT,
    "费用": LineKind.FEE,
    "卡券": LineKind.VOUCHER,
}


def read_lines(reader: OrderReader) -> tuple[ParsedLine, ...]:
    """Every line that could be read; what is wrong with the others is noted on their rows."""
    lines: list[ParsedLine] = []
    seen: set[str] = set()
    for row in reader.rows:
        if all(row.is_blank(name) for name in LINE_FIELDS):
            continue
        line = _line(row, position=len(lines) + 1)
        if line is None:
            continue
        number = line.external_line_number
        if number and number in seen:
            row.error("line_number", "line_repeated", value=number)
        seen.add(number)
        lines.append(line)
    return tuple(lines)


def _line(row: RowReader, *, position: int) -> ParsedLine | None:
    quantity, price = row.quantity("quantity"), row.price("unit_price")
    row.require("quantity", "unit_price")
    code, title = row.identifier("sku_code").upper(), row.text("title")
    if not code and not title:
        row.error("sku_code", "required_empty")
    if quantity is not None and quantity <= 0:
        row.error("quantity", "quantity_negative" if quantity else "quantity_zero", value=quantity)
    kind = _kind(row, price=price)
    discount, platform_discount = _share(row, "line_discount"), _share(row, "line_platform_discount")
    refund, receivable = _share(row, "line_refund"), row.amount("line_receivable")
    if quantity is None or price is None:
        return None
    return ParsedLine(
        row=row.number,
        position=position,
        kind=kind,
        sku_code=code,
        title=title,
        options=row.text("options"),
        external_line_number=row.identifier("line_number"),
        quantity=quantity,
        unit_price=price,
        amount=line_amount(quantity, price),
        discount_amount=discount,
        platform_discount_amount=platform_discount,
        refunded_amount=refund,
        receivable_amount=receivable,
    )


def _kind(row: RowReader, *, price: Decimal | None) -> LineKind:
    """What the file says, else gift where the price is zero, else goods."""
    said = row.text("line_kind")
    if said and said.casefold() not in _KINDS:
        row.error("line_kind", "kind_unknown", value=said)
    default = LineKind.GIFT if price == 0 else LineKind.GOODS
    return _KINDS.get(said.casefold(), default)


def _share(row: RowReader, name: str) -> Decimal:
    amount = row.amount(name) or NOTHING
    if amount < 0:
        row.error(name, "amount_negative", value=amount)
    return amount
