"""Costs as a spreadsheet: each row a dated cost, by the service that keeps them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms

from catalog.models import Sku, SkuCost
from catalog.services import append_costs
from catalog.sheets.cells import AT_ONCE, SheetResource, code_column, column


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
        # Rows are judged cell by cell and written together: the statements do not grow with the sheet's rows.
        clean_model_instances = False
        use_bulk = True
        batch_size = AT_ONCE

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Read the SKUs of the sheet, and what the last entry of each of their days says."""
        super().before_import(dataset, **kwargs)
        self.batch_ref = f"sheet:{uuid4().hex[:12]}"
        skus = self.fields["sku"].widget.field
        skus.read_ahead(dataset["sku"])
        self.last = _last_entries([sku.pk for sku in skus.known.values()])

    def get_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> None:
        """A row of a sheet is always a new entry."""

    def skip_row(
        self, instance: SkuCost, original: SkuCost, row: Mapping[str, Any], import_validation_errors: Any = None
    ) -> bool:
        """Whether the day's last entry, an earlier row of the sheet counted in, says the same."""
        if import_validation_errors:
            return False
        key = (instance.sku_id, instance.valid_from)
        same: bool = self.last.get(key) == instance.amount
        self.last[key] = instance.amount
        return same

    def before_save_instance(self, instance: SkuCost, row: Mapping[str, Any], **kwargs: Any) -> None:
        """Who brought it, and how."""
        instance.source, instance.actor = SkuCost.Source.IMPORT, self.person

    def bulk_create(
        self, using_transactions: bool, dry_run: bool, raise_errors: bool, batch_size: Any = None, result: Any = None
    ) -> None:
        """By the service, so that the SKUs show their newest costs and the trail knows each change."""
        rows: list[SkuCost] = list(self.create_instances)
        self.create_instances.clear()
        if not rows or (dry_run and not using_transactions):
            return
        try:
            append_costs(rows, batch_ref=self.batch_ref)
        except Exception as error:
            self.handle_import_error(result, error, raise_errors)


def _last_entries(sku_ids: list[int]) -> dict[tuple[int, date], Decimal]:
    """The amount of the last entry for each day of each SKU."""
    last: dict[tuple[int, date], Decimal] = {}
    for start in range(0, len(sku_ids), AT_ONCE):
        entries = SkuCost.objects.filter(sku_id__in=sku_ids[start : start + AT_ONCE]).order_by("pk")
        # Rows in the order they were written: a later one overwrites an earlier one.
        last |= {(sku_id, day): amount for sku_id, day, amount in entries.values_list("sku_id", "valid_from", "amount")}
    return last
