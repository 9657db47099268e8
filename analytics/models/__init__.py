"""The tables of analytics."""

from analytics.models.reports import (
    Report,
    ReportDelivery,
    ReportPicture,
    ReportSubscription,
)
from analytics.models.rollups import StoreDay

__all__ = [
    "Report",
    "ReportDelivery",
    "ReportPicture",
    "ReportSubscription",
    "StoreDay",
]
