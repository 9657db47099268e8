"""The layout of what the order tools of Chinese marketplaces export, by order or by line.

Amounts are the channel's and stand as they are. Names and numbers are often masked. An order may come without lines,
and its rows may stand anywhere in the file.
"""

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.headings import FieldSpec
from fulfillment.layouts.order_table import OrderTableLayout


class MarketplaceZhLayout(OrderTableLayout):
    """Column names of several tools; the first alias is the one used where two columns would fit."""

    code = "marketplace-zh"
    label = _("Chinese marketplace export")
    currency = "CNY"
    zone = "Asia/Shanghai"
    country = "CN"
    required_values = ("order_number", "placed_at", "paid")
    fields = (
        FieldSpec(
            "order_number", _("Order number"), ("订单编号", "订单号", "主订单编号", "主订单号", "交易编号"), True
        ),
        FieldSpec("line_number", _("Line number"), ("子订单编号", "子订单号", "商品单号")),
        FieldSpec(
            "placed_at", _("Placed at"), ("订单创建时间", "下单时间", "拍下时间", "创建时间", "订单提交时间"), True
        ),
        FieldSpec("paid_at", _("Paid at"), ("订单付款时间", "付款时间", "支付时间", "支付完成时间")),
        FieldSpec("deposit_paid_at", _("Deposit paid at"), ("定金付款时间", "定金支付时间", "阶段一付款时间")),
        FieldSpec("balance_paid_at", _("Balance paid at"), ("尾款付款时间", "尾款支付时间", "阶段二付款时间")),
        FieldSpec("shipped_at", _("Shipped at"), ("发货时间", "订单发货时间")),
        FieldSpec("completed_at", _("Received at"), ("确认收货时间", "交易成功时间", "订单完成时间", "交易完成时间")),
        FieldSpec(
            "dispatch_due_at", _("Dispatch deadline"), ("最晚发货时间", "应发货时间", "承诺发货时间", "发货截止时间")
        ),
        FieldSpec("status", _("State"), ("订单状态", "交易状态", "状态")),
        FieldSpec("goods_amount", _("Goods"), ("买家应付货款", "应付货款", "货款")),
        FieldSpec("postage", _("Postage"), ("买家应付邮费", "应付邮费", "邮费", "运费")),
        FieldSpec("total", _("Total"), ("总金额", "订单总金额", "应付总额", "订单金额")),
        FieldSpec("shop_discount", _("Shop discount"), ("店铺优惠", "商家优惠", "卖家优惠", "店铺优惠金额")),
        FieldSpec(
            "platform_discount",
            _("Paid by the platform"),
            ("平台承担优惠", "平台优惠", "平台补贴", "返点", "平台优惠金额", "平台承担金额"),
        ),
        FieldSpec(
            "paid", _("Paid by the buyer"), ("买家实际支付金额", "买家实付金额", "实付金额", "实付款", "买家实付"), True
        ),
        FieldSpec("refund", _("Refunded"), ("退款金额", "已退款金额", "退款总额")),
        FieldSpec("deposit", _("Deposit"), ("定金", "预售定金", "定金金额")),
        FieldSpec("balance", _("Balance"), ("尾款", "预售尾款", "尾款金额")),
        FieldSpec("buyer_id", _("Buyer's number"), ("买家ID", "买家编号", "买家账号ID", "会员ID", "OpenUID")),
        FieldSpec("buyer_nick", _("Buyer's nickname"), ("买家会员名", "买家昵称", "买家旺旺", "会员名")),
        FieldSpec("name", _("Recipient"), ("收货人姓名", "收货人", "收件人", "收件人姓名")),
        FieldSpec("phone", _("Mobile phone"), ("联系手机", "手机", "手机号", "手机号码", "收件人手机", "收货人手机")),
        FieldSpec("telephone", _("Telephone"), ("联系电话", "电话", "固定电话", "收货人电话")),
        FieldSpec("address", _("Address"), ("收货地址", "收件地址", "收件人地址", "详细地址", "收货人地址")),
        FieldSpec("region", _("Province"), ("省份", "省", "收货省份")),
        FieldSpec("shipping_method", _("Shipping method"), ("运送方式", "配送方式")),
        FieldSpec("carrier", _("Carrier"), ("物流公司", "快递公司", "承运商")),
        FieldSpec("tracking_number", _("Parcel number"), ("快递单号", "物流单号", "运单号", "快递编号")),
        FieldSpec("title", _("Title"), ("宝贝标题", "商品标题", "商品名称", "标题", "宝贝名称")),
        FieldSpec("options", _("Options"), ("商品属性", "销售属性", "颜色分类", "规格", "商品规格")),
        FieldSpec(
            "sku_code",
            _("SKU code"),
            ("商家编码", "商品编码", "外部商家编码", "SKU编码", "规格编码", "商家SKU", "外部系统编号"),
        ),
        FieldSpec("quantity", _("Quantity"), ("购买数量", "商品数量", "宝贝数量", "数量", "件数")),
        FieldSpec("unit_price", _("Unit price"), ("商品单价", "单价", "商品价格", "价格", "宝贝单价")),
        FieldSpec("line_discount", _("Discount on the line"), ("商品优惠", "子订单优惠", "商品优惠金额")),
        FieldSpec(
            "line_platform_discount",
            _("Paid by the platform for the line"),
            ("商品平台优惠", "子订单平台优惠", "单品平台优惠"),
        ),
        FieldSpec("line_refund", _("Refunded on the line"), ("商品退款金额", "子订单退款金额", "宝贝退款金额")),
        FieldSpec("line_receivable", _("Receivable for the line"), ("商品应收", "子订单应收金额", "商品应收金额")),
        FieldSpec("buyer_note", _("Buyer's note"), ("买家留言", "买家备注", "留言")),
        FieldSpec("seller_memo", _("Seller's memo"), ("订单备注", "卖家备注", "商家备注", "备注")),
        FieldSpec("flag", _("Flag"), ("旗帜", "备注旗帜", "插旗", "旗帜颜色", "备注标签")),
        FieldSpec("invoice_title", _("Invoice title"), ("发票抬头",)),
    )
