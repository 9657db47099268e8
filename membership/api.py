"""`/api/v1/customers/`: who buys, for programs; personal data is masked."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from rest_framework import serializers, viewsets

from catalog.scopes import visible_stores
from config.kernel.models import User
from config.kernel.personal import mask_email, mask_name, mask_phone
from membership.models import Customer, CustomerIdentity


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer; name, phone and mail address show only so much as tells two people apart."""

    first_store = serializers.SlugRelatedField(slug_field="code", read_only=True)  # type: ignore[var-annotated]
    name = serializers.SerializerMethodField()
    phone = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = [
            "number",
            "name",
            "phone",
            "email",
            "country",
            "province",
            "city",
            "first_store",
            "first_seen_at",
        ]
        read_only_fields = fields

    def get_name(self, customer: Customer) -> str:
        """Masked."""
        return mask_name(customer.name)

    def get_phone(self, customer: Customer) -> str:
        """Masked."""
        return mask_phone(customer.phone)

    def get_email(self, customer: Customer) -> str:
        """Masked."""
        return mask_email(customer.email)


class CustomerFilter(django_filters.FilterSet):
    """The fixed list of filters."""

    first_store = django_filters.CharFilter(field_name="first_store__code")

    class Meta:
        model = Customer
        fields = ["number"]


class CustomerViewSet(viewsets.ReadOnlyModelViewSet[Customer]):
    """Customers known in the caller's stores, newest first."""

    queryset = Customer.objects.none()
    serializer_class = CustomerSerializer
    filterset_class = CustomerFilter
    lookup_field = "number"
    lookup_value_regex = "[A-Za-z0-9]+"

    def get_queryset(self) -> QuerySet[Customer]:
        """What the caller's roles reach."""
        user: Any = self.request.user
        if not isinstance(user, User):
            return Customer.objects.none()
        customers = Customer.objects.select_related("first_store").filter(merged_into__isnull=True)
        stores = visible_stores(user, permission="membership.view_customer")
        if stores is None:
            return customers
        known = CustomerIdentity.objects.filter(store__in=stores).values("customer_id")
        return customers.filter(Q(first_store__in=stores) | Q(pk__in=known))
