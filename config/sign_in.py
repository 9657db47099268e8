"""Who may sign in."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from config.kernel.models import User


class StaffBackend(ModelBackend):
    """Name and password, as Django does it; demo sign-ins are refused as soon as DEBUG is off."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Active, and no demo account outside the demo."""
        if getattr(user, "is_demo", False) and not settings.DEBUG:
            return False
        return super().user_can_authenticate(user)
