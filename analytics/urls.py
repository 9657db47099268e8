"""Addresses of boards and reports."""

from django.urls import path

from analytics.views import boards, reports

app_name = "analytics"
urlpatterns = [
    path("", boards.index, name="index"),
    path("sales/", boards.board, {"code": "sales"}, name="sales"),
    path("members/", boards.board, {"code": "members"}, name="members"),
    path("stock/", boards.board, {"code": "stock"}, name="stock"),
    path("service/", boards.board, {"code": "service"}, name="service"),
    path("today/", boards.today, name="today"),
    path("reports/", reports.reports, name="reports"),
    path("reports/build/", reports.build, name="build"),
    path("reports/mine/", reports.subscriptions, name="subscriptions"),
    path("reports/<int:report_id>/", reports.report, name="report"),
    path("reports/<int:report_id>/mail/", reports.mail_preview, name="mail"),
    path("reports/<int:report_id>/pictures/<slug:name>/", reports.picture, name="picture"),
    path("reports/<int:report_id>/table.csv", reports.table, name="table"),
    path("<slug:code>/tables/<slug:panel>.<slug:kind>", boards.export, name="export"),
]
