"""Customers, their purchases, and the segments they fall into."""
