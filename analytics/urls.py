"""Addresses of boards and reports."""

from django.urls import path

from analytics import views

app_name = "analytics"
urlpatterns = [
    path("", views.index, name="index"),
    path("reports/", views.reports, name="reports"),
    path("reports/build/", views.build, name="build"),
    path("reports/<int:report_id>/", views.report, name="report"),
    path("reports/<int:report_id>/pictures/<slug:name>/", views.picture, name="picture"),
    path("reports/<int:report_id>/table.csv", views.table, name="table"),
]
