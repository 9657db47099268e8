"""SKUs and costs as spreadsheets."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from import_export import fields, resources, widgets

from catalog.models import Sku, SkuCost
from catalog.services import set_cost


class SkuResource(resources.ModelResource):
    """SKUs without their cost: a cost has a day, and comes in as a row of its own."""

    class Meta:
        model = Sku
        exclude = ("unit_cost",)
        skip_unchanged = True
        report_skipped = True


class CostResource(resources.ModelResource):
    """A cost of a SKU from a day on. A row that is there already changes nothing; nothing is ever overwritten."""

    sku = fields.Field("sku", "sku", widget=widgets.ForeignKeyWidget(Sku, "code"))
    amount = fields.Field("amount", "amount", widget=widgets.DecimalWidget())
    valid_from = fields.Field("valid_from", "valid_from", widget=widgets.DateWidget())
    reason = fields.Field("reason", "reason", default="")

    class Meta:
        model = SkuCost
        fields = ("sku", "amount", "valid_from", "reason")
        export_order = fields
        import_id_fields = ("sku", "valid_from", "amount")
        skip_unchanged = True
        report_skipped = True
        use_bulk = False

    def skip_row(
        self, instance: SkuCost, original: SkuCost, row: Mapping[str, Any], import_validation_errors: Any = None
    ) -> bool:
        """A cost that is known is left as it is."""
        return original.pk is not None or bool(super().skip_row(instance, original, row, import_validation_errors))

    def do_instance_save(self, instance: SkuCost, is_create: bool) -> None:
        """By the service, so that the SKU shows its newest cost and the trail knows."""
        amount, since = instance.amount, instance.valid_from
        assert isinstance(amount, Decimal)
        assert isinstance(since, date)
        kept = set_cost(
            instance.sku, amount=amount, since=since, source=SkuCost.Source.IMPORT, reason=instance.reason or ""
        )
        instance.pk = kept.pk
