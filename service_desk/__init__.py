"""Tickets and the talk with customers."""
