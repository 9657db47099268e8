"""Metrics, rollups and reports."""
