"""`/api/v1/reports/`: kept reports for programs."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from rest_framework import serializers, viewsets

from analytics.models import Report
from analytics.queries.reports import visible_reports
from config.kernel.models import User


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report without its content."""

    store = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)  # type: ignore[var-annotated]

    class Meta:
        model = Report
        fields = [
            "id",
            "kind",
            "store",
            "first_day",
            "last_day",
            "version",
            "metric_count",
            "anomaly_count",
            "is_provisional",
            "built_at",
        ]
        read_only_fields = fields


class ReportDetailSerializer(ReportSerializer):
    """A report with its content."""

    class Meta(ReportSerializer.Meta):
        fields = [*ReportSerializer.Meta.fields, "content"]
        read_only_fields = fields


class ReportFilter(django_filters.FilterSet):
    """The fixed list of filters."""

    store = django_filters.CharFilter(field_name="store__code")
    last_day = django_filters.DateFromToRangeFilter()

    class Meta:
        model = Report
        fields = ["kind"]


class ReportViewSet(viewsets.ReadOnlyModelViewSet[Report]):
    """Reports within the caller's stores, newest first."""

    queryset = Report.objects.none()
    filterset_class = ReportFilter

    def get_queryset(self) -> QuerySet[Report]:
        """What the caller's roles reach."""
        user = self.request.user
        if not isinstance(user, User):
            return Report.objects.none()
        found = visible_reports(user).select_related("store")
        return found.defer("content") if self.action == "list" else found

    def get_serializer_class(self) -> Any:
        """Lists are short."""
        return ReportSerializer if self.action == "list" else ReportDetailSerializer
