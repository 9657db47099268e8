"""Figures as cards and cells: the registry's values in the reader's language, exact values kept beside."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from analytics.boards.links import Links
from analytics.boards.shapes import Card, Cell, Change, Column, Panel, Series, Table
from analytics.measures import Measures
from analytics.metric_texts import formula_of, name_of
from analytics.metrics import BY_CODE, Metric, Unit, kept_change, relative_change
from analytics.periods import Period
from analytics.reading import DASH, change_cell, format_value
from analytics.short_numbers import short_number
from config.kernel.money import SYMBOLS, format_money

# From here on a card shows the short form.
LONG_VALUE = 1_000_000


def is_chinese() -> bool:
    """Whether the reader reads Chinese."""
    return not (get_language() or "").startswith("en")


def symbol_of(currency: str) -> str:
    """What stands before amounts."""
    return SYMBOLS.get(currency, f"{currency} ")


def short_value(metric: Metric, value: Decimal | None, *, currency: str) -> str:
    """A value in little room; the exact one stands in its title."""
    if value is None or metric.unit not in (Unit.MONEY, Unit.COUNT) or abs(value) < LONG_VALUE:
        return format_value(metric, value, currency=currency)
    number = short_number(float(abs(value)), chinese=is_chinese())
    unit = settings.BASE_CURRENCY if metric.in_base else currency
    return f"{'−' if value < 0 else ''}{symbol_of(unit) if metric.unit is Unit.MONEY else ''}{number}"


def metric_card(
    code: str,
    now: Measures,
    before: Measures | None,
    *,
    currency: str,
    link: str = "",
    note: str = "",
    when: str = "",
) -> Card:
    """A metric of the registry as a card; without `before` there is nothing to compare with."""
    metric = BY_CODE[code]
    value = metric.value(now)
    earlier = None if before is None else metric.value(before)
    is_compared = before is not None and not (value is None and earlier is None)
    return Card(
        code=code,
        name=name_of(metric),
        value=short_value(metric, value, currency=currency),
        exact=format_value(metric, value, currency=currency),
        formula=formula_of(metric),
        link=link,
        change=metric_change(metric, value, earlier, currency=currency, when=when) if is_compared else None,
        note=note,
    )


def metric_change(
    metric: Metric, value: Decimal | None, earlier: Decimal | None, *, currency: str, when: str = ""
) -> Change:
    """How a metric moved; `when` names what it is compared with."""
    cell = change_cell(metric, value, earlier)
    before = format_value(metric, earlier, currency=currency)
    return Change(cell.text, cell.way, before, when or pgettext("comparison", "before"))


def metric_cell(code: str, measures: Measures, *, currency: str, link: str = "") -> Cell:
    """A metric's value in a table."""
    metric = BY_CODE[code]
    value = metric.value(measures)
    return Cell(format_value(metric, value, currency=currency), value, link)


def change_of(code: str, now: Measures, before: Measures) -> Cell:
    """The relative change of a metric in a table."""
    metric = BY_CODE[code]
    value, earlier = metric.value(now), metric.value(before)
    shown = change_cell(metric, value, earlier)
    return Cell(shown.text, kept_change(relative_change(value, earlier)), way=shown.way)


def money_cell(amount: Decimal | None, *, currency: str, link: str = "", is_signed: bool = False) -> Cell:
    """An amount in a table; signed ones are changes, with an arrow."""
    if amount is None or not is_signed or not amount:
        return Cell(format_money(amount, currency=currency), amount, link)
    text = f"{'▲ +' if amount > 0 else '▼ '}{format_money(amount, currency=currency)}"
    return Cell(text, amount, link, way="up" if amount > 0 else "down")


def count_cell(number: int | None, *, link: str = "") -> Cell:
    """A count in a table."""
    return Cell(DASH if number is None else f"{number:,}", number, link)


def text_cell(text: str, *, link: str = "") -> Cell:
    """Words in a table."""
    return Cell(text, text, link)


def day_cell(day: date, *, link: str = "") -> Cell:
    """A day with its weekday."""
    return Cell(f"{day.isoformat()} {date_format(day, 'D')}", day, link)


def days_of(period: Period) -> list[date]:
    """Every day of a period."""
    return [period.first + timedelta(days=place) for place in range(period.days)]


def period_words(period: Period) -> str:
    """First and last day, or the one."""
    first, last = period.first.isoformat(), period.last.isoformat()
    return first if first == last else f"{first} – {last}"


def text(name: str) -> Column:
    """A column of words."""
    return Column(name)


def number(name: str) -> Column:
    """A column of numbers."""
    return Column(name, is_number=True)


def chart(
    kind: str, *, labels: Sequence[Any], series: Sequence[Series], unit: str = "count", currency: str = "", **more: Any
) -> dict[str, Any]:
    """A chart in the form of `charts.js`; see the head of that file."""
    return {
        "kind": kind,
        "labels": [label.isoformat() if isinstance(label, date) else label for label in labels],
        "unit": unit,
        "symbol": symbol_of(currency) if currency else "",
        "series": [one.as_data() for one in series],
        **more,
    }


def panel(
    links: Links,
    panel_id: str,
    *,
    title: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    data: dict[str, Any] | None = None,
    summary: str = "",
    note: str = "",
    caption: str = "",
    is_wide: bool = False,
) -> Panel:
    """A panel with the exports of its table."""
    is_drawn = data is not None and any(value is not None for one in data["series"] for value in one["values"])
    table = Table(
        caption or f"{title} · {period_words(links.choice.period)}",
        columns,
        rows,
        csv=links.export(panel_id, "csv"),
        xlsx=links.export(panel_id, "xlsx"),
    )
    return Panel(panel_id, title, table, summary=summary, data=data if is_drawn else None, note=note, is_wide=is_wide)


def joined(parts: Sequence[str]) -> str:
    """Several things in one sentence."""
    return _(", ").join(parts)
