"""Minimal rows that analytics reads: stores, paid orders with their ledger entries and purchase facts, refunds, readers."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from django.contrib.auth.models import Group, Permission

from analytics.models import StoreDay
from catalog.models import Channel, Product, Sku, Store
from config.kernel.models import RoleScope, User
from config.kernel.stale import mark_stale
from fulfillment.models import Order, SalesEntry
from membership.models import Customer, Purchase, PurchaseRefund

NOON = time(4, tzinfo=UTC)  # twelve o'clock in Shanghai
numbers = count(1)


def make_store(code="tmall", *, currency="CNY", time_zone="Asia/Shanghai"):
    channel, _ = Channel.objects.get_or_create(code="channel", defaults={"name": "渠道", "english_name": "Channel"})
    return Store.objects.create(
        code=code,
        name=f"{code} 店",
        english_name=f"{code} store",
        channel=channel,
        currency=currency,
        time_zone=time_zone,
    )


def make_customer():
    return Customer.objects.create(number=f"C{next(numbers):08d}")


def make_sku(code="A1"):
    product = Product.objects.create(code=f"P-{code}", name=f"商品{code}", english_name=f"Product {code}")
    return Sku.objects.create(product=product, code=code)


def at_noon(day):
    return datetime.combine(day, NOON)


@dataclass(frozen=True)
class Sale:
    """What a paid order consists of; `paid_on` None is an order that nobody paid."""

    day: date
    goods: Decimal
    discount: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    units: int = 1
    cost: Decimal | None = None
    is_paid: bool = True


def make_order(store, sale, *, customer=None, sku=None, checkout=None):
    """An order with its ledger rows and its purchase fact, and the mark that the writer of such rows leaves."""
    number = f"SO{next(numbers):010d}"
    payable = sale.goods - sale.discount + sale.shipping
    moment = at_noon(sale.day)
    paid = {"paid_at": moment, "paid_on": sale.day, "paid_amount": payable, "payment_state": "paid"}
    order = Order.objects.create(
        number=number,
        store=store,
        external_number=number,
        customer=customer,
        source="file",
        is_history=True,
        currency=store.currency,
        goods_amount=sale.goods,
        shop_discount_amount=sale.discount,
        shipping_amount=sale.shipping,
        payable_amount=payable,
        placed_at=moment,
        placed_on=sale.day,
        payload_hash="x",
        **(paid if sale.is_paid else {}),
    )
    if sale.is_paid:
        _book_sale(order, sale, sku=sku, checkout=checkout)
    mark_stale("store_day", store_code=store.code, day=sale.day)
    return order


def _book_sale(order, sale, *, sku, checkout):
    make_entry(
        order,
        sale.day,
        kind="sale",
        sku=sku,
        quantity=sale.units,
        gross_amount=sale.goods,
        discount_amount=sale.discount,
        cost_amount=sale.cost,
    )
    if sale.shipping:
        make_entry(order, sale.day, kind="sale", line_kind="shipping", shipping_amount=sale.shipping)
    Purchase.objects.create(
        source_ref=f"order:{order.number}",
        checkout_ref=checkout or f"order:{order.number}",
        customer=order.customer,
        store=order.store,
        paid_at=order.paid_at,
        paid_on=order.paid_on,
        currency=order.currency,
        amount=order.paid_amount,
        goods_amount=sale.goods - sale.discount,
        goods_units=sale.units,
    )


def make_entry(order, day, *, kind, line_kind="goods", **values):
    return SalesEntry.objects.create(
        source_ref=f"entry:{next(numbers)}",
        store=order.store,
        order=order,
        customer=order.customer,
        kind=kind,
        line_kind=line_kind,
        store_date=day,
        occurred_at=at_noon(day),
        currency=order.currency,
        **values,
    )


def make_refund(order, day, amount, *, units=0, kind="refund", rate=None):
    """Money for goods that went back on a day, with the refund fact of the purchase."""
    make_entry(order, day, kind=kind, quantity=-units, gross_amount=-amount, exchange_rate=rate)
    PurchaseRefund.objects.create(
        source_ref=f"refund:{next(numbers)}",
        purchase=Purchase.objects.get(source_ref=f"order:{order.number}"),
        customer=order.customer,
        store=order.store,
        refunded_at=at_noon(day),
        refunded_on=day,
        currency=order.currency,
        amount=amount,
    )
    mark_stale("store_day", store_code=order.store.code, day=day)


def make_history(store, *, last, days, orders, paid):
    """Built store days of a steady trade, without the orders behind them."""
    StoreDay.objects.bulk_create(
        StoreDay(
            store=store,
            day=last - timedelta(days=back),
            placed_orders=orders,
            paid_orders=orders,
            paid_amount=paid,
            exchange_rate=1,
            built_at=at_noon(last),
        )
        for back in range(days)
    )


def make_reader(username="reader", *, permissions=("analytics.view_report",), stores=(), **values):
    """A staff member with a role that holds the permissions, limited to the stores where some are named."""
    user = User.objects.create(username=username, email=f"{username}@example.com", is_staff=True, **values)
    group = Group.objects.create(name=f"role of {username}")
    for permission in permissions:
        app_label, codename = permission.split(".")
        group.permissions.add(Permission.objects.get(content_type__app_label=app_label, codename=codename))
    user.groups.add(group)
    for store in stores:
        RoleScope.objects.create(user=user, group=group, kind=RoleScope.Kind.STORE, code=store.code)
    return user
