"""Refunds of the past: cancellations matched to earlier lines, and refunds that an order itself carries."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from config.kernel.models import ImportBatch
from fulfillment.entries import RefundPart, refund_parts
from fulfillment.importing.goods import GoodsTerms, StoreGoods
from fulfillment.importing.order_rows import OrderDraft
from fulfillment.importing.progress import paid_moment, was_sent
from fulfillment.importing.terms import StoreTerms
from fulfillment.layouts.base import Layout, LineKind, ParsedCancellation, ParsedLine, SourceState
from fulfillment.layouts.count import NOTHING
from fulfillment.models import Order, OrderLine, Refund, RefundLine
from fulfillment.take_back import Goods, OpenLine, OpenLines, Piece, take_back

PIECES = (LineKind.GOODS, LineKind.GIFT)


@dataclass(slots=True)
class TakenBack:
    """A part of a refund: from a line, or from none."""

    line: OrderLine | None
    kind: LineKind
    goods: GoodsTerms | None
    units: int
    amount: Decimal


@dataclass(slots=True)
class RefundDraft:
    """A refund on its way into the tables."""

    row: Refund
    order: Order | None
    rate: Decimal | None
    parts: list[TakenBack] = field(default_factory=list)
    is_before_dispatch: bool = False
    # What goes beyond the paid amount belongs to the order's story, but to no sale.
    is_linked: bool = True

    @property
    def amount(self) -> Decimal:
        """What went back, all parts together."""
        return sum((part.amount for part in self.parts), NOTHING)


def goods_key(customer_id: int, line: ParsedLine, goods: GoodsTerms | None) -> Goods:
    """What a line is matched by: the SKU, for a charge its code."""
    return Goods(customer_id, line.kind.value, goods.sku_id if goods else line.sku_code)


def open_line(line: OrderLine, order: Order) -> OpenLine:
    """A line as it can be taken back."""
    return OpenLine(
        line=line,
        placed_at=order.placed_at,
        unit_price=line.unit_price,
        units_left=max(line.quantity - line.refunded_quantity, 0),
        amount_left=max(line.net_amount - line.refunded_amount, NOTHING),
    )


@dataclass
class CancellationBook:
    """Turns cancellations into refunds: one for each order that gives something back, one for what finds none.

    `touched` gathers the lines that stand in the tables already and gave something back.
    """

    batch: ImportBatch
    terms: StoreTerms
    goods: StoreGoods
    layout: Layout
    open_lines: OpenLines
    touched: dict[int, OrderLine] = field(default_factory=dict)

    def refunds(self, cancellation: ParsedCancellation, *, customer_id: int | None) -> list[RefundDraft]:
        """Take every line back and mark the lines and orders that gave."""
        taken: dict[int, tuple[Order | None, list[TakenBack]]] = {}
        for line in cancellation.lines:
            goods = self.goods.of(line.sku_code) if self.layout.names_sku(line) else None
            for piece in self._pieces(line, goods, customer_id=customer_id, moment=cancellation.placed_at):
                row = piece.line if isinstance(piece.line, OrderLine) else None
                order = row.order if row else None
                entry = taken.setdefault(id(order), (order, []))
                entry[1].append(TakenBack(row, line.kind, goods, piece.units, piece.amount))
                if row is not None:
                    self._mark(row, line.kind, piece)
        drafts = []
        for number, (order, parts) in enumerate(taken.values(), start=1):
            drafts.append(self._draft(cancellation, order, parts, number=number, customer_id=customer_id))
        return drafts

    def _pieces(
        self, line: ParsedLine, goods: GoodsTerms | None, *, customer_id: int | None, moment: datetime
    ) -> list[Piece]:
        units, amount = abs(line.quantity), abs(line.amount)
        if customer_id is None:
            return [Piece(None, units, amount)]
        earlier = self.open_lines.before(goods_key(customer_id, line, goods), moment=moment)
        return take_back(earlier, units=units, unit_price=line.unit_price, amount=amount)

    def _mark(self, row: OrderLine, kind: LineKind, piece: Piece) -> None:
        row.refunded_quantity += piece.units
        row.refunded_amount += piece.amount
        row.order.refunded_amount += piece.amount
        if row.pk:
            self.touched[row.pk] = row

    def _draft(
        self,
        cancellation: ParsedCancellation,
        order: Order | None,
        parts: list[TakenBack],
        *,
        number: int,
        customer_id: int | None,
    ) -> RefundDraft:
        row = Refund(
            store=self.terms.store,
            customer_id=customer_id,
            source_ref=f"import:{self.batch.pk}:{cancellation.external_number}/{number}",
            external_number=cancellation.external_number,
            payload_hash=cancellation.payload_hash,
            kind=Refund.Kind.CANCELLATION,
            state=Refund.State.SUCCEEDED,
            amount=sum((part.amount for part in parts), NOTHING),
            currency=cancellation.currency,
            refunded_at=cancellation.placed_at,
            refunded_on=cancellation.placed_on,
            import_batch=self.batch,
        )
        # Refunds are booked at the rate of the sale where the sale is known.
        rate = order.exchange_rate if order else self.terms.rates.rate(row.currency, cancellation.placed_on)
        return RefundDraft(row, order, rate, parts)


def order_refunds(
    draft: OrderDraft,
    *,
    terms: StoreTerms,
    batch: ImportBatch,
    amount: Decimal,
    already: Decimal = NOTHING,
    number: int = 1,
) -> list[RefundDraft]:
    """The refund that an order's own row tells of; more than was paid is an unlinked refund.

    `amount` is what is new, `already` what went back before. The lines are marked, the order's own figure is not: the
    file gives it. Files give no time for a refund: the latest time they know of the order is taken.
    """
    order, row = draft.parsed, draft.row
    before = [line.refunded_amount for line in draft.lines]
    within = min(amount, row.paid_amount - already)
    drafts = []
    if within > 0:
        is_all = row.refunded_amount >= row.paid_amount
        parts = refund_parts(order, draft.money, amount=within, is_all=is_all, taken=before)
        drafts.append(_order_refund(draft, terms=terms, batch=batch, number=number))
        drafts[0].parts = [_mark_part(draft, part) for part in parts]
    if amount > within:
        beyond = _order_refund(draft, terms=terms, batch=batch, number=number + 1)
        beyond.is_linked = False
        beyond.parts = [TakenBack(None, LineKind.FEE, None, 0, amount - within)]
        drafts.append(beyond)
    for refund in drafts:
        refund.row.amount = refund.amount
    return drafts


def _mark_part(draft: OrderDraft, part: RefundPart) -> TakenBack:
    line = None if part.line is None else draft.lines[part.line]
    units = part.units
    if line is not None:
        units = max(min(part.units, line.quantity - line.refunded_quantity), 0)
        line.refunded_quantity += units
        line.refunded_amount += part.amount
    return TakenBack(line, part.kind, None if part.line is None else draft.goods[part.line], units, part.amount)


def _order_refund(draft: OrderDraft, *, terms: StoreTerms, batch: ImportBatch, number: int) -> RefundDraft:
    order = draft.parsed
    moment = order.completed_at or order.shipped_at or paid_moment(order) or order.placed_at
    given_up = order.state is SourceState.CLOSED and not was_sent(order)
    row = Refund(
        store=terms.store,
        customer_id=draft.row.customer_id,
        source_ref=f"order:{draft.row.number}/refund/{number}",
        kind=Refund.Kind.CANCELLATION if given_up else Refund.Kind.REFUND_ONLY,
        state=Refund.State.SUCCEEDED,
        currency=order.currency,
        refunded_at=moment,
        refunded_on=terms.day(moment),
        import_batch=batch,
    )
    return RefundDraft(row, draft.row, draft.rate, is_before_dispatch=given_up)


def draft_refund_lines(refund: RefundDraft) -> list[RefundLine]:
    """The lines of a saved refund."""
    return [
        RefundLine(
            refund=refund.row,
            order_line=part.line,
            sku_id=part.goods.sku_id if part.goods else None,
            kind=part.kind.value,
            quantity=part.units if part.kind in PIECES else 0,
            amount=part.amount,
        )
        for part in refund.parts
    ]
