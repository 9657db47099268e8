"""What the command palette finds among customers."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from config.kernel.found import Found
from config.kernel.models import User
from membership.queries import find_customers, visible_customers

MOST = 5


def find(user: User, text: str) -> list[Found]:
    """The customer with this number, phone, mail address or channel buyer id, of the stores in reach; shown by number."""
    if not user.has_perm("membership.view_customer"):
        return []
    reach = visible_customers(user, permission="membership.view_customer")
    found = reach.filter(pk__in=find_customers(text).values("pk"))
    return [
        Found(who.number, _("Customer"), reverse("customer", args=[who.pk]), "person")
        for who in found.order_by("pk").only("number")[:MOST]
    ]
