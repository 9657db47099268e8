"""A report's content as people read it: names, units and signs in the language that is active."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from analytics.anomalies import Verdict
from analytics.metric_texts import formula_of, group_name, name_of, reason_of
from analytics.metrics import BY_CODE, WITHOUT_SOURCE, Direction, Metric, Unit, relative_change
from config.kernel.money import format_money
from marketing.models import EventPeriod
from membership.models import Segment

DASH = "—"
TENTH = Decimal("0.1")
Content = dict[str, Any]


@dataclass(frozen=True)
class Cell:
    """A relative change: its text, whether it is good news, bad news or neither, and its way (up, down)."""

    text: str
    mood: str = ""
    way: str = ""


@dataclass(frozen=True)
class Row:
    """One metric of a section."""

    code: str
    group: str
    name: str
    formula: str
    value: str
    changes: tuple[Cell, ...]


def format_value(metric: Metric, value: Decimal | str | None, *, currency: str) -> str:
    """A value as text; a dash for None."""
    if value is None:
        return DASH
    number = Decimal(value)
    if metric.unit is Unit.MONEY:
        return format_money(number, currency=settings.BASE_CURRENCY if metric.in_base else currency)
    if metric.unit is Unit.RATE:
        return percent(number)
    if metric.unit is Unit.COUNT:
        return half_up(number, 0)
    if metric.unit is Unit.MINUTES:
        return _("%s min") % half_up(number, 0)
    if metric.unit is Unit.DAYS:
        return _("%s days") % half_up(number, 1)
    return half_up(number, 2)


def half_up(number: Decimal, places: int) -> str:
    """A number with so many decimals, rounded half up, with thousands separators."""
    return f"{number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"


def percent(ratio: Decimal) -> str:
    """A ratio as a percentage with one decimal: the one place that rounds it."""
    # Translators: a percentage; Chinese has no space before the sign.
    return pgettext("percentage", "%s %%") % half_up(ratio * 100, 1)


def _change(metric: Metric, stored: Content, name: str) -> Cell:
    value, earlier = (None if one is None else Decimal(one) for one in (stored["value"], stored.get(name)))
    return change_cell(metric, value, earlier)


def change_cell(metric: Metric, value: Decimal | None, earlier: Decimal | None) -> Cell:
    """▲ 12.3 % with its mood, of a rate ▲ 1.2 points; a dash where there was nothing to compare with."""
    if metric.unit is Unit.RATE and value is not None and earlier is not None:
        number = value - earlier
        text = _("%s points") % f"{_way(number)} {_tenths(number)}"
    else:
        change = relative_change(value, earlier)
        if change is None:
            return Cell(DASH)
        number, text = change, change_text(change)
    if not number:
        return Cell("=")
    if metric.direction is Direction.NEUTRAL:
        return Cell(text)
    is_good = (number > 0) == (metric.direction is Direction.UP)
    return Cell(text, "good" if is_good else "bad", way="up" if number > 0 else "down")


def change_text(change: Decimal) -> str:
    """A relative change with its arrow, for cards, tables and sentences alike."""
    return f"{_way(change)} {pgettext('percentage', '%s %%') % _tenths(change)}"


def _way(number: Decimal) -> str:
    return "▲" if number > 0 else "▼"


def _tenths(number: Decimal) -> str:
    """A share in tenths of a percent; what is not nothing never reads as 0.0."""
    shown = half_up(abs(number) * 100, 1)
    return "< 0.1" if number and Decimal(shown.replace(",", "")) < TENTH else shown


def comparison_names(content: Content) -> list[str]:
    """The headings of the comparison columns, in the order of the content."""
    names = {
        "previous": _("against the period before"),
        "week_before": _("against the same weekday"),
        "year_before": _("against last year"),
    }
    return [names[name] for name in content["compared"]]


def compared_periods(content: Content) -> list[str]:
    """What each comparison column holds: the first and the last day."""
    return [days_compared(content, name) for name in content["compared"]]


def metric_rows(content: Content, section: Content) -> Iterator[Row]:
    """The KPI table of a section."""
    for stored in section["metrics"]:
        metric = BY_CODE.get(stored["code"])
        if metric is None:
            continue  # a metric that the registry has given up since
        yield Row(
            code=metric.code,
            group=group_name(metric),
            name=name_of(metric),
            formula=formula_of(metric),
            value=format_value(metric, stored["value"], currency=section["currency"]),
            changes=tuple(_change(metric, stored, name) for name in content["compared"]),
        )


def missing_rows() -> list[dict[str, str]]:
    """The metrics without a value yet, each with the reason."""
    return [{"name": name_of(metric), "value": DASH, "reason": reason_of(metric)} for metric in WITHOUT_SOURCE]


def outlier_lines(section: Content) -> list[str]:
    """Each outlier as a sentence: when, what, how much, and what was expected."""
    lines = []
    for mark in section["outliers"]:
        metric = BY_CODE.get(mark["metric"])
        if metric is None:
            continue
        seen, expected = (
            format_value(metric, str(mark[name]), currency=section["currency"]) for name in ("actual", "expected")
        )
        words = {"day": mark["day"], "metric": name_of(metric), "seen": seen, "expected": expected, "z": mark["z"]}
        lines.append(_outlier_sentence(mark) % words)
    return lines


def _outlier_sentence(mark: Content) -> str:
    if mark["verdict"] == Verdict.NO_DATA:
        return _("%(day)s: %(metric)s is zero where about %(expected)s was expected: closed, or data is missing.")
    if mark.get("days", 1) > 1:
        return _("Week up to %(day)s: %(metric)s %(seen)s, expected about %(expected)s (z %(z)s).")
    return _("%(day)s: %(metric)s %(seen)s, expected about %(expected)s (z %(z)s).")


def store_rows(content: Content, section: Content) -> list[dict[str, str | int]]:
    """The stores of a section side by side: paid amount now and before, what each contributed, orders, refunds.

    Before is the period that the headline compares with, so a contribution is what lies between the two amounts.
    """
    names = {store["code"]: own_name(store) for store in content["stores"]}
    return [
        {
            "name": names.get(row["store"], row["store"]),
            "orders": row["orders"],
            "contribution": _signed(section["headline"]["by_store"].get(row["store"], "0"), section["currency"]),
            "before": format_money(_store_before(row, section), currency=section["currency"]),
            **{name: format_money(Decimal(row[name]), currency=section["currency"]) for name in ("gmv", "refunds")},
        }
        for row in section["by_store"]
    ]


def _store_before(row: Content, section: Content) -> Decimal:
    """Older reports did not keep it: there it is what the contribution says."""
    kept = row.get("before")
    if kept is not None:
        return Decimal(kept)
    return Decimal(row["gmv"]) - Decimal(section["headline"]["by_store"].get(row["store"], "0"))


def days_compared(content: Content, name: str) -> str:
    """The first and last day of one of the compared periods, as one text."""
    first, last = content["compared"][name]
    return first if first == last else f"{first} – {last}"


def product_rows(rows: list[Content]) -> list[dict[str, str]]:
    """Products that moved, with amounts as people read them."""
    return [
        {
            "sku": row["sku"],
            "shown_name": own_name(row),
            **{
                name: format_money(Decimal(row[name]), currency=row["currency"]) for name in ("now", "before", "change")
            },
        }
        for row in rows
    ]


def segment_lines(content: Content) -> list[str]:
    """Segments by their names with how many customers they hold, and held before."""
    labels = dict(Segment.choices)
    return [
        _("%(segment)s: %(customers)s")
        % {
            "segment": labels.get(row["segment"], row["segment"]),
            "customers": f"{row['customers']:,}{_since(row['before'], row['customers'])}",
        }
        for row in content["segments"]["segments"]
    ]


def _since(before: int | None, now: int) -> str:
    return "" if before is None or before == now else f" ({now - before:+d})"


def stock_lines(content: Content) -> list[str]:
    """The stock in words: when, how much, what ran out and what came back."""
    stock = content["stock"]
    value = format_money(Decimal(stock["value"]), currency=settings.BASE_CURRENCY)
    words = {"value": value, "units": f"{stock['units']:,}", "empty": f"{stock['empty']:,}", "day": stock["as_of"]}
    if not stock["is_supplied"]:
        return [_("No warehouse supplies these stores yet.")]
    if stock["as_of"]:
        lines = [_("At the end of %(day)s: %(units)s pieces, %(value)s at cost, %(empty)s SKUs sold out.") % words]
    else:
        lines = [
            _(
                "No stock was noted in the period. When the report was built: %(units)s pieces, %(value)s, %(empty)s SKUs sold out."
            )
            % words
        ]
    for name, text in (("ran_out", _("Sold out since: %s.")), ("came_back", _("Back in stock: %s."))):
        if stock[name]:
            lines.append(text % _(", ").join(f"{row['sku']} {own_name(row)}".strip() for row in stock[name]))
    if stock["is_assumed"]:
        lines.append(_("The stock is assumed: it was never counted."))
    return lines


def event_lines(content: Content) -> list[str]:
    """Events in the window: they may explain what moved, they do not prove it."""
    phases = dict(EventPeriod.Phase.choices)
    return [
        f"{own_name(event)} · {phases.get(event['phase'], event['phase'])} ({event['first']} – {event['last']})"
        for event in content["events"]
    ]


def own_name(row: Content) -> str:
    """The name of a stored row in the reader's language."""
    english, chinese = row.get("english_name") or "", row.get("name") or ""
    return english or chinese if (get_language() or "").startswith("en") else chinese or english


