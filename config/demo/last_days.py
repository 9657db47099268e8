"""The demo's last days, lived through the services: orders come in, reserve, are paid, shipped, refunded, left unpaid."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

from config.demo.ground import Ground
from config.demo.trade import DemoOrder
from fulfillment.models import Order
from fulfillment.orders import BuyerInput, LineInput, OrderInput, PaymentInput
from fulfillment.services.dispatch import ship_lines
from fulfillment.services.intake import take_in_order
from fulfillment.services.refunds import RefundPiece, refund_lines

SHIPS_AFTER = timedelta(hours=9)


def live_through(orders: Iterable[DemoOrder], ground: Ground, source: random.Random, *, now: datetime) -> int:
    """Take in every order that was placed before `now` and do what a warehouse would have done by then."""
    count = 0
    for demo in orders:
        if demo.placed_at > now:
            continue
        count += 1
        order = take_in_order(ground.stores[demo.buyer.store], order=order_input(demo, ground)).order
        if demo.paid_at and demo.placed_at + SHIPS_AFTER < now and source.random() < 0.85:
            _ship_and_refund(order, demo, source, now=now)
    return count


def order_input(demo: DemoOrder, ground: Ground) -> OrderInput:
    """The order as a channel would send it."""
    paid = (
        (PaymentInput(amount=demo.payable, paid_at=demo.paid_at, source_ref=f"pay:{demo.number}", method="alipay"),)
        if demo.paid_at
        else ()
    )
    return OrderInput(
        external_number=demo.number,
        placed_at=demo.placed_at,
        lines=tuple(
            LineInput(
                sku_id=ground.skus[line.sku.code].pk,
                quantity=line.quantity,
                unit_price=line.price,
                code=line.sku.code,
                title=line.sku.names[0],
            )
            for line in demo.lines
        ),
        shipping=demo.postage,
        order_shop_discount=demo.discount,
        order_platform_discount=demo.platform_discount,
        buyer=BuyerInput(
            id=demo.buyer.buyer_id,
            name=demo.buyer.name,
            phone=demo.buyer.phone,
            country="CN",
            province=demo.buyer.province,
            note=demo.note,
        ),
        payments=paid,
        payment_method="alipay",
    )


def _ship_and_refund(order: Order, demo: DemoOrder, source: random.Random, *, now: datetime) -> None:
    if order.lines.filter(shortages__state="open").exists() or order.state != Order.State.CONFIRMED:
        return
    ship_lines(order, key="1", shipped_at=demo.placed_at + SHIPS_AFTER)
    if demo.refund:
        line = order.lines.filter(kind="goods").order_by("number").first()
        if line is not None:
            refund_lines(
                order,
                lines=[RefundPiece(line_id=line.pk, quantity=line.quantity, amount=line.net_amount)],
                source_ref=f"refund:{order.number}/1",
                kind="return",
                reason="七天无理由",
                refunded_at=min(now, demo.placed_at + timedelta(hours=20)),
                restock="available",
            )
