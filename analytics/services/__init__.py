"""Writes of analytics: rollups, reports and their delivery."""
