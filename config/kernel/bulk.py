"""Many rows without an object for each of them: whole numbers read as an array, plain values written as they are.

For jobs over whole tables. numpy is imported inside: the web process never needs it here.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import connections, models, router
from django.db.models import Func, QuerySet

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AT_ONCE = 2000
# Rows that PostgreSQL sends as one value.
IN_A_BLOCK = 4096


class DaysUntil(Func):
    """Whole days from the first argument to the second, both days."""

    arity = 2
    output_field = models.BigIntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """A difference of days is a whole number there."""
        return self._later_first().as_sql(compiler, connection, **more)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """Days are text there, and the numbers of days end in a half."""
        template = "CAST(julianday(%(expressions)s) AS INTEGER)"
        return self._later_first().as_sql(compiler, connection, template=template, arg_joiner=") - julianday(", **more)

    def _later_first(self) -> "DaysUntil":
        turned = self.copy()
        turned.set_source_expressions(list(reversed(self.get_source_expressions())))
        return turned


class Whole(Func):
    """A decimal times `factor` as a whole number; null is 0. SQLite knows decimals as floating point numbers, hence the
    rounding.
    """

    arity = 1
    output_field = models.BigIntegerField()
    template = "CAST(ROUND(COALESCE(%(expressions)s, 0) * %(factor)s) AS BIGINT)"
    factor = 10_000

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, **{"factor": self.factor, **extra})


class Cents(Whole):
    """Whole cents of an amount of money."""

    factor = 100


def read_numbers(rows: QuerySet[Any, Any], *, names: Sequence[str]) -> "NDArray[np.void]":
    """The rows of a `values_list` of whole numbers without nulls, in its order, as one array with a field for each name.

    PostgreSQL sends thousands of them as one value: a message for each row costs the driver more than the query.
    """
    import numpy as np

    kept = np.dtype([(name, "<i8") for name in names])
    connection: Any = connections[rows.db]
    if connection.vendor != "postgresql":
        return np.fromiter(rows.iterator(chunk_size=AT_ONCE), dtype=kept)
    statement, parameters = rows.query.sql_with_params()
    quoted = [connection.ops.quote_name(name) for name in names]
    numbers = " || ".join(f"int8send({name}::bigint)" for name in quoted)
    numbered = (
        f"SELECT row_number() OVER () AS place, {numbers} AS numbers FROM ({statement}) AS found({', '.join(quoted)})"
    )
    block = f"place / {IN_A_BLOCK}"
    joined = f"SELECT string_agg(numbers, ''::bytea ORDER BY place) FROM ({numbered}) AS numbered GROUP BY {block} ORDER BY {block}"
    with connection.cursor() as cursor:
        cursor.execute(joined, parameters)
        sent = b"".join(bytes(value) for (value,) in cursor)
    return np.frombuffer(sent, dtype=kept.newbyteorder(">")).astype(kept)


def write_rows(model: type[models.Model], rows: Sequence[tuple[int | str, ...]], *, names: Sequence[str]) -> None:
    """INSERT rows of whole numbers and codes (no tabs, no quotes; 0 and 1 for a boolean, text for an amount).

    The caller opens the transaction. Raises IntegrityError where a constraint refuses one of them.
    """
    connection = connections[router.db_for_write(model)]
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    table, columns = quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)
            return
        line = "\t".join(["%s"] * len(names)) + "\n"
        # An error of a COPY comes from the driver past the cursor that would make it Django's.
        with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            copy.write("".join(map(line.__mod__, rows)))
