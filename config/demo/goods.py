"""What the demo store sells: categories, brands, products and their options, in both languages. Pure."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

Names = tuple[str, str]

CATEGORIES: tuple[tuple[str, str, Names], ...] = (
    # code, parent, names
    ("snacks", "", ("零食", "Snacks")),
    ("nuts", "snacks", ("坚果", "Nuts")),
    ("dried-fruit", "snacks", ("果干蜜饯", "Dried fruit")),
    ("biscuits", "snacks", ("饼干糕点", "Biscuits and cakes")),
    ("savoury", "snacks", ("卤味豆干", "Savoury bites")),
    ("drinks", "snacks", ("冲饮茶饮", "Tea and drinks")),
    ("beauty", "", ("美妆", "Beauty")),
    ("masks", "beauty", ("面膜", "Face masks")),
    ("cleansing", "beauty", ("洁面卸妆", "Cleansing")),
    ("care", "beauty", ("面部护理", "Face care")),
    ("make-up", "beauty", ("彩妆", "Make-up")),
    ("hair-body", "beauty", ("洗护身体", "Hair and body")),
)
BRANDS: tuple[tuple[str, Names], ...] = (
    ("shanye", ("山野集", "Shanye")),
    ("yunmu", ("云幕", "Yunmu")),
    ("qingluo", ("青萝", "Qingluo")),
    ("xiaoman", ("小满食堂", "Xiaoman")),
)
# Options by category: the name of the option and its values, and sizes with a factor on the price.
FLAVOURS: dict[str, tuple[Names, ...]] = {
    "nuts": (("原味", "plain"), ("盐焗", "salted"), ("奶香", "milky"), ("蜂蜜", "honey")),
    "dried-fruit": (("原味", "plain"), ("无添加糖", "no added sugar")),
    "biscuits": (("海盐", "sea salt"), ("可可", "cocoa"), ("抹茶", "matcha")),
    "savoury": (("香辣", "spicy"), ("五香", "five spice"), ("藤椒", "green pepper")),
    "drinks": (("桂花", "osmanthus"), ("茉莉", "jasmine"), ("陈皮", "tangerine peel")),
    "masks": (("补水", "hydrating"), ("舒缓", "soothing"), ("提亮", "brightening")),
    "cleansing": (("清爽", "fresh"), ("温和", "gentle")),
    "care": (("清爽型", "light"), ("滋润型", "rich")),
    "make-up": (("豆沙", "rosy brown"), ("蜜桃", "peach"), ("枫叶", "maple"), ("正红", "true red")),
    "hair-body": (("柑橘", "citrus"), ("木质", "woody")),
}
SIZES: dict[str, tuple[tuple[Names, Decimal, int], ...]] = {
    "nuts": ((("120g", "120 g"), Decimal(1), 120), (("500g", "500 g"), Decimal("3.4"), 500)),
    "dried-fruit": ((("100g", "100 g"), Decimal(1), 100), (("300g", "300 g"), Decimal("2.6"), 300)),
    "biscuits": ((("150g", "150 g"), Decimal(1), 150), (("480g", "480 g"), Decimal("2.8"), 480)),
    "savoury": ((("90g", "90 g"), Decimal(1), 90), (("360g", "360 g"), Decimal("3.5"), 360)),
    "drinks": ((("10包", "10 bags"), Decimal(1), 60), (("30包", "30 bags"), Decimal("2.6"), 180)),
    "masks": ((("5片", "5 sheets"), Decimal(1), 150), (("20片", "20 sheets"), Decimal("3.5"), 600)),
    "cleansing": ((("60g", "60 g"), Decimal(1), 80), (("150g", "150 g"), Decimal("2.1"), 180)),
    "care": ((("30ml", "30 ml"), Decimal(1), 90), (("50ml", "50 ml"), Decimal("1.5"), 130)),
    "make-up": ((("正装", "full size"), Decimal(1), 40),),
    "hair-body": ((("300ml", "300 ml"), Decimal(1), 330), (("500ml", "500 ml"), Decimal("1.5"), 540)),
}
# category, brand, names, base price of the smallest size, weight in demand
PRODUCTS: tuple[tuple[str, str, Names, str, float], ...] = (
    ("nuts", "shanye", ("每日坚果", "Daily nut mix"), "19.90", 9.0),
    ("nuts", "shanye", ("巴旦木仁", "Almonds"), "22.80", 4.0),
    ("nuts", "shanye", ("碧根果", "Pecans"), "25.90", 3.0),
    ("nuts", "xiaoman", ("手剥松子", "Pine nuts"), "29.90", 1.5),
    ("nuts", "xiaoman", ("带壳开心果", "Pistachios"), "27.90", 2.5),
    ("nuts", "xiaoman", ("琥珀核桃仁", "Candied walnuts"), "18.90", 2.0),
    ("dried-fruit", "shanye", ("芒果干", "Dried mango"), "12.90", 4.0),
    ("dried-fruit", "shanye", ("蔓越莓干", "Dried cranberries"), "14.90", 2.0),
    ("dried-fruit", "xiaoman", ("话梅", "Salted plums"), "9.90", 2.0),
    ("dried-fruit", "xiaoman", ("冻干草莓", "Freeze-dried strawberries"), "19.90", 1.5),
    ("dried-fruit", "shanye", ("无花果干", "Dried figs"), "16.90", 0.8),
    ("biscuits", "xiaoman", ("苏打饼干", "Soda crackers"), "11.90", 3.0),
    ("biscuits", "xiaoman", ("曲奇饼干", "Butter cookies"), "16.80", 2.5),
    ("biscuits", "xiaoman", ("蛋黄酥", "Egg yolk pastries"), "26.80", 2.0),
    ("biscuits", "shanye", ("全麦吐司", "Wholemeal toast"), "13.90", 1.5),
    ("biscuits", "shanye", ("绿豆糕", "Mung bean cakes"), "15.80", 1.0),
    ("savoury", "xiaoman", ("手撕牛肉干", "Beef jerky"), "28.80", 3.5),
    ("savoury", "xiaoman", ("香菇豆干", "Smoked tofu"), "8.90", 3.0),
    ("savoury", "xiaoman", ("鹌鹑蛋", "Quail eggs"), "12.80", 1.5),
    ("savoury", "shanye", ("海苔脆", "Seaweed crisps"), "11.80", 2.0),
    ("savoury", "shanye", ("鱿鱼丝", "Squid strips"), "18.80", 0.8),
    ("drinks", "shanye", ("桂圆红枣茶", "Longan and date tea"), "18.80", 2.0),
    ("drinks", "shanye", ("冷泡乌龙", "Cold-brew oolong"), "22.80", 2.5),
    ("drinks", "xiaoman", ("黑芝麻糊", "Black sesame porridge"), "24.80", 1.2),
    ("drinks", "xiaoman", ("燕麦奶茶", "Oat milk tea"), "26.80", 1.5),
    ("masks", "yunmu", ("玻尿酸面膜", "Hyaluronic mask"), "39.00", 5.0),
    ("masks", "yunmu", ("积雪草面膜", "Centella mask"), "45.00", 3.0),
    ("masks", "qingluo", ("山茶花面膜", "Camellia mask"), "36.00", 1.5),
    ("masks", "qingluo", ("绿豆泥膜", "Mung bean clay mask"), "49.00", 1.8),
    ("cleansing", "yunmu", ("氨基酸洁面", "Amino acid cleanser"), "49.00", 4.0),
    ("cleansing", "qingluo", ("卸妆膏", "Cleansing balm"), "59.00", 2.0),
    ("cleansing", "qingluo", ("卸妆油", "Cleansing oil"), "55.00", 1.2),
    ("care", "yunmu", ("修护精华", "Repair serum"), "89.00", 2.5),
    ("care", "yunmu", ("保湿面霜", "Moisture cream"), "79.00", 2.0),
    ("care", "qingluo", ("爽肤水", "Toner"), "65.00", 1.8),
    ("care", "qingluo", ("防晒乳", "Sunscreen"), "69.00", 3.0),
    ("care", "yunmu", ("眼霜", "Eye cream"), "99.00", 1.0),
    ("make-up", "qingluo", ("雾面口红", "Matte lipstick"), "59.00", 2.5),
    ("make-up", "qingluo", ("水光唇釉", "Lip gloss"), "49.00", 2.0),
    ("make-up", "qingluo", ("腮红", "Blush"), "55.00", 0.8),
    ("hair-body", "yunmu", ("氨基酸洗发水", "Amino acid shampoo"), "49.00", 2.5),
    ("hair-body", "yunmu", ("护发素", "Conditioner"), "45.00", 1.2),
    ("hair-body", "qingluo", ("沐浴露", "Body wash"), "39.00", 1.8),
    ("hair-body", "qingluo", ("身体乳", "Body lotion"), "52.00", 1.5),
    ("hair-body", "qingluo", ("护手霜", "Hand cream"), "25.00", 2.0),
)
# The same product in a gift box, a trial size or a new season's edition: what fills a shop's long tail.
EDITIONS: tuple[tuple[Names, Decimal, float], ...] = (
    (("", ""), Decimal(1), 1.0),
    (("礼盒装", "gift box"), Decimal("1.6"), 0.12),
)


@dataclass(frozen=True)
class DemoSku:
    """One SKU of the demo store. `weight` is its share in demand before season and events."""

    code: str
    product_code: str
    names: Names
    category: str
    brand: str
    options: tuple[tuple[str, str], ...]
    price: Decimal
    cost: Decimal
    weight_grams: int
    weight: float
    pack_units: int


def demo_skus(source: random.Random) -> Iterator[DemoSku]:
    """All SKUs of the demo store, in a fixed order."""
    number = 0
    for place, (category, brand, names, base, weight) in enumerate(PRODUCTS, start=1):
        for edition_place, (edition, factor, share) in enumerate(EDITIONS, start=1):
            for flavour in FLAVOURS[category]:
                # Gift boxes come in the largest size only.
                for size, size_factor, grams in SIZES[category][0 if edition_place == 1 else -1 :]:
                    number += 1
                    price = _shelf_price(Decimal(base) * size_factor * factor)
                    yield DemoSku(
                        code=f"ZG{number:04d}",
                        product_code=f"P{place:03d}-{edition_place}",
                        names=(f"{names[0]}{edition[0]}", f"{names[1]} {edition[1]}".strip()),
                        category=category,
                        brand=brand,
                        options=(("款式", flavour[0]), ("规格", size[0])),
                        price=price,
                        cost=(price * Decimal(str(round(source.uniform(0.38, 0.62), 3)))).quantize(Decimal("0.01")),
                        weight_grams=grams,
                        weight=weight * share * source.uniform(0.35, 1.6) / float(size_factor) ** 0.7,
                        pack_units=source.choice((6, 12, 12, 24)),
                    )


def _shelf_price(amount: Decimal) -> Decimal:
    """The next price that ends in .90, as shops write them."""
    return max(Decimal(int(amount)), Decimal(1)) - Decimal("0.10") + (1 if amount % 1 else 0)
