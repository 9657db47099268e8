"""A report as a mail: HTML with tables and pictures inside, plain text beside it, the KPI table as CSV."""

import io
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import reading
from analytics.metric_texts import name_of
from analytics.metrics import BY_CODE
from analytics.models import Report
from config.kernel.importing.export import write_csv
from config.kernel.models import User


def report_page(report: Report) -> dict[str, Any]:
    """What the page and the mail of a report show, in the language that is active."""
    content = report.content
    return {
        "report": report,
        "headlines": reading.headlines(content),
        "comparisons": reading.comparison_names(content),
        "sections": [
            {
                "currency": section["currency"],
                "is_converted": section["is_converted"],
                "rows": list(reading.metric_rows(content, section)),
                "by_store": reading.store_rows(content, section),
                "before": reading.days_compared(content, section["headline"]["against"]),
                "outliers": reading.outlier_lines(section),
                "trend": section["trend"],
            }
            for section in content["sections"]
        ],
        "products": {way: reading.product_rows(rows) for way, rows in content["products"].items()},
        "products_before": reading.days_compared(content, "previous"),
        "stock": reading.stock_lines(content),
        "segments": reading.segment_lines(content),
        "segments_as_of": content["segments"]["as_of"],
        "events": reading.event_lines(content),
        "quality": reading.quality_lines(content),
        "missing": reading.missing_rows(),
    }


def title_of(report: Report) -> str:
    """Kind, store and period."""
    store = str(report.store) if report.store else _("all stores")
    days = str(report.first_day) if report.first_day == report.last_day else f"{report.first_day} – {report.last_day}"
    return f"{report.get_kind_display()} · {store} · {days}"


def report_mail(report: Report, user: User) -> dict[str, Any]:
    """The outgoing message for one reader, in their language."""
    language = user.language if user.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(language):
        pictures = [
            {"name": f"{picture.name}.png", "path": picture.file.name, "type": "image/png", "cid": picture.name}
            for picture in report.pictures.filter(language=language).order_by("name")
        ]
        link = settings.SITE_ADDRESS + reverse("analytics:report", args=[report.pk])
        context = {**report_page(report), "title": title_of(report), "link": link, "pictures": pictures}
        table = {"name": f"report-{report.pk}.csv", "path": _csv_path(report, language), "type": "text/csv"}
        return {
            "to": [user.email],
            "subject": title_of(report),
            "text": render_to_string("analytics/report_mail.txt", context),
            "html": render_to_string("analytics/report_mail.html", context),
            "attachments": [*pictures, table],
        }


def _csv_path(report: Report, language: str) -> str:
    path = f"reports/csv/report-{report.pk}-{language}.csv"
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(report_csv(report)))
    return path


def report_csv(report: Report) -> bytes:
    """The KPI table as CSV in the language that is active: exact values, changes as shares, cells safe in a spreadsheet."""
    compared = list(report.content["compared"])
    names = reading.compared_periods(report.content)
    headings = [
        _("currency"),
        _("code"),
        _("metric"),
        pgettext("of a metric", "value"),
        *names,
        *reading.comparison_names(report.content),
    ]
    rows: list[list[Any]] = []
    for section in report.content["sections"]:
        for stored in section["metrics"]:
            changes = [stored.get(f"{name}_change") for name in compared]
            values = [stored["value"], *(stored.get(name) for name in compared), *changes]
            metric = BY_CODE.get(stored["code"])
            name = name_of(metric) if metric else stored["code"]
            rows.append([section["currency"], stored["code"], name, *values])
    stream = io.BytesIO()
    write_csv(stream, headings=headings, rows=rows)
    return stream.getvalue()
