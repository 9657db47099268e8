"""From a parsed order to the rows of an order, its lines and its payments, not yet saved."""

from dataclasses import dataclass
from decimal import Decimal

from config.kernel.models import ImportBatch
from config.kernel.sql import fresh
from fulfillment.importing.goods import GoodsTerms, StoreGoods
from fulfillment.importing.progress import MOVED, paid_moment, standing, version_of, was_sent
from fulfillment.importing.terms import StoreTerms
from fulfillment.layouts.base import Layout, ParsedLine, ParsedOrder, ParsedPayment
from fulfillment.layouts.count import NOTHING
from fulfillment.models import Order, OrderLine, Payment
from fulfillment.order_money import LineShare, OrderMoney, settle_order

# The colours of the little flags that sellers put on orders.
FLAGS = {"灰": 0, "红": 1, "黄": 2, "绿": 3, "蓝": 4, "紫": 5, "grey": 0, "red": 1, "yellow": 2, "green": 3, "blue": 4}


@dataclass(slots=True)
class OrderDraft:
    """An order on its way into the tables: `goods` and `lines` follow the parsed lines."""

    parsed: ParsedOrder
    money: OrderMoney
    row: Order
    rate: Decimal | None
    lines: list[OrderLine]
    goods: list[GoodsTerms | None]


def draft_order(
    order: ParsedOrder,
    *,
    number: str,
    customer_id: int | None,
    terms: StoreTerms,
    goods: StoreGoods,
    layout: Layout,
    batch: ImportBatch,
) -> OrderDraft:
    """Everything that is known of an order of the past. Nothing here moves stock."""
    money = settle_order(order)
    row = Order(
        number=number,
        store=terms.store,
        external_number=order.external_number,
        customer_id=customer_id,
        source=Order.Source.FILE,
        is_history=True,
        import_batch=batch,
        currency=order.currency,
        placed_at=order.placed_at,
        placed_on=order.placed_on,
    )
    meant = [goods.of(line.sku_code) if layout.names_sku(line) else None for line in order.lines]
    paid = paid_moment(order)
    rate = terms.rates.rate(order.currency, terms.day(paid) if paid else order.placed_on)
    fill_order(row, order, money=money, terms=terms, rate=rate)
    draft = OrderDraft(order, money, row, rate, [], meant)
    draft.lines = draft_lines(draft, terms=terms)
    return draft


def fill_order(row: Order, order: ParsedOrder, *, money: OrderMoney, terms: StoreTerms, rate: Decimal | None) -> None:
    """Set every column that may change while an order goes on."""
    stands, paid_at = standing(order), paid_moment(order)
    row.state, row.payment_state, row.fulfilment_state = stands.state, stands.payment_state, stands.fulfilment_state
    row.closed_at, row.cancelled_at = stands.closed_at, stands.cancelled_at
    row.paid_at, row.paid_on = paid_at, terms.day(paid_at) if paid_at else None
    row.shipped_at, row.dispatch_due_at = order.shipped_at, order.dispatch_due_at
    row.channel_state = order.status_text[:80]
    row.exchange_rate = rate
    row.is_presale = any(payment.kind != "full" for payment in order.payments)
    row.source_version, row.payload_hash = version_of(order), order.payload_hash
    _fill_money(row, order, money=money, terms=terms)
    _fill_buyer(row, order)


def _fill_money(row: Order, order: ParsedOrder, *, money: OrderMoney, terms: StoreTerms) -> None:
    """payable = goods - shop discount - platform discount + postage, whatever the file's own sums say."""
    charged = sum((line.amount for line in order.lines if line.kind == "shipping"), NOTHING)
    received = sum((payment.amount for payment in order.payments), NOTHING)
    row.shipping_amount = charged + money.postage
    row.platform_discount_amount = money.platform_discount
    row.shop_discount_amount = max(money.discount - money.platform_discount, NOTHING)
    row.payable_amount = money.due
    row.goods_amount = money.due - row.shipping_amount + row.shop_discount_amount + row.platform_discount_amount
    row.paid_amount = max(received, NOTHING)
    row.refunded_amount = min(order.refunded_amount, row.paid_amount)
    row.commission_amount = terms.commission(row.paid_amount - row.refunded_amount)
    row.receivable_amount = row.paid_amount + money.platform_discount - row.commission_amount


def _fill_buyer(row: Order, order: ParsedOrder) -> None:
    buyer = order.buyer
    row.buyer_id = buyer.external_id
    row.buyer_name = buyer.name or buyer.nickname
    row.buyer_phone, row.buyer_address = buyer.phone, buyer.address
    row.country, row.province = order.country[:60], order.region[:40]
    row.buyer_note, row.seller_memo = order.buyer_note, order.seller_memo
    row.flag = _flag(order.flag)


def _flag(text: str) -> int:
    if text.isdecimal():
        return min(int(text), 9)
    return next((number for word, number in FLAGS.items() if word in text.casefold()), 0)


def draft_lines(draft: OrderDraft, *, terms: StoreTerms) -> list[OrderLine]:
    """One row for each parsed line."""
    sent = was_sent(draft.parsed)
    rows = zip(draft.parsed.lines, draft.money.shares, draft.goods, strict=True)
    return [
        _line(line, share, order=draft.row, goods=goods, terms=terms, rate=draft.rate, is_sent=sent)
        for line, share, goods in rows
    ]


def _line(
    line: ParsedLine,
    share: LineShare,
    *,
    order: Order,
    goods: GoodsTerms | None,
    terms: StoreTerms,
    rate: Decimal | None,
    is_sent: bool,
) -> OrderLine:
    receivable = line.receivable_amount
    if receivable is None:
        receivable = share.net + share.platform_discount - terms.commission(share.net)
    row = fresh(
        OrderLine,
        number=line.position,
        kind=line.kind.value,
        sku_id=goods.sku_id if goods else None,
        code=line.sku_code,
        title=line.title[:300],
        quantity=line.quantity,
        list_price=line.unit_price,
        unit_price=line.unit_price,
        shop_discount_amount=share.discount - share.platform_discount,
        platform_discount_amount=share.platform_discount,
        net_amount=share.net,
        receivable_amount=receivable,
        unit_cost=terms.own_cost(goods.unit_cost, rate=rate) if goods else None,
        commission_rate=terms.commission_rate,
        shipped_quantity=line.quantity if is_sent and line.kind in MOVED else 0,
    )
    row.order = order
    return row


def draft_payments(draft: OrderDraft, *, first: int = 1) -> list[Payment]:
    """The payments of a saved order; nothing is written for an amount of zero."""
    paid = [payment for payment in draft.parsed.payments if payment.amount > 0]
    return [_payment(draft, payment, number) for number, payment in enumerate(paid, start=first)]


def _payment(draft: OrderDraft, payment: ParsedPayment, number: int) -> Payment:
    return Payment(
        order=draft.row,
        stage=payment.kind.value,
        amount=payment.amount,
        currency=draft.parsed.currency,
        paid_at=payment.paid_at or draft.parsed.paid_at or draft.parsed.placed_at,
        source_ref=f"order:{draft.row.number}/{number}",
    )
