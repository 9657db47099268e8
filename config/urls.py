"""All addresses of the back office."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)

from config import health, saved_filters, views
from config.demo import example_file
from config.kernel.api_views import TokenSignInView

api: list[URLPattern | URLResolver] = [
    path("", include("catalog.api_urls")),
    path("", include("membership.api_urls")),
    path("", include("fulfillment.api_urls")),
    path("", include("service_desk.api_urls")),
    path("", include("analytics.api_urls")),
    path("token/", TokenSignInView.as_view(), name="api-token"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema"),
        name="api-docs",
    ),
    path("redoc/", SpectacularRedocView.as_view(url_name="api-schema"), name="api-redoc"),
]

urlpatterns = [
    path("", views.start, name="start"),
    path("shift/notes/", views.leave, name="shift-note"),
    path("shift/notes/<int:note_id>/done/", views.settle, name="shift-note-done"),
    path("checklist/<int:item_id>/", views.tick_item, name="checklist-tick"),
    path("notices/<int:notice_id>/", views.open_notice, name="notice"),
    path("filters/", saved_filters.add, name="saved-filter-add"),
    path("filters/<int:filter_id>/remove/", saved_filters.remove, name="saved-filter-remove"),
    path("account/", include("config.account.urls")),
    path("language/", views.set_language, name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("config.overviews.urls")),
    path("members/", include("membership.urls")),
    path("desk/", include("service_desk.urls")),
    path("orders/", include("fulfillment.order_pages.urls")),
    path("restock/", include("fulfillment.restock_pages.urls")),
    *([path("imports/example.csv", example_file.download, name="demo-example")] if settings.DEMO else []),
    path("imports/", include("config.kernel.import_pages.urls")),
    path("boards/", include("analytics.urls")),
    path("api/v1/", include(api)),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
