"""Building a report: days made fresh, content computed, kept as an immutable snapshot, pictures drawn, mails written."""

import hashlib
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import Report, ReportDelivery, ReportSubscription
from analytics.periods import Period, comparisons, period_of
from analytics.queries.quality import is_provisional
from analytics.services.content import TREND_DAYS, report_content
from analytics.services.mailing import report_mail
from analytics.services.pictures import draw_pictures
from analytics.services.rollups import ensure_days
from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.errors import DomainError, InvalidInput, NotFound
from config.kernel.models import JobRun
from config.kernel.outbox import enqueue
from fulfillment.services.daily import rebuild_daily_sales

Tell = Callable[[int], None]


def _tell_nobody(count: int) -> None:
    """Who builds without a job tells nobody."""


def stores_of(store_code: str) -> tuple[Store | None, list[Store]]:
    """The store with the code alone, or None and every active store."""
    if store_code:
        store = Store.objects.filter(code=store_code).first()
        if store is None:
            raise NotFound("store_unknown", _("There is no store with the code %(code)s.") % {"code": store_code})
        return store, [store]
    stores = list(Store.objects.filter(is_active=True).order_by("pk"))
    if not stores:
        raise DomainError("no_store", _("There is no store yet. Import orders or enter a store first."))
    return None, stores


def build_report(
    kind: str,
    *,
    store_code: str,
    day: date,
    job_run: JobRun | None = None,
    now: datetime | None = None,
    tell: Tell | None = None,
) -> Report:
    """Build the report of the period that holds `day`; the same content again gives the report that is there.

    Changed content makes a new version beside the old ones, which stay as they were sent. `tell` hears of each of the
    three steps (days, content, pictures), and with a count of nothing of every batch of days between.
    """
    tell = tell or _tell_nobody
    if kind not in Report.Kind.values:
        raise InvalidInput("report_kind_unknown", _("A report is daily, weekly or monthly."))
    store, stores = stores_of(store_code)
    period = period_of(kind, day)
    reach = min(other.first for other in comparisons(kind, period).values())
    first = min(reach, period.last - timedelta(days=TREND_DAYS))
    rebuild_daily_sales(store_code=store_code or None)
    ensure_days(stores, first=first, last=period.last, tell=lambda _days: tell(0))
    tell(1)
    now = now or timezone.now()
    content = report_content(kind, store=store, stores=stores, period=period, now=now)
    report = _keep(kind, store=store, stores=stores, period=period, content=content, job_run=job_run, now=now)
    tell(1)
    draw_pictures(report)
    tell(1)
    return report


def content_hash(content: dict[str, Any]) -> str:
    """What tells two versions of a report apart."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _keep(
    kind: str,
    *,
    store: Store | None,
    stores: list[Store],
    period: Period,
    content: dict[str, Any],
    job_run: JobRun | None,
    now: datetime,
) -> Report:
    versions = Report.objects.filter(kind=kind, store=store, first_day=period.first).order_by("-version")
    digest = content_hash(content)
    while True:
        newest = versions.first()
        if newest is not None and newest.content_hash == digest:
            return newest
        try:
            with transaction.atomic():
                return Report.objects.create(
                    kind=kind,
                    store=store,
                    first_day=period.first,
                    last_day=period.last,
                    version=newest.version + 1 if newest else 1,
                    job_run=job_run,
                    content=content,
                    content_hash=digest,
                    metric_count=len({row["code"] for section in content["sections"] for row in section["metrics"]}),
                    anomaly_count=sum(len(section["outliers"]) for section in content["sections"]),
                    is_provisional=is_provisional(stores, period, now=now),
                    built_at=now,
                )
        except IntegrityError:
            continue  # another worker kept this version at the same moment: compare with it


def deliver_report(report: Report) -> int:
    """Write a mail for every subscriber who may see the report and has none yet; returns how many were written."""
    subscriptions = ReportSubscription.objects.filter(
        kind=report.kind, store=report.store, is_active=True, user__is_active=True
    ).select_related("user")
    written = 0
    for subscription in subscriptions:
        user = subscription.user
        # Somebody limited to some stores never gets a total over all of them.
        reach = visible_stores(user, permission="analytics.view_report")
        in_reach = reach is None or (report.store is not None and reach.filter(reports=report).exists())
        if not user.email or not user.has_perm("analytics.view_report") or not in_reach:
            continue
        with transaction.atomic():
            key = f"report:{report.pk}:user:{user.pk}"
            message = enqueue("mail", key=key, payload=report_mail(report, user))
            _delivery, is_new = ReportDelivery.objects.get_or_create(
                report=report, user=user, defaults={"message": message}
            )
            written += is_new
    return written
