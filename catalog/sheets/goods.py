"""Products and SKUs as spreadsheets."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import fields

from catalog.models import Brand, Category, Product, Sku
from catalog.sheets.cells import FormWidget, SheetResource, code_column


def _options(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False)


class ProductResource(SheetResource):
    """Products by code."""

    needed = ("code",)

    category = code_column("category", Category.objects.all(), required=False)
    brand = code_column("brand", Brand.objects.all(), required=False)

    class Meta:
        model = Product
        fields = ("code", "name", "english_name", "category", "brand", "role", "stage", "state", "is_provisional")
        export_order = fields
        import_id_fields = ("code",)


class SkuResource(SheetResource):
    """SKUs by code, without their cost: a cost has a day, and comes in as a row of its own."""

    needed = ("code",)

    product = code_column("product", Product.objects.all())
    option_values = fields.Field(
        "option_values", "option_values", widget=FormWidget(forms.JSONField(required=False), shown=_options, empty=dict)
    )

    class Meta:
        model = Sku
        fields = ("code", "product", "option_values", "barcode", "weight_grams", "shelf_life_days", "is_kit", "state")
        export_order = fields
        import_id_fields = ("code",)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """A cost in this sheet is refused aloud: left out in silence, it would be taken for set."""
        super().before_import(dataset, **kwargs)
        if "unit_cost" in dataset.headers:
            raise ValidationError(_("Costs have a day: leave out unit_cost here, and import them as costs."))
