"""Many rows by set-based SQL of PostgreSQL: a million orders in seconds, as the services would have left them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.utils import timezone

from catalog.models import Channel, Product, Sku, Store
from config.kernel.models import AuditEntry
from fulfillment.models import Order, SalesEntry
from membership.models import Customer
from service_desk.models import Ticket

STORES, SKUS = 3, 200
MOMENT = "timestamptz '2024-01-01 00:00+00' + n * interval '1 minute'"
TEXT_INDEXES = """
SELECT named.relname FROM pg_index held JOIN pg_class named ON named.oid = held.indexrelid JOIN pg_am way ON way.oid = named.relam
WHERE held.indrelid = %s::regclass AND way.amname = 'gin'
"""
Expressions = Mapping[str, str]


def fill(model: type[Model], count: int) -> None:
    """Insert rows 1 to `count`, each with its number in what a list is searched by; stores and SKUs as they are needed."""
    insert(model, COLUMNS[model](), count=count)
    tidy(model._meta.db_table)


def tidy(table: str) -> None:
    """What autovacuum does with a table soon after: its statistics, and the waiting entries of its text indexes.

    Both weigh in the choice of a plan, and what waits is also what others have left there and rolled back.
    """
    with connection.cursor() as cursor:
        cursor.execute(TEXT_INDEXES, [table])
        for (index,) in cursor.fetchall():
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        cursor.execute(f'ANALYZE "{table}"')


def insert(model: type[Model], expressions: Expressions, *, count: int) -> None:
    """One INSERT from a series `n`: columns by expression, the others as the model's defaults say."""
    columns, parts, values = [], [], []
    for field in model._meta.concrete_fields:
        if field.name in expressions:
            columns.append(field.column)
            parts.append(expressions[field.name].replace("%", "%%"))
        elif not field.null and not field.primary_key:
            columns.append(field.column)
            parts.append("%s")
            values.append(_default(field))
    names = ", ".join(f'"{name}"' for name in columns)
    rows = f"SELECT {', '.join(parts)} FROM generate_series(1, %s) AS series(n)"
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) {rows}', [*values, count])


def numbered(prefix: str) -> str:
    """A text that ends in the row's number, seven digits wide."""
    return f"'{prefix}' || lpad(n::text, 7, '0')"


def one_of(model: type[Model]) -> str:
    """The key of one of the rows of a small table, in turn."""
    keys = ", ".join(str(key) for key in model._default_manager.order_by("pk").values_list("pk", flat=True))
    return f"(ARRAY[{keys}])[1 + n %% {keys.count(',') + 1}]".replace("%%", "%")


def _default(field: "Field[Any, Any]") -> Any:
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        return timezone.now()
    value = field.get_default() if field.has_default() else ""
    return field.get_db_prep_save(value, connection)


def _stores() -> str:
    for number in range(1, STORES + 1):
        channel, _made = Channel.objects.get_or_create(code=f"channel-{number}", defaults={"name": f"channel {number}"})
        values = {"name": f"store {number}", "channel": channel, "currency": "CNY"}
        Store.objects.get_or_create(code=f"store-{number}", defaults=values)
    return one_of(Store)


def _skus() -> str:
    for number in range(1, SKUS + 1):
        product, _made = Product.objects.get_or_create(code=f"P{number:04}", defaults={"name": f"product {number}"})
        Sku.objects.get_or_create(code=f"SKU{number:04}", defaults={"product": product})
    return one_of(Sku)


def _orders() -> Expressions:
    return {
        "number": numbered("SO"),
        "external_number": numbered("X"),
        "store": _stores(),
        "source": "'api'",
        "state": "(ARRAY['confirmed', 'closed', 'closed', 'closed'])[1 + n % 4]",
        "payment_state": "'paid'",
        "fulfilment_state": "'shipped'",
        "currency": "'CNY'",
        "payable_amount": "100 + n % 900",
        "paid_amount": "100 + n % 900",
        "placed_at": MOMENT,
        "placed_on": f"({MOMENT})::date",
        "paid_at": MOMENT,
        "paid_on": f"({MOMENT})::date",
        "closed_at": f"CASE WHEN n % 4 > 0 THEN {MOMENT} END",
    }


def _sales() -> Expressions:
    return {
        "source_ref": numbered("X"),
        "store": _stores(),
        "sku": _skus(),
        "kind": "'sale'",
        "line_kind": "'goods'",
        "store_date": f"({MOMENT})::date",
        "occurred_at": MOMENT,
        "quantity": "1 + n % 3",
        "gross_amount": "100 + n % 900",
        "currency": "'CNY'",
    }


def _audit() -> Expressions:
    return {
        "occurred_at": MOMENT,
        "action": "(ARRAY['price.set', 'order.held', 'order.cleared'])[1 + n % 3]",
        "object_type": "'fulfillment.order'",
        "object_id": "n::text",
        "object_label": numbered("label "),
    }


def _customers() -> Expressions:
    return {"number": numbered("CU"), "province": "'浙江省'", "city": "'杭州市'", "first_store": _stores()}


def _tickets() -> Expressions:
    return {
        "number": numbered("TK"),
        "subject": numbered("matter "),
        "store": _stores(),
        "contact_channel": "'email'",
        "state": "(ARRAY['open', 'closed', 'closed', 'closed'])[1 + n % 4]",
        "opened_at": MOMENT,
        "last_message_at": MOMENT,
        "closed_at": MOMENT,
    }


COLUMNS: Mapping[type[Model], Callable[[], Expressions]] = {
    AuditEntry: _audit,
    Customer: _customers,
    Order: _orders,
    SalesEntry: _sales,
    Ticket: _tickets,
}
