"""Products, SKUs, prices, channels, stores and listings."""
