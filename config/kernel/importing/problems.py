"""What can be wrong with a file or a row, and how it is said.

A finding is stored as code and parameters; its sentence is made when it is shown, in the language of the person who
reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Texts = Mapping[str, str | Promise]

FILE_TEXTS: Texts = MappingProxyType(
    {
        "file_missing": _("There is no file at this place."),
        "file_empty": _("The file is empty."),
        "no_headings": _("The file has no row with headings."),
        "only_headings": _("The file has headings but no rows below them."),
        "file_binary": _("This is neither a table in text form (CSV) nor an Excel workbook (XLSX)."),
        "file_cut_off": _("The file ends in the middle: it was cut off. Fetch or save it again."),
        "file_damaged": _("The packed file is damaged and cannot be unpacked."),
        "unpacks_too_large": _("Unpacked, the file is larger than %(limit)s MB. Split it, or ask for a higher limit."),
        "packed_too_tightly": _(
            "The file unpacks to more than %(ratio)s times its size. No table of orders does; it was not read."
        ),
        "workbook_cut_off": _("The workbook is damaged or was cut off. Open it in Excel and save it again."),
        "workbook_damaged": _("The workbook is damaged in its part %(part)s. Open it in Excel and save it again."),
        "workbook_locked": _("The workbook is protected by a password. Save it without a password."),
        "workbook_old": _("This is a workbook of the old kind (XLS). Save it as XLSX or CSV."),
        "workbook_binary": _("This is a binary workbook (XLSB). Save it as XLSX or CSV."),
        "workbook_foreign": _("This is an OpenDocument file. Save it as XLSX or CSV."),
        "zip_not_workbook": _("This is a ZIP archive, not a workbook. Unpack it and give the file inside."),
        "web_page": _("This is a web page saved under a table's name. Open it in Excel and save it as XLSX or CSV."),
        "sheet_missing": _("The workbook has no sheet “%(sheet)s”."),
        "encoding_unknown": _("The text is neither UTF-8 nor UTF-16 nor GB18030. Save the file as UTF-8."),
        "headings_undecodable": _("The headings cannot be read as %(encoding)s."),
        "quote_not_closed": _("A quotation mark is opened here and never closed."),
        "line_too_long": _("A line is longer than %(limit)s characters."),
        "too_many_columns": _("The file has more than %(limit)s columns."),
        "missing_heading": _("A column is missing: “%(field)s”."),
        "mapped_heading_missing": _("The mapping names the column “%(heading)s”, which the file does not have."),
        "ambiguous_heading": _("More than one column could be “%(field)s”: %(headings)s. Choose one in the mapping."),
        "unknown_field": _("The mapping names the field “%(field)s”, which this layout does not have."),
        "heading_used_twice": _("The mapping uses the column “%(heading)s” for two fields."),
        "unit_too_long": _("More than %(limit)s rows carry the same number “%(key)s”."),
    }
)

ROW_TEXTS: Texts = MappingProxyType(
    {
        "heading_repeated": _("Two columns have the heading “%(heading)s”."),
        "heading_empty": _("Column %(letter)s has no heading and is not read."),
        "too_few_cells": _("The row has %(found)s cells, the headings have %(expected)s. Was it cut off?"),
        "too_many_cells": _("The row has %(found)s cells, the headings have %(expected)s. Is a comma not quoted?"),
        "quote_runs_on": _(
            "The row runs over %(lines)s lines and has %(found)s cells, the headings have"
            " %(expected)s. Is a quotation mark not closed?"
        ),
        "undecodable": _("The cell holds bytes that are not %(encoding)s."),
        "nul_byte": _("The cell holds a NUL character."),
        "cell_too_long": _("The cell is longer than %(limit)s characters."),
        "formula_without_value": _("Cell %(cell)s is a formula without a stored value. Save the file in Excel first."),
        "formula_value_used": _("The column holds formulas, first in cell %(cell)s; their stored values are used."),
        "cell_error": _("Cell %(cell)s holds the Excel error %(value)s."),
        "number_lost_digits": _(
            "“%(value)s” is a long number that has lost its last digits. Export the column as text and import again."
        ),
        "required_empty": _("The cell is empty, but the row is nothing without it."),
        "control_character": _("The cell holds an invisible control character."),
        "control_removed": _("Invisible control characters were taken out of the text."),
        "identifier_too_long": _("The number or code is longer than %(limit)s characters."),
        "text_cut": _("The text was cut after %(limit)s characters."),
        "not_a_number": _("“%(value)s” is not a number."),
        "not_whole": _("“%(value)s” is not a whole number."),
        "too_many_decimals": _("“%(value)s” has more than %(places)s decimals."),
        "amount_too_large": _("“%(value)s” is too large for an amount."),
        "quantity_absurd": _("“%(value)s” is more than %(limit)s pieces."),
        "price_negative": _("The price %(value)s is below zero."),
        "not_a_date": _("“%(value)s” is not a date."),
        "date_ambiguous": _("“%(value)s” may be read as day/month or as month/day. Use year-month-day."),
        "date_out_of_range": _("“%(value)s” lies outside the years 1990 to 2100."),
        "time_skipped": _("The time %(value)s did not exist: the clock was put forward. One hour later was taken."),
        "time_twice": _("The time %(value)s came twice: the clock was put back. The first was taken."),
    }
)


class Severity(StrEnum):
    """Whether a finding rejects the row or only says something of it."""

    ERROR = "error"
    WARNING = "warning"


def sentence(code: str, params: Mapping[str, str], *, texts: Texts) -> str:
    """The finding in the active language; an unknown code is shown as it is."""
    return str(texts.get(code, code)) % params


class FileProblem(Exception):
    """The file as a whole cannot be read, or not any further.

    `row` counts as a spreadsheet does, from 1 with the headings included; `column` is the heading.
    """

    def __init__(self, code: str, *, row: int | None = None, column: str | None = None, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.column = column
        self.params = {name: str(value) for name, value in params.items()}

    @property
    def message(self) -> str:
        text = sentence(self.code, self.params, texts=FILE_TEXTS)
        where = {"row": self.row, "column": self.column}
        if self.row is not None and self.column is not None:
            return gettext("Row %(row)s, column “%(column)s”: ") % where + text
        if self.row is not None:
            return gettext("Row %(row)s: ") % where + text
        return text

    def __str__(self) -> str:
        return self.message


def _storable(value: Any) -> Any:
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One finding in one row. `column` is the heading, empty when the row as a whole is meant."""

    row: int
    column: str
    code: str
    severity: Severity = Severity.ERROR
    params: Mapping[str, str] = field(default_factory=dict)
    texts: Texts = field(default_factory=lambda: ROW_TEXTS, repr=False, compare=False)

    @property
    def message(self) -> str:
        return sentence(self.code, self.params, texts=self.texts)

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

    def as_json(self) -> dict[str, Any]:
        """Plain values to be stored; the sentence is left out, it is made when shown."""
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "severity": self.severity.value,
            # PostgreSQL keeps no text with the byte 0; the row itself is kept as it came.
            "params": {name: _storable(value) for name, value in self.params.items()},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, texts: Texts = ROW_TEXTS) -> Self:
        return cls(
            row=data["row"],
            column=data["column"],
            code=data["code"],
            severity=Severity(data["severity"]),
            params=data["params"],
            texts=texts,
        )
