"""API addresses of the catalog."""

from rest_framework.routers import SimpleRouter

from catalog.api import SkuViewSet

router = SimpleRouter()
router.register("skus", SkuViewSet, basename="sku")
urlpatterns = router.urls
