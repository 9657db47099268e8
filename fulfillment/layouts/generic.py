"""The layout for everybody else: one line of an order per row, with English or Chinese headings.

The headings below are all it knows. Required are the order
number, the time, a code or title, the quantity and the price. What is left out is worked out from the lines. A file
that says nothing of payment is a file of paid sales.
"""

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.headings import FieldSpec
from fulfillment.layouts.base import ParsedLine, SourceState
from fulfillment.layouts.count import NOTHING
from fulfillment.layouts.order_amounts import OrderAmounts, completed_amounts
from fulfillment.layouts.order_payments import OrderTimes
from fulfillment.layouts.order_reader import OrderReader
from fulfillment.layouts.order_table import OrderTableLayout
from fulfillment.layouts.states import state_from_words


class GenericLayout(OrderTableLayout):
    """Currency, zone and country are the store's unless the row says otherwise."""

    code = "generic"
    label = _("Own table")
    fields = (
        FieldSpec(
            "order_number", _("Order number"), ("Order number", "Order ID", "Order no", "订单编号", "订单号"), True
        ),
        FieldSpec("line_number", _("Line number"), ("Line number", "Line ID", "子订单编号", "行号")),
        FieldSpec(
            "placed_at",
            _("Placed at"),
            ("Placed at", "Ordered at", "Order date", "Order time", "Date", "下单时间", "订单创建时间", "订单日期"),
            True,
        ),
        FieldSpec("paid_at", _("Paid at"), ("Paid at", "Payment time", "Payment date", "付款时间", "订单付款时间")),
        FieldSpec("shipped_at", _("Shipped at"), ("Shipped at", "Dispatched at", "发货时间")),
        FieldSpec("completed_at", _("Received at"), ("Completed at", "Received at", "确认收货时间", "完成时间")),
        FieldSpec("dispatch_due_at", _("Dispatch deadline"), ("Dispatch due", "Ship by", "最晚发货时间")),
        FieldSpec("status", _("State"), ("State", "Status", "Order status", "订单状态", "状态")),
        FieldSpec("currency", _("Currency"), ("Currency", "币种", "货币")),
        FieldSpec("country", _("Country"), ("Country", "国家", "国家地区")),
        FieldSpec("region", _("Province"), ("Region", "Province", "省份", "地区")),
        FieldSpec(
            "buyer_id", _("Customer number"), ("Customer ID", "Customer number", "Customer", "客户编号", "买家ID")
        ),
        FieldSpec("buyer_nick", _("Buyer's nickname"), ("Nickname", "买家昵称", "买家会员名")),
        FieldSpec("name", _("Recipient"), ("Name", "Customer name", "Recipient", "收货人", "收货人姓名", "姓名")),
        FieldSpec("phone", _("Mobile phone"), ("Phone", "Mobile", "手机", "联系手机", "电话")),
        FieldSpec("email", _("E-mail"), ("Email", "E-mail", "Mail", "邮箱", "电子邮箱")),
        FieldSpec("address", _("Address"), ("Address", "Shipping address", "收货地址", "地址")),
        FieldSpec("line_kind", _("Kind of line"), ("Kind", "Line kind", "Line type", "行类型")),
        FieldSpec("sku_code", _("SKU code"), ("SKU", "SKU code", "Item code", "商家编码", "商品编码", "SKU编码")),
        FieldSpec("title", _("Title"), ("Title", "Product", "Item", "Description", "商品名称", "商品标题")),
        FieldSpec("options", _("Options"), ("Options", "Variant", "规格", "商品规格")),
        FieldSpec("quantity", _("Quantity"), ("Quantity", "Qty", "数量", "购买数量"), True),
        FieldSpec("unit_price", _("Unit price"), ("Unit price", "Price", "单价", "商品单价"), True),
        FieldSpec("line_discount", _("Discount on the line"), ("Line discount", "商品优惠", "行优惠")),
        FieldSpec("line_refund", _("Refunded on the line"), ("Line refund", "商品退款金额", "行退款")),
        FieldSpec("goods_amount", _("Goods"), ("Goods amount", "Subtotal", "货款", "商品总额")),
        FieldSpec("shop_discount", _("Shop discount"), ("Discount", "Order discount", "店铺优惠", "优惠金额")),
        FieldSpec("platform_discount", _("Paid by the platform"), ("Platform discount", "平台优惠", "平台承担优惠")),
        FieldSpec("postage", _("Postage"), ("Postage", "Shipping", "Shipping fee", "运费", "邮费")),
        FieldSpec("total", _("Total"), ("Total", "Order total", "总金额", "订单总额")),
        FieldSpec("paid", _("Paid by the buyer"), ("Paid", "Amount paid", "实付金额", "买家实际支付金额")),
        FieldSpec("refund", _("Refunded"), ("Refund", "Refunded", "Refund amount", "退款金额")),
        FieldSpec("buyer_note", _("Buyer's note"), ("Buyer note", "Note", "买家留言")),
        FieldSpec("seller_memo", _("Seller's memo"), ("Seller memo", "Memo", "卖家备注", "备注")),
        FieldSpec("flag", _("Flag"), ("Flag", "旗帜")),
        FieldSpec("shipping_method", _("Shipping method"), ("Shipping method", "运送方式")),
        FieldSpec("carrier", _("Carrier"), ("Carrier", "物流公司", "快递公司")),
        FieldSpec("tracking_number", _("Parcel number"), ("Tracking number", "Tracking", "快递单号", "物流单号")),
        FieldSpec("invoice_title", _("Invoice title"), ("Invoice title", "发票抬头")),
    )

    def settle_amounts(
        self, reader: OrderReader, amounts: OrderAmounts, *, lines: Sequence[ParsedLine], times: OrderTimes
    ) -> OrderAmounts:
        complete = completed_amounts(amounts, lines=lines)
        if complete.paid is not None:
            return complete
        paid = complete.due_from_buyer if _counts_as_paid(reader, times=times) else NOTHING
        return replace(complete, paid=paid)


def _counts_as_paid(reader: OrderReader, *, times: OrderTimes) -> bool:
    state = state_from_words(reader.text("status", limit=64))
    if state in (SourceState.UNPAID, SourceState.CLOSED):
        return False
    return state is not None or times.paid is not None or not reader.has_column("paid_at")
