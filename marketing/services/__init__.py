"""Writes of marketing."""

from marketing.services.calendar import install_calendar

__all__ = ["install_calendar"]
