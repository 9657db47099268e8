"""`/api/v1/skus/`: what is sold, for programs."""

from typing import Any

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, viewsets

from catalog.models import Listing, Sku
from catalog.scopes import visible_stores
from config.kernel.models import User


class ListingSerializer(serializers.ModelSerializer[Listing]):
    """Under which code a store lists the SKU."""

    store = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Listing
        fields = ["store", "code", "title", "state"]
        read_only_fields = fields


class SkuSerializer(serializers.ModelSerializer[Sku]):
    """A SKU with its product's names and the listings within the caller's stores."""

    product = serializers.CharField(source="product.code", read_only=True)
    name = serializers.CharField(source="product.name", read_only=True)
    english_name = serializers.CharField(source="product.english_name", read_only=True)
    unit_cost = serializers.SerializerMethodField()
    listings = ListingSerializer(many=True, read_only=True)

    class Meta:
        model = Sku
        fields = [
            "code",
            "product",
            "name",
            "english_name",
            "option_values",
            "barcode",
            "weight_grams",
            "is_kit",
            "state",
            "unit_cost",
            "listings",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True))
    def get_unit_cost(self, sku: Sku) -> str | None:
        """The newest cost, for who may see costs."""
        may_see = self.context["request"].user.has_perm("catalog.view_skucost")
        return str(sku.unit_cost) if may_see and sku.unit_cost is not None else None


class SkuFilter(django_filters.FilterSet):
    """The fixed list of filters."""

    product = django_filters.CharFilter(field_name="product__code")
    # Anything else is refused: a word that is left out in silence would answer with every SKU.
    is_kit = django_filters.TypedChoiceFilter(
        choices=[("true", "true"), ("false", "false")], coerce=lambda word: word == "true"
    )

    class Meta:
        model = Sku
        fields = ["state", "barcode"]


class SkuViewSet(viewsets.ReadOnlyModelViewSet[Sku]):
    """SKUs, newest first."""

    queryset = Sku.objects.none()
    serializer_class = SkuSerializer
    filterset_class = SkuFilter
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Sku]:
        """All SKUs; of their listings those within the caller's stores."""
        user: Any = self.request.user
        if not isinstance(user, User):
            return Sku.objects.none()
        stores = visible_stores(user, permission="catalog.view_sku")
        listings = Listing.objects.select_related("store")
        if stores is not None:
            listings = listings.filter(store__in=stores)
        return Sku.objects.select_related("product").prefetch_related(Prefetch("listings", queryset=listings))

    def get_object(self) -> Sku:
        """The SKU of a code; no code holds the byte 0, which PostgreSQL would not even look for."""
        if "\0" in self.kwargs["code"]:
            raise Http404
        return super().get_object()
