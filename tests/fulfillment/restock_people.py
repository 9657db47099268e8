"""Who opens the restock pages in tests, what lies there, and how a page is asked and read."""

import re
from html import unescape

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from config.kernel.models import RoleScope, User
from fulfillment.models import PurchaseOrder, SkuForecast, StockBalance
from fulfillment.replenishment import (
    DemandOutlook,
    InventoryPosition,
    LeadTime,
    LotRules,
    RestockInputs,
    ServicePolicy,
    suggest_restock,
)
from fulfillment.services.approval import approve_suggestions
from tests.fulfillment.factories import make_sku, make_suggestion, make_supplier


def person(role: str, *, warehouse: str = "", language: str = "en") -> Client:
    """A signed-in person of a role, bound to a warehouse where one is named."""
    user = User.objects.create_user(f"{role}{warehouse}", password="x", is_staff=True, language=language)
    group = Group.objects.get(name=role)
    user.groups.add(group)
    if warehouse:
        RoleScope.objects.create(user=user, group=group, kind="warehouse", code=warehouse)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def forecast_of(run, sku, warehouse, **values) -> SkuForecast:
    known = {"demand_class": "smooth", "velocity_class": "fast", "method": "ses", "daily_mean": 2.0, "horizon_days": 28}
    return SkuForecast.objects.create(
        run=run, sku=sku, warehouse=warehouse, **{**known, "daily_units": [2.0] * 28, **values}
    )


def text_of(answer) -> str:
    """What the page says, tags and runs of blanks taken out."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def get(client, name, *args, **query):
    return client.get(reverse(f"restock:{name}", args=args), query)


def post(client, name, *args, **values):
    return client.post(reverse(f"restock:{name}", args=args), values)


INPUTS = RestockInputs(
    position=InventoryPosition(on_hand=20, allocated=5, backorders=1, on_order=6, overdue_on_order=6),
    demand=DemandOutlook(interval_mean=40.0, lead_mean=35.0, daily_mean=5.0, daily_std=2.0, history_days=200),
    lead_time=LeadTime(mean_days=7, std_days=1, review_days=1),
    policy=ServicePolicy("cycle", 0.95, 2, 5, max_cover_days=45),
    lot=LotRules(moq=12, pack=12),
)


def with_arithmetic(suggestion):
    """The suggestion as a check would have written it from INPUTS."""
    result = suggest_restock(INPUTS)
    suggestion.inputs, suggestion.arithmetic = INPUTS.to_json(), result.to_json()
    suggestion.quantity = suggestion.suggested_quantity = result.quantity
    suggestion.value = suggestion.unit_cost * result.quantity
    suggestion.save()
    return result


def make_order(client, run, warehouse, *, quantities=(10, 5), skus=None, supplier=None) -> PurchaseOrder:
    """An approved order with a line of each quantity."""
    supplier = supplier or make_supplier()
    skus = skus or [make_sku() for _ in quantities]
    rows = [
        make_suggestion(run, sku, warehouse, supplier, quantity=quantity)
        for sku, quantity in zip(skus, quantities, strict=True)
    ]
    return approve_suggestions([row.pk for row in rows], actor=client.user).orders[0]


def arrival(client, order, *entries, press="a" * 32):
    """Send the receiving form; entries are (line, fields)."""
    values = {"press": press, "line": [line.pk for line, _fields in entries]}
    for line, fields in entries:
        values |= {f"line{line.pk}-{name}": value for name, value in fields.items()}
    return client.post(reverse("restock:receive", args=[order.pk]), values)


def on_hand(sku, bucket="available"):
    return sum(StockBalance.objects.filter(sku=sku, bucket=bucket).values_list("on_hand", flat=True))
