"""Signs of life for the machine room: /healthz, /readyz and /metrics."""

import hmac
import ipaddress
from datetime import timedelta

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django_prometheus.exports import ExportToDjangoView
from kombu.exceptions import OperationalError

from config.kernel.client_address import client_address
from config.kernel.models import WorkerHeartbeat

WORKER_SILENCE = timedelta(minutes=3)


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError):
        return False
    return True


def _worker_answers() -> bool:
    try:
        return WorkerHeartbeat.objects.filter(beat_at__gte=timezone.now() - WORKER_SILENCE).exists()
    except DatabaseError:
        return False


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, broker and a worker that lived within three minutes; 503 names what is missing."""
    parts = {
        "database": _database_answers(),
        "broker": _broker_answers(),
        "worker": _worker_answers(),
    }
    return JsonResponse(
        {"status": "ok" if all(parts.values()) else "not ready", **parts},
        status=200 if all(parts.values()) else 503,
    )


def _may_read_metrics(request: HttpRequest) -> bool:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and hmac.compare_digest(sent.encode(), settings.METRICS_TOKEN.encode()):
        return True
    # Behind a proxy everybody comes from loopback: then only the token opens.
    if settings.SECURE_PROXY_SSL_HEADER or "X-Forwarded-For" in request.headers:
        return False
    return ipaddress.ip_address(client_address(request) or "0.0.0.0").is_loopback


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for loopback or a bearer of METRICS_TOKEN."""
    if not _may_read_metrics(request):
        return HttpResponseForbidden()
    answer: HttpResponse = ExportToDjangoView(request)
    return answer
