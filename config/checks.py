"""Combinations of settings and data that must not be served."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from config.kernel.models import User


@register(Tags.database)
def demo_sign_ins_need_debug(**kwargs: Any) -> list[CheckMessage]:
    """config.E001: the demo's passwords are public."""
    if settings.DEBUG or "default" not in (kwargs.get("databases") or []):
        return []
    try:
        has_demo = User.objects.filter(is_demo=True, is_active=True).exists()
    except DatabaseError:
        return []  # before the first migration there is nobody
    if not has_demo:
        return []
    return [
        Error(
            "Demo sign-ins exist while DEBUG is off.",
            hint="Serve the demo with DEBUG=1 on your own machine only, or start with another database.",
            id="config.E001",
        )
    ]


@register(Tags.security, deploy=True)
def secrets_are_shared(**kwargs: Any) -> list[CheckMessage]:
    """config.W002: several machines must share their secrets by the environment."""
    if not settings.SECRETS_ARE_LOCAL or settings.IS_SQLITE:
        return []
    return [
        checks.Warning(
            "The secrets are kept in var/secrets of this machine only.",
            hint="Set SECRET_KEY, ENCRYPTION_KEYS and LOOKUP_KEY (or *_FILE) on every machine.",
            id="config.W002",
        )
    ]


@register(Tags.security, deploy=True)
def broker_is_shared(**kwargs: Any) -> list[CheckMessage]:
    """config.W003: the file broker serves one machine."""
    if settings.IS_SQLITE or not settings.CELERY_BROKER_URL.startswith("filesystem"):
        return []
    return [
        checks.Warning(
            "The broker is a folder of this machine.",
            hint="Workers on other machines need CELERY_BROKER_URL=redis://...",
            id="config.W003",
        )
    ]


@register(Tags.security)
def debug_is_not_served(**kwargs: Any) -> list[CheckMessage]:
    """config.E004: DEBUG shows secrets to whoever meets an error."""
    if not (settings.DEBUG and settings.HTTPS):
        return []
    return [Error("DEBUG is on while HTTPS is.", hint="Turn DEBUG off where the internet looks.", id="config.E004")]
