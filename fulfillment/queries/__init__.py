"""Reads of fulfillment."""

from fulfillment.queries.todo import todo

__all__ = ["todo"]
