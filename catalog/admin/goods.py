"""Categories, brands, products and SKUs."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from catalog.admin.base import ReferenceAdmin, SheetAdmin, by_form, staff_of
from catalog.models import Brand, Category, KitPart, Product, ProductImage, Sku, SkuCost, SkuPack
from catalog.price_forms import CostForm
from catalog.services import lies_below, save_category, set_cost
from catalog.sheets import ProductResource, SkuResource
from config.kernel.admin.autocompletes import bearing
from config.kernel.admin.base import KeptByServicesInline, StaffInline


class CategoryForm(ModelForm):  # type: ignore[type-arg]
    """A node of the tree, which never lies below itself."""

    def clean_parent(self) -> Category | None:
        """Any node but the category's own subtree."""
        parent: Category | None = self.cleaned_data["parent"]
        if lies_below(parent, self.instance):
            raise ValidationError(_("A category cannot lie below itself."))
        return parent


@admin.register(Category)
class CategoryAdmin(ReferenceAdmin):
    """The category tree."""

    form = CategoryForm

    list_display = ["path", "code", "name", "english_name"]
    search_fields = ["code", "name", "english_name"]
    autocomplete_fields = ["parent"]

    def save_model(self, request: HttpRequest, obj: Category, form: "ModelForm[Category]", change: bool) -> None:
        save_category(obj)


@admin.register(Brand)
class BrandAdmin(ReferenceAdmin):
    """Brands."""

    list_display = ["code", "name", "english_name"]
    search_fields = ["code", "name", "english_name"]


class ImageInline(StaffInline):
    """Pictures of a product."""

    model = ProductImage
    fields = ["file", "alt_text", "position"]


class SkuInline(StaffInline):
    """SKUs of a product."""

    model = Sku
    fields = ["code", "option_values", "barcode", "weight_grams", "is_kit", "state"]
    show_change_link = True


@admin.register(Product)
class ProductAdmin(SheetAdmin):
    """Products with their SKUs and pictures."""

    list_display = ["code", "name", "english_name", "category", "brand", "role", "stage", "state", "is_provisional"]
    list_filter = ["state", "role", "stage", "is_provisional", "brand", "category"]
    search_fields = ["code", "name", "english_name", "skus__code", "skus__barcode"]
    list_select_related = ["category", "brand"]
    autocomplete_fields = ["category", "brand"]
    inlines = [SkuInline, ImageInline]
    resource_classes = [ProductResource]
    actions_row = ["overview"]
    actions_detail = ["overview"]

    def has_overview_permission(self, request: HttpRequest, object_id: int | None = None) -> bool:
        """Who sees products."""
        return bool(request.user.has_perm("catalog.view_product"))

    @action(
        description=_("Stock, sales and prices"),
        url_path="overview",
        icon="insights",
        permissions=["overview"],
    )
    def overview(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The page of the product, on which every room says what it knows."""
        return redirect("product", product_id=object_id)


class PackInline(StaffInline):
    """Packs of a SKU."""

    model = SkuPack
    fields = ["name", "units", "barcode"]


class KitPartInline(StaffInline):
    """Parts of a kit."""

    model = KitPart
    fk_name = "kit"
    fields = ["part", "quantity", "revenue_weight"]
    autocomplete_fields = ["part"]

    def get_queryset(self, request: HttpRequest) -> Any:
        # Each part is told by the codes of the kit and of itself.
        return super().get_queryset(request).select_related("kit", "part")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return bearing(super().formfield_for_foreignkey(db_field, request, **kwargs))


class CostInline(KeptByServicesInline):
    """Costs over time."""

    model = SkuCost
    fields = ["valid_from", "amount", "source", "actor", "reason"]


@admin.register(Sku)
class SkuAdmin(SheetAdmin):
    """SKUs and kits."""

    list_display = ["code", "product", "option_values", "barcode", "is_kit", "state"]
    list_filter = ["state", "is_kit"]
    search_fields = ["code", "barcode", "product__name", "product__english_name"]
    list_select_related = ["product"]
    autocomplete_fields = ["product"]
    # Costs stand in their own rows, for who may see them.
    exclude = ["unit_cost"]
    inlines = [PackInline, KitPartInline, CostInline]
    resource_classes = [SkuResource]
    actions_detail = ["set_cost"]

    def has_set_cost_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Costs are finance's."""
        return request.user.has_perm("catalog.add_skucost")

    @action(description=_("Set the cost"), url_path="set-cost", permissions=["set_cost"], icon="price_change")
    def set_cost(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the cost and the day it begins."""
        sku = get_object_or_404(Sku, pk=object_id)
        return by_form(
            request,
            CostForm(request.POST or None),
            title=f"{_('Set the cost')}: {sku}",
            back=reverse("admin:catalog_sku_change", args=[sku.pk]),
            work=lambda typed: set_cost(sku, actor=staff_of(request), **typed),
        )