def headlines(content: Content) -> list[str]:
    """What moved, by which arithmetic, and what to check: three sentences for each currency."""
    sentences = []
    for section in content["sections"]:
        sentences += [what_moved(section), *why(content, section), _what_to_check(content, section)]
    return sentences


def what_moved(section: Content) -> str:
    """The paid amount and its change, in one sentence."""
    head, currency = section["headline"], section["currency"]
    now, before = Decimal(head["gmv"]), Decimal(head["gmv_before"])
    words = {"now": format_money(now, currency=currency), "before": format_money(before, currency=currency)}
    if not now and not before:
        return _("No orders were paid in this period, nor in the one it is compared with.")
    if not now:
        return _("No orders were paid in this period, after %(before)s.") % words
    if before <= 0:
        return _("GMV was %(now)s; there is nothing to compare it with.") % words
    words["change"] = change_text((now - before) / before)
    if head["against"] == "week_before":
        return _("GMV was %(now)s, %(change)s against the same weekday of the week before (%(before)s).") % words
    if head["against"] == "year_before":
        return _("GMV was %(now)s, %(change)s against the same weekdays of the year before (%(before)s).") % words
    return _("GMV was %(now)s, %(change)s against the period before (%(before)s).") % words


def why(content: Content, section: Content) -> list[str]:
    """The contributions, the largest first; nothing where there was nothing to compare with."""
    head, currency = section["headline"], section["currency"]
    if not Decimal(head["gmv_before"]) or not Decimal(head["gmv"]):
        return []
    names = {
        "buyers": _("number of buyers"),
        "per_buyer": _("paid amount per buyer"),
        "guests": _("orders of unknown buyers"),
        "entered": _("stores that began to sell"),
        "left": _("stores that sold nothing"),
    }
    parts = sorted(head["contributions"].items(), key=lambda part: -abs(Decimal(part[1])))
    told = [f"{names[name]} {_signed(value, currency)}" for name, value in parts if Decimal(value)]
    if not told:
        return []
    sentence = _("Arithmetical contribution, not cause: %s.") % _(", ").join(told)
    if len(head["by_store"]) > 1:
        sentence = sentences_joined([sentence, *_stores_that_moved(content, head, currency)])
    return [sentence]


