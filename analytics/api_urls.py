"""API addresses of analytics."""

from rest_framework.routers import SimpleRouter

from analytics.api import ReportViewSet

router = SimpleRouter()
router.register("reports", ReportViewSet, basename="report")
urlpatterns = router.urls
