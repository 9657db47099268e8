"""The buyer and the place, out of the rows of an order."""

from fulfillment.layouts.buyers import Buyer, describe_buyer
from fulfillment.layouts.order_reader import OrderReader

# How addresses begin, shortened as people say them; longer names that begin alike do not exist.
PROVINCES = (
    "北京", "天津", "上海", "重庆", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建",
    "江西", "山东", "河南", "湖北", "湖南", "广东", "广西", "海南", "四川", "贵州", "云南", "西藏", "陕西", "甘肃", "青海",
    "宁夏", "新疆", "香港", "澳门", "台湾",
)  # fmt: skip


def read_buyer(reader: OrderReader, *, country: str) -> Buyer:
    """Who bought. `country` (ISO) says how to read a telephone number without country code."""
    phone_field = "phone" if reader.text("phone", limit=64) else "telephone"
    phone = reader.text(phone_field, limit=64)
    buyer = describe_buyer(
        external_id=reader.identifier("buyer_id"),
        nickname=reader.text("buyer_nick", limit=64),
        name=reader.text("name", limit=100),
        phone=phone,
        email=reader.text("email", limit=254),
        address=reader.text("address", limit=500),
        country=country,
    )
    if phone and not (buyer.phone_e164 or buyer.is_phone_masked or buyer.is_phone_virtual):
        reader.warn(phone_field, "phone_invalid", value=phone)
    return buyer


def region_of(address: str) -> str:
    """The province that a Chinese address begins with, "" if it does not."""
    start = address.strip().removeprefix("中国").strip()
    return next((province for province in PROVINCES if start.startswith(province)), "")
