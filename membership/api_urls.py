"""API addresses of membership."""

from rest_framework.routers import SimpleRouter

from membership.api import CustomerViewSet

router = SimpleRouter()
router.register("customers", CustomerViewSet, basename="customer")
urlpatterns = router.urls
