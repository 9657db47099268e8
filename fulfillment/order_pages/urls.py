"""Addresses of the order pages."""

from django.urls import path

from fulfillment.order_pages import lists, moving, order

app_name = "orders"
urlpatterns = [
    path("", lists.order_list, name="list"),
    path("export/<str:kind>/", lists.export, name="export"),
    path("move/", moving.move, name="move"),
    path("<str:number>/", order.show, name="order"),
]
