"""The room as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembershipConfig(AppConfig):
    """Customers, their purchases, and the segments they fall into."""

    name = "membership"
    verbose_name = _("Members")
