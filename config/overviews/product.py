"""The page of a product."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Product
from config.kernel.models import User
from config.overviews import product_reads

VIEW = "catalog.view_product"


@require_safe
@login_required
@permission_required(VIEW, raise_exception=True)
def show(request: HttpRequest, product_id: int) -> HttpResponse:
    """A product: its SKUs with stock, what comes and what sells, its listings and prices, of what the reader reaches."""
    user, today = cast("User", request.user), timezone.localdate()
    product = get_object_or_404(Product.objects.select_related("brand", "category"), pk=product_id)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": str(product),
        "product": product,
        "picture": product.images.first(),
        "rows": product_reads.sku_rows(product, user=user, today=today),
        "sales": product_reads.sales_by_store(product, user=user, today=today),
        "listings": None,
        "base_currency": settings.BASE_CURRENCY,
    }
    if user.has_perm("catalog.view_listing"):
        context["listings"] = product_reads.listing_rows(product, user=user, now=timezone.now())
    return render(request, "overviews/product.html", context)
