"""The demo's past as order files of the `generic` layout: it comes in through the importer that users have."""

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from config.demo.trade import BEIJING, DemoOrder

HEADINGS = (
    "订单编号", "下单时间", "付款时间", "发货时间", "订单状态", "客户编号", "收货人", "手机", "省份", "商家编码",
    "商品名称", "数量", "单价", "运费", "店铺优惠", "平台承担优惠", "实付金额", "退款金额", "买家留言",
)  # fmt: skip


def _local(moment: datetime | None) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""


def _state(order: DemoOrder) -> str:
    if order.paid_at is None:
        return "交易关闭"
    return "交易关闭" if order.refund == order.payable else "交易成功"


def write_history(path: Path, orders: Iterable[DemoOrder]) -> int:
    """Write the orders, a row for each line; returns how many orders there are."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for order in orders:
            count += 1
            for line in order.lines:
                writer.writerow(
                    [
                        order.number,
                        _local(order.placed_at),
                        _local(order.paid_at),
                        "",
                        _state(order),
                        order.buyer.buyer_id,
                        order.buyer.name,
                        order.buyer.phone,
                        order.buyer.province,
                        line.sku.code,
                        line.sku.names[0],
                        line.quantity,
                        line.price,
                        order.postage,
                        order.discount,
                        order.platform_discount,
                        order.payable if order.paid_at else 0,
                        order.refund,
                        order.note,
                    ]
                )
    return count
