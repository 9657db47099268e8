"""Charts of demand and stock with their tables, as `analytics/chart.html` reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fulfillment.models import DemandDay, StockSnapshot
from fulfillment.queries.demand import EMPTY_SECONDS
from fulfillment.restock_pages.event_bands import Event, bands_of_events, names_on
from fulfillment.templatetags.restock_figures import units

WEEK = 7
FEWEST_WEEKS_AHEAD = 4
DASH = "—"


@dataclass(frozen=True)
class Day:
    """A day of a SKU: units asked for, pieces at its end (None: no snapshot), and whether it was known to be empty."""

    day: date
    units: float
    on_hand: int | None
    is_empty: bool


def days_of(sku_id: int, *, warehouse_ids: Sequence[int], first: date, last: date) -> list[Day]:
    """The days of [first, last] over some warehouses; two queries.

    Empty as the forecast sees it: nothing free at the end of the day or empty for a quarter of it, and nothing asked for.
    """
    here = {"sku_id": sku_id, "warehouse_id__in": list(warehouse_ids), "day__range": (first, last)}
    asked = dict(DemandDay.objects.filter(**here).values_list("day").annotate(Sum("units")))
    stock: dict[date, list[tuple[int, bool]]] = {}
    rows = StockSnapshot.objects.filter(**here).values_list("day", "on_hand", "reserved", "out_of_stock_seconds")
    for day, on_hand, reserved, empty in rows:
        stock.setdefault(day, []).append((on_hand, on_hand <= reserved or empty >= EMPTY_SECONDS))
    found = []
    for place in range((last - first).days + 1):
        day = first + timedelta(days=place)
        known, sold = stock.get(day, []), float(asked.get(day, 0))
        found.append(
            Day(
                day=day,
                units=sold,
                on_hand=sum(pieces for pieces, _empty in known) if known else None,
                is_empty=bool(known) and all(empty for _pieces, empty in known) and sold <= 0,
            )
        )
    return found


def _table(caption: str, names: Sequence[tuple[str, bool]], rows: list[list[str]]) -> dict[str, Any]:
    return {
        "caption": caption,
        "columns": [{"name": name, "is_number": is_number} for name, is_number in names],
        "rows": rows,
        "csv": "",
        "xlsx": "",
    }


def bands_of(marked: Sequence[bool], *, name: str) -> list[dict[str, Any]]:
    """Runs of marked places as bands."""
    bands: list[dict[str, Any]] = []
    for place, is_marked in enumerate(marked):
        if is_marked and bands and bands[-1]["to"] == place - 1:
            bands[-1]["to"] = place
        elif is_marked:
            bands.append({"from": place, "to": place, "name": name})
    return bands


@dataclass(frozen=True)
class Spans:
    """Days or weeks up to the check and after it: the first day of each, pieces asked for and expected, days empty and
    unknown.
    """

    days_each: int
    begins: list[date]
    asked: list[float]
    expected: list[float]
    empty: list[int]
    unknown: list[int]


def _spans(days: Sequence[Day], *, ahead: Sequence[float], interval_days: int, days_each: int) -> Spans:
    """They end with the check's day, so that the last one is whole and the forecast begins with the next."""
    past = [days[place : place + days_each] for place in range(0, len(days), days_each)]
    weeks_ahead = max(FEWEST_WEEKS_AHEAD, -(-interval_days // WEEK))
    future = [ahead[place : place + days_each] for place in range(0, weeks_ahead * WEEK, days_each)]
    future = [span for span in future if len(span) == days_each]
    first_ahead = days[-1].day + timedelta(days=1)
    later = [first_ahead + timedelta(days=days_each * place) for place in range(len(future))]
    return Spans(
        days_each=days_each,
        begins=[*(span[0].day for span in past), *later],
        asked=[round(sum(day.units for day in span), 2) for span in past],
        expected=[round(float(sum(span)), 2) for span in future],
        empty=[sum(day.is_empty for day in span) for span in past],
        unknown=[sum(day.on_hand is None for day in span) for span in past],
    )


def demand_and_forecast(
    days: Sequence[Day],
    *,
    ahead: Sequence[float],
    interval_days: int,
    events: Sequence[Event] = (),
    by_week: bool = True,
) -> dict[str, Any]:
    """Demand up to the check, and the forecast for as many weeks as the interval reaches into, four at least.

    By week or by day, with the events of the calendar shaded.
    """
    spans = _spans(days, ahead=ahead, interval_days=interval_days, days_each=WEEK if by_week else 1)
    begins = _("A week begins on the day shown.") if by_week else ""
    told = _(
        "On days without stock nothing could be sold: the forecast leaves them out instead of reading them as no demand."
        " The order has to last %(days)s days."
    ) % {"days": interval_days}
    return {
        "id": "demand",
        "title": _("Demand and forecast by week") if by_week else _("Demand and forecast by day"),
        "summary": _demand_summary(spans),
        "note": f"{begins} {told}".strip(),
        "is_wide": True,
        "data": _picture(spans, events),
        "table": _span_table(spans, events),
    }


def _picture(spans: Spans, events: Sequence[Event]) -> dict[str, Any]:
    before, after = len(spans.asked), len(spans.expected)
    bands = bands_of([count > 0 for count in spans.empty], name=_("days without stock"))
    if after:
        bands.append({"from": before, "to": before + after - 1, "name": _("forecast")})
    bands += bands_of_events(events, begins=spans.begins, days_each=spans.days_each)
    is_weekly = spans.days_each == WEEK
    return {
        "kind": "stacked",
        "labels": [day.isoformat()[2:] if is_weekly else day.isoformat() for day in spans.begins],
        "label_kind": "week" if is_weekly else "day",
        "unit": "count",
        "series": [
            {"name": _("demand"), "role": "main", "values": [*spans.asked, *[None] * after]},
            {"name": _("forecast"), "role": "second", "values": [*[None] * before, *spans.expected]},
        ],
        "bands": bands,
        "provisional_from": None,
    }


def _span_table(spans: Spans, events: Sequence[Event]) -> dict[str, Any]:
    is_weekly = spans.days_each == WEEK
    names = [
        (_("Week from") if is_weekly else _("Day"), False),
        (_("Demand"), True),
        (_("Forecast"), True),
        (_("Days without stock"), True),
        (_("Days with unknown stock"), True),
        (_("Events"), False),
    ]
    told = [names_on(events, begin=begin, days_each=spans.days_each) for begin in spans.begins]
    past = [
        [day.isoformat(), units(asked), DASH, str(empty), str(unknown), event]
        for day, asked, empty, unknown, event in zip(
            spans.begins, spans.asked, spans.empty, spans.unknown, told, strict=False
        )
    ]
    place = len(spans.asked)
    future = [
        [day.isoformat(), DASH, units(expected), DASH, DASH, event]
        for day, expected, event in zip(spans.begins[place:], spans.expected, told[place:], strict=True)
    ]
    caption = _("Pieces asked for and expected, by week") if is_weekly else _("Pieces asked for and expected, by day")
    return _table(caption, names, [*past, *future])


def _demand_summary(spans: Spans) -> str:
    asked, expected, empty = spans.asked, spans.expected, sum(spans.empty)
    if spans.days_each == WEEK:
        sold = _("%(units)s pieces asked for in %(weeks)s weeks") % {"units": units(sum(asked)), "weeks": len(asked)}
        ahead = _("%(units)s expected in the next %(weeks)s") % {"units": units(sum(expected)), "weeks": len(expected)}
    else:
        sold = _("%(units)s pieces asked for in %(days)s days") % {"units": units(sum(asked)), "days": len(asked)}
        ahead = _("%(units)s expected in the next %(days)s days") % {
            "units": units(sum(expected)),
            "days": len(expected),
        }
    out = ngettext("%(count)d day without stock", "%(count)d days without stock", empty) % {"count": empty}
    return "; ".join([sold, *([ahead] if expected else []), *([out] if empty else [])])


def demand_by_day(days: Sequence[Day]) -> dict[str, Any]:
    """The last days of a SKU: what was asked for, and what lay there at the end of each day."""
    sold = [day.units for day in days]
    stock = [day.on_hand for day in days]
    has_stock = any(pieces is not None for pieces in stock)
    series = [{"name": _("demand"), "role": "main", "values": sold}]
    if has_stock:
        series.append({"name": _("on hand at the day's end"), "role": "compare", "values": stock})
    return {
        "id": "demand",
        "title": _("Demand and stock by day"),
        "summary": _("%(units)s pieces asked for in %(days)s days") % {"units": units(sum(sold)), "days": len(days)},
        "note": "" if has_stock else _("No snapshot of the stock was taken in these days."),
        "is_wide": True,
        "data": {
            "kind": "line",
            "labels": [day.day.isoformat() for day in days],
            "label_kind": "day",
            "unit": "count",
            "series": series,
            "bands": bands_of([day.is_empty for day in days], name=_("no stock")),
            "provisional_from": None,
        },
        "table": _table(
            _("Pieces asked for, and pieces at the end of the day"),
            [(_("Day"), False), (_("Demand"), True), (_("On hand"), True), (_("Stock"), False)],
            [
                [
                    day.day.isoformat(),
                    units(day.units),
                    DASH if day.on_hand is None else units(day.on_hand),
                    _("no stock") if day.is_empty else _("not known") if day.on_hand is None else _("in stock"),
                ]
                for day in days
            ],
        ),
    }
