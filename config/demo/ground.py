"""Lays the demo's reference data: channels, stores, warehouses, suppliers, products with prices and costs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from catalog.models import (
    Brand,
    Category,
    Channel,
    KitPart,
    Listing,
    Price,
    Product,
    Sku,
    SkuCost,
    SkuPack,
    Store,
)
from config.demo.goods import BRANDS, CATEGORIES, DemoSku
from config.demo.trade import BEIJING, DemoStore
from fulfillment.models import StoreSupply, Supplier, SupplierItem, Warehouse

CHANNELS = (
    # code, names, kind, commission, dispatch hours
    ("tmall", ("天猫", "Tmall"), Channel.Kind.MARKETPLACE, "0.05", 48),
    ("douyin", ("抖音电商", "Douyin"), Channel.Kind.SOCIAL, "0.05", 48),
    ("mini", ("自营小程序", "Own mini program"), Channel.Kind.OWN, "0", 24),
)
STORES = (
    (DemoStore("shanye-tmall", 0.5, masks_buyers=True), ("山野集天猫旗舰店", "Shanye on Tmall"), "tmall"),
    (DemoStore("shanye-douyin", 0.3, masks_buyers=True), ("山野集抖音小店", "Shanye on Douyin"), "douyin"),
    (DemoStore("shanye-mini", 0.2, masks_buyers=False), ("山野集小程序", "Shanye mini program"), "mini"),
)
WAREHOUSES = (
    ("hangzhou", ("杭州总仓", "Hangzhou main"), Warehouse.Kind.OWN, "浙江省", "杭州"),
    ("guangzhou", ("广州云仓", "Guangzhou third party"), Warehouse.Kind.THIRD_PARTY, "广东省", "广州"),
    ("chengdu", ("成都前置仓", "Chengdu forward"), Warehouse.Kind.FORWARD, "四川省", "成都"),
    ("tmall-east", ("天猫华东仓", "Tmall east"), Warehouse.Kind.PLATFORM, "江苏省", "苏州"),
)
# Store, warehouse, share of demand, order.
SUPPLIES = (
    ("shanye-tmall", "tmall-east", "0.4", 1),
    ("shanye-tmall", "hangzhou", "0.6", 2),
    ("shanye-douyin", "hangzhou", "0.6", 1),
    ("shanye-douyin", "guangzhou", "0.4", 2),
    ("shanye-mini", "hangzhou", "0.7", 1),
    ("shanye-mini", "chengdu", "0.3", 2),
)
SUPPLIERS = (
    # code, names, lead days, deviation, minimum, categories
    ("linan-nuts", ("临安坚果厂", "Lin'an nut works"), "6", "1.5", "2000", ("nuts",)),
    ("yulin-fruit", ("玉林果品", "Yulin fruit"), "8", "2", "1500", ("dried-fruit",)),
    ("foshan-bakery", ("佛山烘焙", "Foshan bakery"), "5", "1", "1000", ("biscuits",)),
    ("chongqing-savoury", ("重庆卤味", "Chongqing savouries"), "7", "2", "1500", ("savoury",)),
    ("wuyi-tea", ("武夷茶饮", "Wuyi tea"), "9", "3", "1000", ("drinks",)),
    ("guangzhou-beauty", ("广州美妆代工", "Guangzhou beauty works"), "14", "3", "5000", ("masks", "cleansing", "care")),
    ("yiwu-colour", ("义乌彩妆", "Yiwu make-up"), "12", "4", "3000", ("make-up",)),
    ("suzhou-care", ("苏州日化", "Suzhou care"), "10", "2", "3000", ("hair-body",)),
)
KITS = (
    ("KIT001", ("囤货零食大礼包", "Snack hamper"), "nuts", 3),
    ("KIT002", ("居家护肤套装", "Home care set"), "masks", 2),
)
SHELF_DAYS = {"nuts": 240, "dried-fruit": 300, "biscuits": 180, "savoury": 240, "drinks": 360}


@dataclass(frozen=True)
class Ground:
    """What was laid, by code."""

    stores: dict[str, Store]
    warehouses: dict[str, Warehouse]
    skus: dict[str, Sku]


def lay_ground(skus: Sequence[DemoSku], source: random.Random, *, opened_on: date) -> Ground:
    """Create everything that orders refer to."""
    channels = _lay_channels()
    stores = {
        store.code: Store.objects.create(
            code=store.code, name=names[0], english_name=names[1], channel=channels[channel]
        )
        for store, names, channel in STORES
    }
    warehouses = {
        code: Warehouse.objects.create(
            code=code, name=names[0], english_name=names[1], kind=kind, country="CN", province=province, city=city
        )
        for code, names, kind, province, city in WAREHOUSES
    }
    for store, warehouse, share, place in SUPPLIES:
        StoreSupply.objects.create(
            store=stores[store], warehouse=warehouses[warehouse], share=Decimal(share), priority=place
        )
    laid = _lay_skus(skus, opened_on=opened_on)
    _lay_suppliers(skus, laid, source)
    _lay_kits(skus, laid)
    _lay_listings(stores, laid, {sku.code: sku.price for sku in skus}, opened_on=opened_on)
    return Ground(stores=stores, warehouses=warehouses, skus=laid)


def _lay_channels() -> dict[str, Channel]:
    return {
        code: Channel.objects.create(
            code=code,
            name=names[0],
            english_name=names[1],
            kind=kind,
            commission_rate=Decimal(commission),
            payment_fee_rate=Decimal("0.006"),
            dispatch_hours=hours,
        )
        for code, names, kind, commission, hours in CHANNELS
    }


def _lay_categories() -> dict[str, Category]:
    laid: dict[str, Category] = {}
    for code, parent, names in CATEGORIES:
        above = laid.get(parent)
        path = f"{above.path}{code}/" if above else f"{code}/"
        laid[code] = Category.objects.create(code=code, name=names[0], english_name=names[1], parent=above, path=path)
    return laid


def _lay_skus(skus: Sequence[DemoSku], *, opened_on: date) -> dict[str, Sku]:
    categories = _lay_categories()
    brands = {code: Brand.objects.create(code=code, name=names[0], english_name=names[1]) for code, names in BRANDS}
    first_of = {sku.product_code: sku for sku in reversed(skus)}
    products = {
        code: Product(
            code=code,
            name=sku.names[0],
            english_name=sku.names[1],
            category=categories[sku.category],
            brand=brands[sku.brand],
        )
        for code, sku in sorted(first_of.items())
    }
    Product.objects.bulk_create(products.values())
    rows = [
        Sku(
            product=products[sku.product_code],
            code=sku.code,
            option_values=dict(sku.options),
            barcode=f"69{int(sku.code[2:]):011d}",
            weight_grams=sku.weight_grams,
            shelf_life_days=SHELF_DAYS.get(sku.category, 900),
            unit_cost=sku.cost,
        )
        for sku in skus
    ]
    Sku.objects.bulk_create(rows)
    laid = {row.code: row for row in rows}
    SkuCost.objects.bulk_create(SkuCost(sku=laid[sku.code], amount=sku.cost, valid_from=opened_on) for sku in skus)
    SkuPack.objects.bulk_create(SkuPack(sku=laid[sku.code], name="箱", units=sku.pack_units) for sku in skus)
    return laid


def _lay_suppliers(skus: Sequence[DemoSku], laid: dict[str, Sku], source: random.Random) -> None:
    for code, names, lead_days, deviation, minimum, categories in SUPPLIERS:
        supplier = Supplier.objects.create(
            code=code,
            name=names[0],
            english_name=names[1],
            lead_days=Decimal(lead_days),
            lead_days_deviation=Decimal(deviation),
            minimum_order_amount=Decimal(minimum),
            payment_terms=source.choice(("月结 30 天", "款到发货", "预付 30%")),
        )
        SupplierItem.objects.bulk_create(
            SupplierItem(
                supplier=supplier,
                sku=laid[sku.code],
                unit_cost=sku.cost,
                pack_units=sku.pack_units,
                minimum_units=sku.pack_units,
            )
            for sku in skus
            if sku.category in categories
        )


def _lay_kits(skus: Sequence[DemoSku], laid: dict[str, Sku]) -> None:
    for code, names, category, count in KITS:
        parts = [sku for sku in skus if sku.category == category][:count]
        product = Product.objects.create(code=code, name=names[0], english_name=names[1])
        cost = sum((part.cost for part in parts), Decimal(0))
        laid[code] = Sku.objects.create(product=product, code=code, is_kit=True, unit_cost=cost)
        KitPart.objects.bulk_create(
            KitPart(kit=laid[code], part=laid[part.code], quantity=1, revenue_weight=part.price) for part in parts
        )


def _lay_listings(
    stores: dict[str, Store], laid: dict[str, Sku], prices: dict[str, Decimal], *, opened_on: date
) -> None:
    since = datetime.combine(opened_on - timedelta(days=30), time.min, tzinfo=BEIJING)
    listings = [
        Listing(store=store, code=code, sku=sku, title=sku.product.name, listed_on=opened_on)
        for store in stores.values()
        for code, sku in laid.items()
    ]
    Listing.objects.bulk_create(listings)
    Price.objects.bulk_create(
        Price(listing=listing, amount=prices[listing.code], currency="CNY", valid_from=since)
        for listing in listings
        if listing.code in prices
    )
