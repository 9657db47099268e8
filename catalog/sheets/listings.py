"""What stores call our SKUs, as a spreadsheet."""

from typing import Any

from django.core.exceptions import ValidationError

from catalog.models import Listing, Sku, Store
from catalog.scopes import visible_stores
from catalog.services import save_listing
from catalog.sheets.cells import SheetResource, code_column
from config.kernel.errors import InvalidInput


class ListingResource(SheetResource):
    """Listings by store and code; only of the stores that the person who brings the sheet keeps."""

    needed = ("store", "code")

    store = code_column("store", Store.objects.none())
    sku = code_column("sku", Sku.objects.all(), required=False)

    class Meta:
        model = Listing
        fields = ("store", "code", "sku", "title", "state", "listed_on", "ended_on")
        export_order = fields
        import_id_fields = ("store", "code")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Who brings the sheet says which stores it may name."""
        super().before_import(dataset, **kwargs)
        nothing = Store.objects.none()
        reach = visible_stores(self.person, permission="catalog.change_listing") if self.person else nothing
        self.fields["store"].widget.field.queryset = Store.objects.all() if reach is None else reach

    def do_instance_save(self, instance: Listing, is_create: bool) -> None:
        """By the service, so that the trail knows of another SKU."""
        try:
            save_listing(instance)
        except InvalidInput as no:
            raise ValidationError({name: [str(text) for text in texts] for name, texts in no.fields.items()}) from no
