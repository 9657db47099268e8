"""The history of a SKU is read by many, its costs by few: they have dated rows of their own."""

from django.db import migrations


class Migration(migrations.Migration):
    """The history leaves the cost to SkuCost."""

    dependencies = [("catalog", "0006_replaced_price_guards")]
    operations = [migrations.RemoveField(model_name="historicalsku", name="unit_cost")]
