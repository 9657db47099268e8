"""By which columns a list of the admin can be sorted and paged, however long it is."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model
from django.db.models.expressions import OrderBy

from config.kernel.keyset import SortKey

# Kinds of columns whose values compare in the database as they do in a cursor.
COMPARABLE = frozenset(
    {
        "AutoField",
        "BigAutoField",
        "BigIntegerField",
        "BooleanField",
        "CharField",
        "DateField",
        "DateTimeField",
        "DecimalField",
        "ForeignKey",
        "IntegerField",
        "OneToOneField",
        "PositiveBigIntegerField",
        "PositiveIntegerField",
        "PositiveSmallIntegerField",
        "SlugField",
        "SmallIntegerField",
        "UUIDField",
    }
)


def sort_keys(model: type[Model], ordering: Sequence[Any]) -> list[SortKey]:
    """The keys of an ordering that pages by key can follow; empty where a column may be null, is computed or elsewhere."""
    keys = [_sort_key(model, part) for part in ordering]
    return [key for key in keys if key] if keys and all(keys) else []


def is_quick(model: type[Model], keys: Sequence[SortKey]) -> bool:
    """Whether an index leads with the first key and tells many values apart, so that a page needs no sort of the table."""
    if not keys:
        return False
    field = _column(model, keys[0].name)
    if field is None or field.choices or field.get_internal_type() == "BooleanField":
        return False
    return bool(field.unique or field.db_index) or field.name in _leading_columns(model)


def _sort_key(model: type[Model], part: Any) -> SortKey | None:
    if isinstance(part, F):
        part = part.asc()
    if isinstance(part, OrderBy) and isinstance(part.expression, F) and not (part.nulls_first or part.nulls_last):
        column: Any = part.expression
        part = f"-{column.name}" if part.descending else column.name
    if not isinstance(part, str):
        return None
    key = SortKey(part.removeprefix("-"), descending=part.startswith("-"))
    return key if _column(model, key.name) is not None else None


def _column(model: type[Model], name: str) -> Any:
    if name == "pk":
        return model._meta.pk
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if not field.concrete or field.null or field.get_internal_type() not in COMPARABLE:
        return None
    # The bare name of a relation sorts by the other table's order.
    return None if field.is_relation and name != field.attname else field


def _leading_columns(model: type[Model]) -> set[str]:
    indexes = [index for index in model._meta.indexes if not index.condition and index.fields]
    leading = {index.fields_orders[0][0] for index in indexes}
    leading |= {constraint.fields[0] for constraint in model._meta.total_unique_constraints if constraint.fields}
    return leading | {together[0] for together in model._meta.unique_together}
