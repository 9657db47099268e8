"""Orders, payments, stock, warehouses, suppliers, forecast and restock."""
