"""Writes a new order with its lines; prices, costs and commission are copied and never move again."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from catalog.models import Store
from config.kernel.errors import InvalidInput
from config.kernel.sql import insert_many, insert_new
from fulfillment.importing.terms import StoreTerms, store_terms
from fulfillment.models import Order, OrderLine
from fulfillment.orders import MOVED, LineAmounts, LineInput, OrderAmounts, OrderInput, amounts_of
from fulfillment.queries.stock import Goods, goods_of
from fulfillment.services.contents import Contents
from membership.services import BuyerCard, identify_customers


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an order comes from: API or staff, with the payload's fingerprint."""

    source: str
    payload_hash: str = ""


def insert_order(
    store: Store, *, order: OrderInput, number: str, origin: Origin, customer_id: int | None
) -> Contents | None:
    """The new order with its lines, unpaid and without promises; None when the store's number is known already.

    Until the transaction ends nobody else sees the order: it is owned. Raises InvalidInput when lines, quantities or amounts do not fit together.
    """
    amounts = checked_amounts(store, order=order)
    terms = store_terms(store, currencies=[store.currency], days=[order.placed_at.date()])
    row = _order_row(store, order=order, amounts=amounts, terms=terms)
    row.number, row.source, row.payload_hash = number, origin.source, origin.payload_hash
    row.customer_id = customer_id
    inserted = insert_new([row], conflict=["store", "external_number"])
    if not inserted:
        return None
    row.pk, row._state.adding = inserted[0][0], False
    goods = goods_of({line.sku_id for line in order.lines if line.sku_id})
    lines = [
        _line_row(row, line, amounts.lines[place], number=place + 1, goods=goods, terms=terms)
        for place, line in enumerate(order.lines)
    ]
    insert_many(lines, needs_keys=True)
    return Contents(row, lines=lines, goods=goods)


def checked_amounts(store: Store, *, order: OrderInput) -> OrderAmounts:
    """The order's amounts, or InvalidInput that says what does not fit."""
    if not order.lines:
        raise InvalidInput("order_has_no_lines", _("An order has at least one line."))
    if any(line.quantity < 1 for line in order.lines):
        raise InvalidInput("quantity_not_allowed", _("A line has at least one piece."))
    if any(line.kind in MOVED and line.sku_id is None for line in order.lines):
        raise InvalidInput("sku_missing", _("A line of goods names a SKU."))
    try:
        return amounts_of(order, currency=store.currency)
    except ValueError:
        raise InvalidInput("amounts_do_not_fit", _("The discounts are more than the goods are worth.")) from None


def customer_of(store: Store, *, order: OrderInput) -> int | None:
    """Who bought; None for a guest."""
    buyer = order.buyer
    card = BuyerCard(external_id=buyer.id, name=buyer.name, phone=buyer.phone, email=buyer.email)
    return identify_customers(store, [card])[0]


def _order_row(store: Store, *, order: OrderInput, amounts: OrderAmounts, terms: StoreTerms) -> Order:
    placed_on = terms.day(order.placed_at)
    commission = terms.commission(amounts.payable)
    row = Order(
        store=store,
        external_number=order.external_number,
        currency=store.currency,
        exchange_rate=terms.rates.rate(store.currency, placed_on),
        goods_amount=amounts.goods,
        shop_discount_amount=amounts.shop_discount,
        platform_discount_amount=amounts.platform_discount,
        shipping_amount=amounts.shipping,
        payable_amount=amounts.payable,
        commission_amount=commission,
        receivable_amount=amounts.payable + amounts.platform_discount - commission,
        placed_at=order.placed_at,
        placed_on=placed_on,
        expires_at=order.placed_at + timedelta(minutes=store.channel.unpaid_minutes),
        is_presale=order.is_presale,
        source_version=order.source_version,
        channel_state=order.channel_state[:80],
        payment_method=order.payment_method[:40],
    )
    fill_buyer(row, order)
    return row


def fill_buyer(row: Order, order: OrderInput) -> None:
    """Copy the buyer's data as the channel sent them."""
    buyer = order.buyer
    row.buyer_id, row.buyer_name, row.buyer_phone = buyer.id, buyer.name, buyer.phone
    row.buyer_address, row.buyer_note = buyer.address, buyer.note
    row.country, row.province, row.city = buyer.country[:60], buyer.province[:40], buyer.city[:60]


def _line_row(
    order: Order,
    line: LineInput,
    amounts: LineAmounts,
    *,
    number: int,
    goods: Goods,
    terms: StoreTerms,
) -> OrderLine:
    unit_cost = terms.own_cost(goods.unit_costs.get(line.sku_id or 0), rate=order.exchange_rate)
    return OrderLine(
        order=order,
        number=number,
        kind=line.kind,
        sku_id=line.sku_id,
        listing_id=line.listing_id,
        code=line.code[:120],
        title=line.title[:300],
        quantity=line.quantity,
        list_price=line.unit_price if line.list_price is None else line.list_price,
        unit_price=line.unit_price,
        shop_discount_amount=amounts.shop_discount,
        platform_discount_amount=amounts.platform_discount,
        net_amount=amounts.net,
        receivable_amount=amounts.net + amounts.platform_discount - terms.commission(amounts.net),
        unit_cost=unit_cost,
        commission_rate=terms.commission_rate,
    )
