"""The count of one accepted unit, from what it became."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from config.kernel.importing.problems import RowIssue
from fulfillment.layouts.base import (
    LineKind,
    ParsedAdjustment,
    ParsedCancellation,
    ParsedLine,
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
    taken_back = cancellation.lines if cancellation else ()
    lines = (order.lines if order else ()) + taken_back
    count = replace(
        _line_count(lines),
        rows=len(rows),
        units=1,
        orders=1 if order else 0,
        cancellations=1 if cancellation else 0,
        cancellation_lines=len(taken_back),
        adjustments=len(adjustments),
        stock_notes=len(stock_notes),
        order_rows=len(rows) - len(lines) - len(adjustments) - len(stock_notes),
        warnings=sum(1 for issue in issues if not issue.is_error),
        net_amount=sum((line.amount for line in taken_back), order.net_amount if order else NOTHING),
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


def _line_count(lines: Sequence[ParsedLine]) -> FileCount:
    kinds = Counter(line.kind for line in lines)
    return FileCount(
        lines=len(lines),
        goods=kinds[LineKind.GOODS],
        gifts=kinds[LineKind.GIFT],
        shipping=kinds[LineKind.SHIPPING],
        discounts=kinds[LineKind.DISCOUNT],
        fees=kinds[LineKind.FEE],
        vouchers=kinds[LineKind.VOUCHER],
    )
