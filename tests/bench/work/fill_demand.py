"""Demand of many SKUs in one warehouse for a year: `fill_demand SKUS`, set-based on PostgreSQL."""

import sys

from django.db import connection

from catalog.models import Channel, Product, Sku, Store
from fulfillment.models import DemandDay, Lot, StockBalance, StoreSupply, Supplier, SupplierItem, Warehouse
from tests.bench.rows import insert
from tests.bench.work import tell

# The chance of demand on a day by place: one in twenty daily, one in four weekly, the rest now and then.
CHANCE = "(CASE WHEN s.id % 20 = 0 THEN 900 WHEN s.id % 4 = 1 THEN 130 ELSE 12 END)"
DAYS = f"""
INSERT INTO {DemandDay._meta.db_table} ({{columns}})
SELECT {{values}} FROM catalog_sku s CROSS JOIN generate_series(0, 364) AS d(n)
WHERE (hashint8(s.id * 1000 + n) & 2147483647) %% 1000 < {CHANCE.replace("%", "%%")}
"""


def main(skus):
    """Fill and analyse."""
    channel = Channel.objects.create(code="channel", name="channel")
    store = Store.objects.create(code="store", name="store", channel=channel, currency="CNY")
    warehouse = Warehouse.objects.create(code="warehouse", name="warehouse")
    StoreSupply.objects.create(store=store, warehouse=warehouse)
    supplier = Supplier.objects.create(code="supplier", name="supplier")
    insert(Product, {"code": "'P' || n", "name": "'P' || n"}, count=skus)
    insert(
        Sku,
        {"code": "'S' || n", "product": "n + (SELECT min(id) - 1 FROM catalog_product)", "unit_cost": "4"},
        count=skus,
    )
    sku = "n + (SELECT min(id) - 1 FROM catalog_sku)"
    insert(SupplierItem, {"sku": sku, "supplier": str(supplier.pk), "unit_cost": "4", "pack_units": "6"}, count=skus)
    insert(Lot, {"sku": sku}, count=skus)
    lot = "n + (SELECT min(id) - 1 FROM fulfillment_lot)"
    insert(StockBalance, {"sku": sku, "warehouse": str(warehouse.pk), "lot": lot, "on_hand": "n % 30"}, count=skus)
    values = {
        "sku": "s.id",
        "warehouse": str(warehouse.pk),
        "day": "date '2026-06-30' - n",
        "units": "1 + (s.id + n) %% 3",
    }
    columns = [DemandDay._meta.get_field(name).column for name in values]
    with connection.cursor() as cursor:
        cursor.execute(DAYS.format(columns=", ".join(columns), values=", ".join(values.values())), [])
        days = cursor.rowcount
        cursor.execute("VACUUM ANALYZE")
    tell(skus=skus, days=days)


if __name__ == "__main__":
    main(int(sys.argv[1]))
