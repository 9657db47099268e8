"""What the command palette finds among customers."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.scopes import visible_stores
from config.kernel.found import Found
from config.kernel.models import User
from membership.models import CustomerIdentity
from membership.queries import find_customers

MOST = 5


def find(user: User, text: str) -> list[Found]:
    """The customer with this number, phone, mail address or channel buyer id, of the stores in reach; shown by number."""
    if not user.has_perm("membership.view_customer"):
        return []
    found = find_customers(text)
    stores = visible_stores(user, permission="membership.view_customer")
    if stores is not None:
        met = CustomerIdentity.objects.filter(customer=OuterRef("pk"), store__in=stores)
        found = found.filter(Q(first_store__in=stores) | Exists(met))
    return [
        Found(who.number, _("Customer"), reverse("admin:membership_customer_change", args=[who.pk]), "person")
        for who in found.order_by("pk").only("number")[:MOST]
    ]
