"""Reads of analytics: figures of a range, what moved, and how good the data is."""
