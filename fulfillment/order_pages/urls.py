"""Addresses of the order pages."""

from django.urls import path

from fulfillment.order_pages import order

app_name = "orders"
urlpatterns = [path("<str:number>/", order.show, name="order")]
