"""The two raw statements of the house: insert what is new, and change rows and tell which. Both run on both databases."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connections, models, router, transaction
from django.db.models.base import ModelState
from django.db.models.sql import UpdateQuery

Row = TypeVar("Row", bound=models.Model)

# SQLite's default limit of bound parameters in older builds; PostgreSQL takes 65,535.
MOST_PARAMETERS = 900
MOST_PARAMETERS_SERVER = 30_000
FEWEST_TO_COPY = 100
# So many rows of any table, of at most 60 columns, go into one statement on either database.
FEW = 15
# Columns whose values need no work on the way to the driver.
PLAIN = frozenset(
    {
        models.CharField,
        models.TextField,
        models.IntegerField,
        models.BigIntegerField,
        models.PositiveIntegerField,
        models.PositiveBigIntegerField,
        models.PositiveSmallIntegerField,
        models.SmallIntegerField,
        models.BooleanField,
    }
)


@cache
def _concrete_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


def _columns(connection: Any, model: type[models.Model], names: Sequence[str]) -> str:
    found: list[Any] = [model._meta.get_field(name) for name in names]
    return ", ".join(connection.ops.quote_name(field.column) for field in found)


def insert_new(
    rows: Sequence[models.Model],
    *,
    conflict: Sequence[str],
    returning: Sequence[str] = ("id",),
    conflict_where: str | None = None,
) -> list[tuple[Any, ...]]:
    """INSERT .. ON CONFLICT (conflict) DO NOTHING RETURNING: the `returning` columns of the rows that were really new.

    `rows` are unsaved instances of one model; `conflict` names the fields of a unique constraint, `conflict_where` its
    condition as SQL where it is a partial one. Batches stay below the parameter limit; the caller opens the transaction.
    """
    if not rows:
        return []
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = _concrete_fields(model)
    limit = MOST_PARAMETERS if connection.vendor == "sqlite" else MOST_PARAMETERS_SERVER
    size = max(1, limit // len(fields))
    inserted: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        statement = _insert_text(connection, model, fields, len(batch))
        parameters = [
            field.get_db_prep_save(field.pre_save(row, True), connection) for row in batch for field in fields
        ]
        target = _columns(connection, model, conflict)
        condition = f" WHERE {conflict_where}" if conflict_where else ""
        columns = _columns(connection, model, returning)
        statement += f" ON CONFLICT ({target}){condition} DO NOTHING RETURNING {columns}"
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            inserted += cursor.fetchall()
    return inserted


def fresh(model: type[Row], /, **values: Any) -> Row:
    """An unsaved row as `model(**values)` makes it, in about half the time: for rows by the ten thousand.

    Values go by the columns' names (`order_id`, not `order`) and are not looked at; a column not named has its default.
    """
    row = model.__new__(model)
    row.__dict__.update(_state=ModelState(), **_defaults(model))
    row.__dict__.update(values)
    return row


@cache
def _constants(model: type[models.Model]) -> tuple[dict[str, Any], "tuple[models.Field[Any, Any], ...]"]:
    """The defaults that are one value for all rows, and the fields whose default is made for each row."""
    made = tuple(field for field in model._meta.concrete_fields if callable(field.default))
    return {field.attname: field.get_default() for field in model._meta.concrete_fields if field not in made}, made


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    constant, made = _constants(model)
    return constant | {field.attname: field.get_default() for field in made} if made else constant


def insert_many(rows: Sequence[models.Model], *, needs_keys: bool = False) -> None:
    """INSERT rows of one model by the ten thousand: what `bulk_create` does, three times as fast.

    For plain rows without parents whose foreign keys are set by their ids. With `needs_keys` each row gets its primary
    key: a few by the statement that writes them, many before they are written. PostgreSQL takes a hundred rows and more as one COPY, a statement that it need not
    parse value by value. The caller opens the transaction.
    """
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = _concrete_fields(model)
    for row in rows:
        for field in _stamped_fields(model):
            field.pre_save(row, True)
    with connection.cursor() as cursor:
        if needs_keys and len(rows) <= FEW:
            _write_few(cursor, connection, model, rows)
            return
        if needs_keys:
            for row, key in zip(rows, _next_keys(cursor, connection, model, len(rows)), strict=True):
                row.pk, row._state.adding = key, False
            fields = [model._meta.pk, *fields]
        _write_many(cursor, connection, model, fields, _prepared(connection, fields, rows))


def _prepared(connection: Any, fields: Sequence[Any], rows: Sequence[models.Model]) -> list[list[Any]]:
    columns = [(field.attname, _preparation(field, connection)) for field in fields]
    return [[value if prepare is None else prepare(value) for value, prepare in _pairs(row, columns)] for row in rows]


@cache
def _stamped_fields(model: type[models.Model]) -> list[Any]:
    fields = _concrete_fields(model)
    return [field for field in fields if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)]


def _write_few(cursor: Any, connection: Any, model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """One statement that writes the rows and tells their keys."""
    fields = _concrete_fields(model)
    key = connection.ops.quote_name(model._meta.pk.column)
    values = [value for row in _prepared(connection, fields, rows) for value in row]
    cursor.execute(f"{_insert_text(connection, model, fields, len(rows))} RETURNING {key}", values)
    for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
        row.pk, row._state.adding = pk, False


def _next_keys(cursor: Any, connection: Any, model: type[models.Model], count: int) -> list[int]:
    """Keys that nobody else gets: from the sequence; on SQLite from the table's counter, which the write lock guards."""
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(sequence, [connection.ops.quote_name(table), model._meta.pk.column, count])
        return [key for (key,) in cursor.fetchall()]
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    (last,) = cursor.fetchone() or (0,)
    return list(range(last + 1, last + count + 1))


