"""Sums as subqueries, and what a check is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DecimalField, F, IntegerField, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

NO_PIECES = Value(0, output_field=IntegerField())
NO_MONEY = Value(0, output_field=DecimalField(max_digits=18, decimal_places=2))
# What a row of the ledger adds to the paid amount.
PAID = F("gross_amount") - F("discount_amount") + F("shipping_amount") + F("tax_amount")


@dataclass(frozen=True)
class BookCheck:
    """A check with its name; `run` gives the problems, one sentence each."""

    name: str
    run: Callable[[], Iterator[str]]


def sum_of(rows: QuerySet[Any], *, by: str, of: Any, nothing: Value) -> Any:
    """The sum of a column over the rows that belong to the outer row, as one subquery."""
    sums = rows.order_by().values(by).annotate(_total=Sum(of, output_field=nothing.output_field)).values("_total")
    return Coalesce(Subquery(sums), nothing, output_field=nothing.output_field)


def count_of(rows: QuerySet[Any], *, by: str) -> Any:
    """How many rows belong to the outer row, as one subquery."""
    counts = rows.order_by().values(by).annotate(_count=Count("pk")).values("_count")
    return Coalesce(Subquery(counts), NO_PIECES)
