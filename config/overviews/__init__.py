"""The page of a customer and the page of a product: what every room knows of them, so they stand above the rooms."""
