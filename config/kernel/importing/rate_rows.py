"""A table of exchange rates: one row for each day and currency, in units of the base currency."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.headings import FieldSpec, propose_mapping
from config.kernel.importing.problems import ROW_TEXTS, RowIssue, Texts
from config.kernel.importing.readers import open_table
from config.kernel.importing.row_reader import RowReader
from config.kernel.importing.tables import SourceRow
from config.kernel.importing.values import BadValue, parse_number

FIELDS = (
    FieldSpec("day", _("Day"), ("Day", "Date", "日期"), required=True),
    FieldSpec("currency", _("Currency"), ("Currency", "币种", "货币"), required=True),
    FieldSpec("rate", _("Rate"), ("Rate", "Exchange rate", "汇率"), required=True),
)
CODE_LETTERS = 3
DECIMALS = 8
HIGHEST = Decimal("9999999999")
TEXTS: Texts = MappingProxyType(
    {
        **ROW_TEXTS,
        "currency_unknown": _("“%(value)s” is not a currency code such as CNY or EUR."),
        "currency_is_base": _("%(value)s is the base currency: its rate is always 1."),
        "rate_not_positive": _("A rate must be above zero."),
        "rate_too_large": _("The rate %(value)s is too large."),
        "rate_too_fine": _("The rate %(value)s has more than 8 decimals."),
        "rate_to_come": _("The day %(value)s is still to come."),
        "rate_repeated": _("Row %(first)s has a rate of the same day and currency."),
    }
)


@dataclass(frozen=True, slots=True)
class Rate:
    """Units of the base currency for one unit of `currency` on a day."""

    row: int
    day: date
    currency: str
    rate: Decimal


@dataclass(frozen=True)
class RateFile:
    """A whole file: headings, good rates, and each bad row with what is wrong with it."""

    headings: tuple[str, ...]
    row_count: int
    rates: tuple[Rate, ...]
    rejected: tuple[tuple[SourceRow, tuple[RowIssue, ...]], ...]


def read_rates(path: Path, *, base: str, zone: str, last_day: date) -> RateFile:
    """Read every row. FileProblem when the file cannot be read or lacks a column."""
    with open_table(path) as table:
        bound = (
            propose_mapping(table.headings, fields=FIELDS).certain(fields=FIELDS).bind(table.headings, fields=FIELDS)
        )
        seen: dict[tuple[date, str], int] = {}
        rates: list[Rate] = []
        rejected: list[tuple[SourceRow, tuple[RowIssue, ...]]] = []
        for source in table.rows():
            reader = RowReader(bound.row(source), zone=zone, texts=TEXTS)
            rate = _read(reader, base=base, last_day=last_day)
            if rate is not None:
                first = seen.setdefault((rate.day, rate.currency), rate.row)
                if first != rate.row:
                    reader.error("day", "rate_repeated", first=first)
            if rate is None or any(issue.is_error for issue in reader.issues):
                rejected.append((source, tuple(reader.issues)))
            else:
                rates.append(rate)
        return RateFile(table.headings, len(rates) + len(rejected), tuple(rates), tuple(rejected))


def _read(reader: RowReader, *, base: str, last_day: date) -> Rate | None:
    reader.require("day", "currency", "rate")
    moment, currency = reader.moment("day"), reader.text("currency", limit=20).strip().upper()
    rate = _rate(reader)
    if currency and (len(currency) != CODE_LETTERS or not currency.isascii() or not currency.isalpha()):
        reader.error("currency", "currency_unknown", value=currency)
    if currency == base:
        reader.error("currency", "currency_is_base", value=currency)
    if moment is not None and moment.on > last_day:
        reader.error("day", "rate_to_come", value=moment.on)
    if moment is None or rate is None:
        return None
    return Rate(reader.number, moment.on, currency, rate)


def _rate(reader: RowReader) -> Decimal | None:
    text = reader.text("rate", limit=60)
    if not text:
        return None
    try:
        rate = parse_number(text)
    except BadValue as bad:
        reader.error("rate", bad.code, **bad.params)
        return None
    exponent = rate.normalize().as_tuple().exponent
    if rate <= 0:
        reader.error("rate", "rate_not_positive")
    elif rate > HIGHEST:
        reader.error("rate", "rate_too_large", value=text)
    elif isinstance(exponent, int) and -exponent > DECIMALS:
        reader.error("rate", "rate_too_fine", value=text)
    return rate


def reasons(issues: Sequence[RowIssue]) -> Iterator[str]:
    """What is wrong with a row, as sentences."""
    for issue in issues:
        yield f"{issue.column}: {issue.message}" if issue.column else issue.message