def _write_many(
    cursor: Any, connection: Any, model: type[models.Model], fields: Sequence[Any], prepared: Sequence[Sequence[Any]]
) -> None:
    if len(prepared) <= FEW:
        text = _insert_text(connection, model, fields, len(prepared))
        cursor.execute(text, [value for values in prepared for value in values])
        return
    if connection.vendor != "postgresql" or len(prepared) < FEWEST_TO_COPY:
        cursor.executemany(_insert_text(connection, model, fields, 1), prepared)
        return
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    # An error of a COPY comes from the driver past the cursor that would make it Django's.
    with (
        connection.wrap_database_errors,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for values in prepared:
            copy.write_row(values)


def _pairs(row: models.Model, columns: Sequence[tuple[str, Any]]) -> list[tuple[Any, Any]]:
    values = row.__dict__
    return [(values[name], prepare) for name, prepare in columns]


def _preparation(field: Any, connection: Any) -> Callable[[Any], Any] | None:
    """How a value of this column is handed to the driver; None where the driver takes it as it is."""
    if type(field) in PLAIN or isinstance(field, models.ForeignKey | models.DecimalField | models.AutoField):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


def _insert_text(connection: Any, model: type[models.Model], fields: Sequence[Any], count: int) -> str:
    head, row = _insert_head(model, connection.alias, tuple(field.column for field in fields))
    return f"{head} VALUES {', '.join([row] * count)}"


@cache
def _insert_head(model: type[models.Model], alias: str, names: tuple[str, ...]) -> tuple[str, str]:
    quote = connections[alias].ops.quote_name
    columns = ", ".join(map(quote, names))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns})", f"({', '.join(['%s'] * len(names))})"


def update_rows(
    rows: "models.QuerySet[Any, Any]", *, values: Mapping[str, Any], returning: Sequence[str] = ("id",)
) -> list[tuple[Any, ...]]:
    """UPDATE .. WHERE .. RETURNING: `returning` columns of the rows that were changed, as they are now.

    `rows` asks for columns of its own table alone, or for those of others in a subquery.
    """
    connection = connections[router.db_for_write(rows.model)]
    statement, parameters = _update_statement(connection, rows, values, returning)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _update_statement(
    connection: Any, rows: "models.QuerySet[Any, Any]", values: Mapping[str, Any], returning: Sequence[str]
) -> tuple[str, Sequence[Any]]:
    query: Any = rows.query.chain(UpdateQuery)
    query.add_update_values(dict(values))
    statement, parameters = query.get_compiler(connection=connection).as_sql()
    return f"{statement} RETURNING {_columns(connection, rows.model, returning)}", parameters


