"""API addresses of the service desk."""

from rest_framework.routers import SimpleRouter

from service_desk.api import TicketViewSet

router = SimpleRouter()
router.register("tickets", TicketViewSet, basename="ticket")
urlpatterns = router.urls
