"""The page of a customer."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from config.kernel.models import User
from config.kernel.personal import mask_email, mask_name, mask_phone
from config.overviews import customer_reads
from membership.queries import visible_customers
from membership.rfm_reads import VIEW_SCORES

VIEW = "membership.view_customer"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def show(request: HttpRequest, customer_id: int) -> HttpResponse:
    """A customer whom a store in reach knows, masked; each part is shown to those who may see its rows elsewhere."""
    user = cast("User", request.user)
    reach = visible_customers(user, permission=VIEW).select_related("first_store", "merged_into")
    customer = get_object_or_404(reach, pk=customer_id)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Customer %(number)s") % {"number": customer.number},
        "customer": customer,
        "masked_name": mask_name(customer.name),
        "masked_phone": mask_phone(customer.phone),
        "masked_email": mask_email(customer.email),
        "identities": customer_reads.known_by(customer, user=user),
        "today": timezone.localdate(),
        "shown": customer_reads.SHOWN,
    }
    parts = (
        ("worth", "membership.view_purchase", customer_reads.worth_of),
        ("bought", "membership.view_purchase", customer_reads.most_bought),
        ("scores", VIEW_SCORES, customer_reads.scores_of),
        ("orders", "fulfillment.view_order", customer_reads.newest_orders),
        ("tickets", "service_desk.view_ticket", customer_reads.newest_tickets),
    )
    for name, permission, read in parts:
        context[name] = read(customer, user=user) if user.has_perm(permission) else None
    return render(request, "overviews/customer.html", context)
