"""A report's content as people read it: names, units and signs in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.metrics import BY_CODE, WITHOUT_SOURCE, Direction, Metric, Unit
from config.kernel.money import format_money
from membership.models import Segment

DASH = "—"


@dataclass(frozen=True)
class Cell:
    """A relative change: its text, and whether it is good news, bad news or neither."""

    text: str
    mood: str = ""


@dataclass(frozen=True)
class Row:
    """One metric of a section."""

    code: str
    name: str
    formula: str
    value: str
    changes: tuple[Cell, ...]


def format_value(metric: Metric, value: str | None, *, currency: str) -> str:
    """A stored value as text; a dash for None."""
    if value is None:
        return DASH
    number = Decimal(value)
    if metric.unit == Unit.MONEY:
        return format_money(number, currency=currency)
    if metric.unit == Unit.RATE:
        return f"{number * 100:.1f} %"
    if metric.unit == Unit.RATIO:
        return f"{number:.2f}"
    return f"{number:,.0f}"


def format_change(metric: Metric, change: str | None) -> Cell:
    """+12.3 % with its mood; a dash where there was nothing to compare with."""
    if change is None:
        return Cell(DASH)
    number = Decimal(change)
    if not number:
        return Cell("0.0 %")
    is_good = (number > 0) == (metric.direction == Direction.UP)
    mood = "" if metric.direction == Direction.NEUTRAL else "good" if is_good else "bad"
    sign = "▲" if number > 0 else "▼"
    return Cell(f"{sign} {abs(number) * 100:.1f} %", mood)


def comparison_names(content: dict[str, Any]) -> list[str]:
    """The headings of the comparison columns, in the order of the content."""
    names = {
        "previous": _("against the period before"),
        "week_before": _("against the same weekday"),
        "year_before": _("against last year"),
    }
    return [names[name] for name in content["compared"]]


def compared_periods(content: dict[str, Any]) -> list[str]:
    """What each comparison column holds: the first and the last day."""
    return [first if first == last else f"{first} – {last}" for first, last in content["compared"].values()]


def metric_rows(content: dict[str, Any], section: dict[str, Any]) -> Iterator[Row]:
    """The KPI table of a section, and what has no source yet with its reason."""
    for stored in section["metrics"]:
        metric = BY_CODE.get(stored["code"])
        if metric is None:
            continue  # a metric that the registry has given up since
        yield Row(
            code=metric.code,
            name=str(metric.name),
            formula=str(metric.formula),
            value=format_value(metric, stored["value"], currency=section["currency"]),
            changes=tuple(format_change(metric, stored.get(f"{name}_change")) for name in content["compared"]),
        )


def missing_sources() -> list[str]:
    """Why some figures are not there."""
    return [str(reason) for reason in WITHOUT_SOURCE.values()]


def outlier_lines(section: dict[str, Any]) -> list[str]:
    """Each outlier as a sentence: the day, the metric by its name, what was seen and what was expected."""
    lines = []
    for mark in section["outliers"]:
        metric = BY_CODE.get(mark["metric"])
        if metric is None:
            continue
        seen, expected = (
            format_value(metric, str(mark[name]), currency=section["currency"]) for name in ("actual", "expected")
        )
        words = {"day": mark["day"], "metric": metric.name, "actual": seen, "expected": expected, "z": mark["z"]}
        lines.append(_("%(day)s · %(metric)s: %(actual)s, expected about %(expected)s (z %(z)s)") % words)
    return lines


def store_rows(content: dict[str, Any], section: dict[str, Any]) -> list[dict[str, str | int]]:
    """The stores of a section side by side: paid amount now and before, orders, refunds."""
    names = {store["code"]: name_of(store) for store in content["stores"]}
    money = {"gmv", "previous", "refunds"}
    return [
        {
            "name": names.get(row["store"], row["store"]),
            "orders": row["orders"],
            **{name: format_money(Decimal(row[name]), currency=section["currency"]) for name in money},
        }
        for row in section["by_store"]
    ]


def product_rows(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Products that moved, with amounts as people read them."""
    return [
        {
            "sku": row["sku"],
            "shown_name": name_of(row),
            **{
                name: format_money(Decimal(row[name]), currency=row.get("currency", settings.BASE_CURRENCY)) for name in ("now", "before", "change")
            },
        }
        for row in rows
    ]


def segment_lines(content: dict[str, Any]) -> list[str]:
    """Segments by their names with how many customers they hold."""
    labels = dict(Segment.choices)
    return [
        f"{labels.get(row['segment'], row['segment'])}: {row['customers']}" for row in content["segments"]["segments"]
    ]


def stock_value(content: dict[str, Any]) -> str:
    """The value of the stock, which is kept in the base currency."""
    return format_money(Decimal(content["stock"]["value"]), currency=settings.BASE_CURRENCY)


def name_of(row: dict[str, Any]) -> str:
    """The name of a stored row in the reader's language."""
    english, chinese = row.get("english_name") or "", row.get("name") or ""
    return english or chinese if (get_language() or "").startswith("en") else chinese or english


def headlines(content: dict[str, Any]) -> list[str]:
    """What moved, by which arithmetic, and what to look at: three sentences for each currency."""
    sentences = []
    for section in content["sections"]:
        head, currency = section["headline"], section["currency"]
        now, before = Decimal(head["gmv"]), Decimal(head["gmv_before"])
        amounts = {"now": format_money(now, currency=currency), "before": format_money(before, currency=currency)}
        if not now and not before:
            sentences.append(_("No paid orders in this period and the one before."))
            continue
        sentences.append(_("GMV was %(now)s after %(before)s in the period before.") % amounts)
        parts = {
            name: format_money(Decimal(str(value)), currency=currency) for name, value in head["contributions"].items()
        }
        sentences.append(
            _(
                "Arithmetically, buyers contributed %(buyers)s, orders per buyer %(orders_per_buyer)s, paid amount per order %(per_order)s."
            )
            % parts
        )
        count = len(section["outliers"])
        sentences.append(
            _("Nothing stands out from the usual pattern.")
            if not count
            else _("%(count)d outliers need a look.") % {"count": count}
        )
    return sentences


def quality_lines(content: dict[str, Any]) -> list[str]:
    """The data-quality line: everything that is not zero."""
    quality = content["quality"]
    texts = {
        "unmatched_listings": _("%s listing codes without a SKU"),
        "parked_messages": _("%s parked orders"),
        "rejected_rows": _("%s rejected rows of imports"),
        "days_without_rate": _("%s days without an exchange rate"),
        "sales_without_cost": _("net sales of %s without a cost"),
        "guest_orders": _("%s orders of unknown buyers"),
        "stale_days": _("%s days wait to be built again"),
    }
    lines = [text % quality[name] for name, text in texts.items() if Decimal(str(quality[name]))]
    if content["stock"]["is_assumed"]:
        lines.append(_("the stock is assumed, it was never counted"))
    return lines or [_("nothing is missing")]
