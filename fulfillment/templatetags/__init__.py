"""Filters of the restock pages."""
