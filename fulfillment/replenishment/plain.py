"""Frozen values to and from plain JSON, so that a suggestion's arithmetic can be stored and done
again."""

from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any


def to_plain(value: Any) -> Any:
    """Dataclasses become dicts, tuples lists, Decimals text; everything else must be plain already."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    return value


def optional_decimal(value: str | None) -> Decimal | None:
    """The Decimal behind a stored text."""
    return None if value is None else Decimal(value)
