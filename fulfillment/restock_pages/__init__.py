"""The pages of a supply planner: what to order and why, purchase orders, receiving, and the stock card of a SKU."""
