"""Channels, stores and what they list."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from catalog.admin.base import ReferenceAdmin, SheetAdmin, by_form, reachable, staff_of
from catalog.models import Channel, Listing, Sku, Store
from catalog.price_forms import PriceForm
from catalog.services import save_listing, set_price
from catalog.sheets import ListingResource


@admin.register(Channel)
class ChannelAdmin(ReferenceAdmin):
    """Marketplaces and sites."""

    list_display = ["code", "name", "english_name", "kind", "commission_rate", "dispatch_hours", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["code", "name", "english_name"]


@admin.register(Store)
class StoreAdmin(ReferenceAdmin):
    """Shops on channels."""

    list_display = ["code", "name", "english_name", "channel", "currency", "time_zone", "is_active"]
    list_filter = ["channel", "currency", "is_active"]
    search_fields = ["code", "name", "english_name"]
    list_select_related = ["channel"]
    autocomplete_fields = ["channel"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Store]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_store", path="pk")  # type: ignore[no-any-return]


class UnmatchedFilter(admin.SimpleListFilter):
    """Codes that wait for their SKU."""

    title = _("match")
    parameter_name = "sku__isnull"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("True", _("without a SKU")), ("False", _("matched"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Listing]) -> QuerySet[Listing]:
        return queryset.filter(sku__isnull=self.value() == "True") if self.value() else queryset


class ListingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A listing whose SKU is still for sale."""

    def clean_sku(self) -> Sku | None:
        """Any SKU but a retired one, unless it was matched before it was retired."""
        sku: Sku | None = self.cleaned_data["sku"]
        if sku is not None and sku.state == Sku.State.RETIRED and "sku" in self.changed_data:
            raise ValidationError(gettext("%(sku)s is retired.") % {"sku": sku.code})
        return sku


@admin.register(Listing)
class ListingAdmin(SheetAdmin):
    """What stores call our SKUs; choosing the SKU matches the code."""

    form = ListingForm
    list_display = ["store", "code", "sku", "title", "state", "listed_on"]
    list_filter = [UnmatchedFilter, "store", "state"]
    ordering = ["store_id", "code"]
    search_fields = [
        "^code",
        "title",
        "sku__code",
        "sku__barcode",
        "sku__product__name",
        "sku__product__english_name",
    ]
    list_select_related = ["store", "sku"]
    autocomplete_fields = ["store", "sku"]
    resource_classes = [ListingResource]
    actions_detail = ["set_price"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Listing]:
        rows = super().get_queryset(request)
        return reachable(request, rows, permission="catalog.view_listing", path="store")  # type: ignore[no-any-return]

    def has_change_permission(self, request: HttpRequest, obj: Listing | None = None) -> bool:
        """Who may look at a store's listings need not keep them."""
        return super().has_change_permission(request, obj) and self._keeps(request, obj, "catalog.change_listing")

    def has_delete_permission(self, request: HttpRequest, obj: Listing | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._keeps(request, obj, "catalog.delete_listing")

    def _keeps(self, request: HttpRequest, listing: Listing | None, permission: str) -> bool:
        if listing is None:
            return True
        stores = reachable(request, Store.objects.all(), permission=permission, path="pk")
        # The stored row, not what a form has just put into it.
        return bool(stores.filter(listings=listing.pk).exists())

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """A listing is kept in stores of one's own only."""
        if db_field.name == "store":
            stores = Store.objects.all()
            kwargs["queryset"] = reachable(request, stores, permission="catalog.change_listing", path="pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Listing, form: Any, change: bool) -> None:
        save_listing(obj)

    def has_set_price_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Who keeps listings sets their prices."""
        return request.user.has_perm("catalog.change_listing")

    @action(description=_("Set a price"), url_path="set-price", permissions=["set_price"], icon="payments")
    def set_price(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the price, now or later."""
        kept = reachable(request, self.get_queryset(request), permission="catalog.change_listing", path="store")
        listing = get_object_or_404(kept, pk=object_id)
        form = PriceForm(request.POST or None, listing=listing)
        return by_form(
            request,
            form,
            title=f"{_('Set a price')}: {listing}",
            back=reverse("admin:catalog_listing_change", args=[listing.pk]),
            work=lambda typed: set_price(listing, actor=staff_of(request), **typed),
        )