class Given(models.Expression):
    """Stands in the queryset of a `WrittenUpdate` for a value that is told with each call."""

    def __init__(self, name: str, field: "models.Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """A parameter that is this expression itself, until a value takes its place."""
        return "%s", (self,)


class WrittenUpdate:
    """`update_rows` that is sent very often: the ORM writes its statement once, the longest part of the work.

    `write` gives the rows and the new values, with `Given` in the places of what changes from call to call.
    """

    def __init__(
        self,
        model: type[models.Model],
        write: "Callable[[], tuple[models.QuerySet[Any, Any], Mapping[str, Any]]]",
        *,
        returning: Sequence[str] = ("id",),
    ) -> None:
        self._model = model
        self._write = write
        self._returning = returning
        self._written: dict[str, tuple[str, Sequence[Any]]] = {}

    def __call__(self, **given: Any) -> list[tuple[Any, ...]]:
        """Send it with these values; the `returning` columns of the rows that were changed, as they are now."""
        connection = connections[router.db_for_write(self._model)]
        statement, values = self._statement(connection, given)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def with_row(self, row: models.Model, **given: Any) -> bool:
        """Send it and insert `row`, whose columns named in `returning` come from the row that was changed; False if none was.

        Both or neither. One statement on PostgreSQL, so that a row that everybody wants is locked for no longer than
        that. Raises IntegrityError where a constraint refuses the row.
        """
        connection = connections[router.db_for_write(self._model)]
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            return self._send_with_row(connection, row, given)
        with transaction.atomic(using=connection.alias):
            if connection.vendor == "postgresql":
                return self._send_with_row(connection, row, given)
            changed = self(**given)
            if changed:
                _take_over(row, self._returning, changed[0])
                insert_many([row], needs_keys=True)
            return bool(changed)

    def _statement(self, connection: Any, given: Mapping[str, Any]) -> tuple[str, list[Any]]:
        if connection.vendor not in self._written:
            self._written[connection.vendor] = _update_statement(connection, *self._write(), self._returning)
        statement, parameters = self._written[connection.vendor]
        values = [
            one.output_field.get_db_prep_value(given[one.name], connection) if isinstance(one, Given) else one
            for one in parameters
        ]
        return statement, values

    def _send_with_row(self, connection: Any, row: models.Model, given: Mapping[str, Any]) -> bool:
        model = type(row)
        update, values = self._statement(connection, given)
        for field in _stamped_fields(model):
            field.pre_save(row, True)
        quote = connection.ops.quote_name
        fields = [field for field in _concrete_fields(model) if field.name not in self._returning]
        taken: list[Any] = [model._meta.get_field(name) for name in self._returning]
        into = ", ".join(quote(field.column) for field in (*fields, *taken))
        out = ", ".join(quote(field.column) for field in taken)
        statement = (
            f"WITH changed AS ({update}) INSERT INTO {quote(model._meta.db_table)} ({into}) "
            f"SELECT {', '.join(['%s'] * len(fields))}, {out} FROM changed RETURNING {quote(model._meta.pk.column)}, {out}"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, *_prepared(connection, fields, [row])[0]])
            made = cursor.fetchone()
        if made is None:
            return False
        row.pk, row._state.adding = made[0], False
        _take_over(row, self._returning, made[1:])
        return True


def _take_over(row: models.Model, names: Sequence[str], values: Sequence[Any]) -> None:
    for name, value in zip(names, values, strict=True):
        column: Any = row._meta.get_field(name)
        setattr(row, column.attname, value)


def claim(
    model: type[models.Model],
    *,
    where: models.Q,
    values: Mapping[str, Any],
    limit: int = 1,
    order_by: str = "id",
    returning: Sequence[str] = ("id",),
) -> list[tuple[Any, ...]]:
    """UPDATE .. WHERE id IN (the first `limit` rows that fit `where`) AND `where` again RETURNING.

    The condition is checked once more by the UPDATE itself, so of two workers that saw the same row one gets it. May
    return fewer rows than there are to claim: the caller asks again later.
    """
    manager = model._base_manager
    candidates = list(manager.filter(where).order_by(order_by).values_list("pk", flat=True)[:limit])
    if not candidates:
        return []
    return update_rows(manager.filter(where, pk__in=candidates), values=values, returning=returning)
