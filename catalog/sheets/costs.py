"""Costs as a spreadsheet: each row a dated cost, by the service that keeps them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from catalog.models import Sku, SkuCost
from catalog.services import set_cost
from catalog.sheets.cells import SheetResource, code_column, column


class CostResource(SheetResource):
    """A cost of a SKU from a day on. Nothing is overwritten; what the day's last entry says already is left out."""

    needed = ("sku", "amount", "valid_from")

    sku = code_column("sku", Sku.objects.all())
    amount = column("amount", forms.DecimalField(min_value=Decimal(0), max_digits=14, decimal_places=4))
    valid_from = column("valid_from", forms.DateField(), shown=lambda day: day.isoformat())
    reason = column("reason", forms.CharField(max_length=200, required=False))

    class Meta:
        model = SkuCost
        fields = ("sku", "amount", "valid_from", "reason")
        export_order = fields
        import_id_fields = ("sku", "valid_from")

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> None:
        """A row of a sheet is always a new entry."""

    def skip_row(
        self, instance: SkuCost, original: SkuCost, row: Mapping[str, Any], import_validation_errors: Any = None
    ) -> bool:
        """Whether the day's last entry says the same."""
        if import_validation_errors:
            return False
        entries = SkuCost.objects.filter(sku=instance.sku, valid_from=instance.valid_from)
        last = entries.order_by("-pk").first()
        return last is not None and last.amount == instance.amount

    def do_instance_save(self, instance: SkuCost, is_create: bool) -> None:
        """By the service, so that the SKU shows its newest cost and the trail knows."""
        instance.pk = set_cost(
            instance.sku,
            amount=instance.amount,
            since=instance.valid_from,
            source=SkuCost.Source.IMPORT,
            actor=self.person,
            reason=instance.reason,
        ).pk