def _stores_that_moved(content: Content, head: Content, currency: str) -> list[str]:
    """The store that rose most and the one that fell most, the way the whole went first: a fall explains no rise."""
    shown = {store["code"]: own_name(store) for store in content["stores"]}
    amounts = {code: Decimal(value) for code, value in head["by_store"].items()}
    highest, lowest = max(amounts, key=lambda code: amounts[code]), min(amounts, key=lambda code: amounts[code])
    words = {
        code: {"store": shown.get(code, code), "amount": _signed(str(amounts[code]), currency)} for code in amounts
    }
    told = []
    if amounts[highest] > 0:
        told.append(_("Up most by store: %(store)s %(amount)s.") % words[highest])
    if amounts[lowest] < 0:
        told.append(_("Down most by store: %(store)s %(amount)s.") % words[lowest])
    return told if Decimal(head["gmv"]) >= Decimal(head["gmv_before"]) else told[::-1]


def sentences_joined(sentences: Iterable[str]) -> str:
    """Sentences one after another; Chinese has no space between them."""
    return ("" if (get_language() or "").startswith("zh") else " ").join(filter(None, sentences))


def _signed(amount: str, currency: str) -> str:
    number = Decimal(amount)
    return f"{'+' if number > 0 else ''}{format_money(number, currency=currency)}"


def _what_to_check(content: Content, section: Content) -> str:
    """The strongest outlier, else what weakens the figures, else what sold out."""
    marks = section["outliers"]
    if marks:
        strongest = max(range(len(marks)), key=lambda place: abs(marks[place]["z"]))
        return _("To check: %s") % outlier_lines(section)[strongest]
    quality = content["quality"]
    if quality["parked_messages"] or quality["unmatched_listings"]:
        return _("To check: orders or listing codes wait to be matched, so figures may be too low.")
    if content["stock"]["ran_out"]:
        return _("To check: %d SKUs sold out in the period.") % len(content["stock"]["ran_out"])
    return _("Nothing stands out from the usual pattern.")


def quality_lines(content: Content) -> list[str]:
    """The data-quality line: everything that is not zero."""
    quality = content["quality"]
    texts = {
        "unmatched_listings": _("%s listing codes without a SKU"),
        "parked_messages": _("%s parked orders"),
        "rejected_rows": _("%s rejected rows of imports"),
        "days_without_rate": _("%s days without an exchange rate"),
        "skus_without_cost": _("%s SKUs sold without a known cost"),
        "guest_orders": _("%s orders of unknown buyers"),
        "stale_days": _("%s days wait to be built again"),
    }
    lines = [text % quality[name] for name, text in texts.items() if quality.get(name)]
    for section in content["sections"]:
        if Decimal(section["uncosted"]):
            amount = format_money(Decimal(section["uncosted"]), currency=section["currency"])
            lines.append(_("net sales of %s without a cost") % amount)
    if content["stock"]["is_assumed"]:
        lines.append(_("the stock is assumed, it was never counted"))
    return lines or [_("nothing is missing")]
