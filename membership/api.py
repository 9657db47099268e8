"""`/api/v1/customers/`: who buys, for programs; personal data is masked."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from config.kernel.models import User
from config.kernel.personal import mask_email, mask_name, mask_phone
from membership.models import Customer
from membership.queries import find_customers, visible_customers


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A customer; name, phone and mail address show only so much as tells two people apart."""

    first_store = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)  # type: ignore[var-annotated]
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

    first_store = django_filters.CharFilter(field_name="first_store__code", max_length=40)
    search = django_filters.CharFilter(method="found", max_length=200)

    class Meta:
        model = Customer
        fields = ["number"]

    def found(self, customers: QuerySet[Customer], _name: str, text: str) -> QuerySet[Customer]:
        """By number, whole phone, mail address or channel buyer id; compared by keyed hash, so never by a part."""
        return customers.filter(pk__in=find_customers(text).values("pk"))


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
        reach = visible_customers(user, permission="membership.view_customer")
        return reach.filter(merged_into__isnull=True).select_related("first_store")
