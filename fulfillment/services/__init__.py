"""Writes of fulfillment: one verb-first function, one transaction."""
