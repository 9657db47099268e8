"""From which address a request comes: what lock-outs, limits and the audit trail count by."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The caller's IP address, "" where none is known.

    Behind our proxy (BEHIND_PROXY) it is the last entry of X-Forwarded-For, which the proxy itself wrote; everything
    before it, and the whole header without a proxy, is the caller's own invention and counts for nothing.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    address = forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR") or ""
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""
