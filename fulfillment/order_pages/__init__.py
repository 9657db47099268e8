"""The page of an order: what it is worth and why, and what happened to it."""
