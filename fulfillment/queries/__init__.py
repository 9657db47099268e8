"""Reads of fulfillment that join or aggregate."""
