"""Addresses of the member pages."""

from django.urls import path

from membership import views

app_name = "membership"
urlpatterns = [
    path("rfm/", views.overview, name="rfm"),
    path("rfm/<int:run_id>/", views.overview, name="rfm-run"),
    path("rfm/<int:run_id>/customers/", views.customers, name="rfm-customers"),
    path("rfm/<int:run_id>/customers.<slug:kind>", views.export, name="rfm-export"),
]
