"""Addresses of the restock pages."""

from django.urls import path

from fulfillment.restock_pages import (
    approving,
    cancel_rest,
    orders,
    overview,
    receiving,
    stock_card,
    suggestion,
    suggestions,
)

app_name = "restock"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("runs/<int:run_id>/", overview.overview, name="run"),
    path("suggestions/", suggestions.suggestion_list, name="suggestions"),
    path("suggestions/approve/", approving.approve, name="approve"),
    path("suggestions/<int:suggestion_id>/", suggestion.show, name="suggestion"),
    path("suggestions/<int:suggestion_id>/edit/", suggestion.edit, name="suggestion-edit"),
    path("suggestions/<int:suggestion_id>/refuse/", suggestion.refuse, name="suggestion-refuse"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/<int:order_id>/", orders.show, name="order"),
    path("orders/<int:order_id>/send/", orders.send, name="order-send"),
    path("orders/<int:order_id>/expect/", orders.expect, name="order-expect"),
    path("orders/<int:order_id>/cancel/", orders.cancel, name="order-cancel"),
    path("orders/<int:order_id>/cancel-rest/", cancel_rest.cancel_rest_of, name="order-cancel-rest"),
    path("orders/<int:order_id>/receive/", receiving.receive, name="receive"),
    path("skus/<int:sku_id>/", stock_card.card, name="sku"),
]
