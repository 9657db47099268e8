"""Addresses of fulfillment's API."""

from rest_framework.routers import SimpleRouter

from fulfillment.api import OrderViewSet, StockViewSet

router = SimpleRouter()
router.register("orders", OrderViewSet, basename="order")
router.register("stock", StockViewSet, basename="stock")
urlpatterns = router.urls
