"""Addresses of the pages that draw on all rooms."""

from django.urls import path

from config.overviews import customer, product

urlpatterns = [
    path("members/customers/<int:customer_id>/", customer.show, name="customer"),
    path("goods/<int:product_id>/", product.show, name="product"),
]
