"""The count of one accepted unit, from what it became."""

from collections import Counter
from collections.abc import Sequence

from config.kernel.importing.problems import RowIssue
from fulfillment.layouts.base import (
    LineKind,
    ParsedAdjustment,
    ParsedCancellation,
    ParsedOrder,
    ParsedUnit,
    StockNote,
)
from fulfillment.layouts.count import NOTHING, FileCount


def accepted_unit(
    key: str,
    *,
    rows: Sequence[int],
    issues: Sequence[RowIssue],
    order: ParsedOrder | None = None,
    cancellation: ParsedCancellation | None = None,
    adjustments: tuple[ParsedAdjustment, ...] = (),
    stock_notes: tuple[StockNote, ...] = (),
) -> ParsedUnit:
    """A unit without errors; rows that are neither line, adjustment nor note are counted as order rows."""
    lines = (order.lines if order else ()) + (cancellation.lines if cancellation else ())
    kinds = Counter(line.kind for line in lines)
    net = sum((line.amount for line in cancellation.lines), NOTHING) if cancellation else NOTHING
    count = FileCount(
        rows=len(rows),
        units=1,
        orders=1 if order else 0,
        cancellations=1 if cancellation else 0,
        lines=len(lines),
        cancellation_lines=len(cancellation.lines) if cancellation else 0,
        goods=kinds[LineKind.GOODS],
        gifts=kinds[LineKind.GIFT],
        shipping=kinds[LineKind.SHIPPING],
        discounts=kinds[LineKind.DISCOUNT],
        fees=kinds[LineKind.FEE],
        vouchers=kinds[LineKind.VOUCHER],
        adjustments=len(adjustments),
        stock_notes=len(stock_notes),
        order_rows=len(rows) - len(lines) - len(adjustments) - len(stock_notes),
        warnings=sum(1 for issue in issues if not issue.is_error),
        net_amount=net + (order.net_amount if order else NOTHING),
        adjustment_amount=sum((entry.amount for entry in adjustments), NOTHING),
        refund_amount=order.refunded_amount if order else NOTHING,
    )
    return ParsedUnit(
        key=key,
        rows=tuple(rows),
        count=count,
        order=order,
        cancellation=cancellation,
        adjustments=adjustments,
        stock_notes=stock_notes,
        issues=tuple(issues),
    )
