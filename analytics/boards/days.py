"""What every board shares: sections by currency, the chart of days with its table, events and data quality."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import metric_versions
from analytics.boards.cells import joined, period_words
from analytics.boards.choice import Choice
from analytics.boards.shapes import Series
from analytics.measures import Measures
from analytics.metric_texts import name_of
from analytics.metrics import BY_CODE
from analytics.periods import Period
from analytics.queries.board_days import BoardDays
from analytics.queries.board_people import People
from analytics.queries.figures import CurrencyGroup
from analytics.reading import own_name, sentences_joined
from catalog.models import Store
from config.kernel.money import format_money
from marketing.models import EventPeriod

NOTHING = Measures()


@dataclass(frozen=True)
class Sides:
    """The measures of a part now and before; before is None where nothing is compared."""

    now: Measures
    before: Measures | None

    @property
    def earlier(self) -> Measures:
        """Before, or nothing."""
        return self.before or NOTHING


def sides(days: BoardDays, group: CurrencyGroup, choice: Choice) -> Sides:
    """The additive measures of a group; a period of which nothing was built is no yardstick."""
    before = None if days.is_empty(choice.compared) else days.total(group, choice.compared)
    return Sides(days.total(group, choice.period), before)


def with_people(measures: Measures, people: People, part: str) -> Measures:
    """The measures with the distinct buyers of a part."""
    return replace(measures, buyers=people.get(part, 0))


def stores_now_and_before(
    days: BoardDays, group: CurrencyGroup, choice: Choice
) -> tuple[dict[int, Measures], dict[int, Measures]]:
    """The measures of each store by its id."""
    return days.by_store(group, choice.period), days.by_store(group, choice.compared)


def day_values(by_day: Mapping[date, Measures], period: Period, code: str, *, today: date) -> list[Decimal | None]:
    """A metric of each day; a past day without a row had nothing, one that is not over yet is left open."""
    metric = BY_CODE[code]
    values: list[Decimal | None] = []
    for place in range(period.days):
        day = period.first + timedelta(days=place)
        values.append(metric.value(by_day.get(day, NOTHING)) if day in by_day or day < today else None)
    return values


def compared_series(by_day: Mapping[date, Measures], choice: Choice, code: str, *, name: str = "") -> list[Series]:
    """The days compared with, drawn under the days of the range; nothing where there is no comparison."""
    if choice.compared is None or not by_day:
        return []
    days = [choice.compared.first + timedelta(days=place) for place in range(choice.compared.days)]
    values = day_values(by_day, choice.compared, code, today=choice.today)
    labels = [day.isoformat() for day in days]
    return [Series(name or compared_words(choice), values, role="compare", labels=labels)]


def compared_words(choice: Choice) -> str:
    """What the range is compared with, with its days."""
    return period_words(choice.compared) if choice.compared else ""


def provisional_from(choice: Choice) -> int | None:
    """The place of the first day whose payments still come in: yesterday and today."""
    place = (choice.today - timedelta(days=1) - choice.period.first).days
    return max(place, 0) if place < choice.period.days else None


def event_bands(events: Sequence[Mapping[str, str]], period: Period) -> list[dict[str, Any]]:
    """Events as bands between the places of their first and last day within the period."""
    phases = dict(EventPeriod.Phase.choices)
    bands = []
    for event in events:
        first, last = (date.fromisoformat(event[name]) for name in ("first", "last"))
        start, end = max(first, period.first), min(last, period.last)
        if start <= end:
            phase = phases.get(event["phase"], event["phase"])
            name = f"{own_name(dict(event))} · {phase}"
            bands.append({"from": (start - period.first).days, "to": (end - period.first).days, "name": name})
    return bands


def version_marks(codes: Collection[str], period: Period) -> list[dict[str, Any]]:
    """The days of a period from which a metric has another definition, as marks of a chart."""
    return [
        {
            "at": (change.since - period.first).days,
            "name": _("%(metric)s, definition %(version)s")
            % {"metric": name_of(BY_CODE[change.code]), "version": change.version},
        }
        for change in metric_versions.changes_within(codes, period, changes=metric_versions.CHANGES)
    ]


def version_note(codes: Collection[str], choice: Choice) -> str:
    """In words: which definitions changed within the range or the one it is compared with; empty for none."""
    told = [
        _("From %(day)s on %(metric)s is worked out by definition %(version)s: days before and after do not compare.")
        % {"day": change.since, "metric": name_of(BY_CODE[change.code]), "version": change.version}
        for period in (choice.compared, choice.period)
        if period
        for change in metric_versions.changes_within(codes, period, changes=metric_versions.CHANGES)
    ]
    return sentences_joined(dict.fromkeys(told))


def event_sentence(events: Sequence[Mapping[str, str]]) -> list[str]:
    """Events within the range: candidates for a cause, no proof of it."""
    if not events:
        return []
    names = list(dict.fromkeys(own_name(dict(event)) for event in events))
    return [_("In the calendar of these days: %s. They may explain a change; they do not prove it.") % joined(names)]


def quality_of(choice: Choice, days: BoardDays | None) -> list[str]:
    """What weakens the figures: provisional days, days without a rate, days that wait to be built."""
    lines = []
    if provisional_from(choice) is not None:
        lines.append(_("yesterday and today are provisional: payments still come in"))
    codes = {store.code for store in choice.stores}
    stale = sum(count for code, count in choice.reach.stale.items() if code in codes)
    if stale:
        lines.append(
            ngettext("%s store day waits to be built again", "%s store days wait to be built again", stale) % stale
        )
    if days is not None:
        lines += _money_quality(days)
    return lines or [_("nothing is missing")]


def _money_quality(days: BoardDays) -> list[str]:
    lines = []
    missing = days.days_without_rate()
    if missing:
        lines.append(
            ngettext("%s day without an exchange rate", "%s days without an exchange rate", len(missing)) % len(missing)
        )
    uncosted: dict[str, Decimal] = {}
    currencies = {store.pk: store.currency for store in days.stores}
    for row in days.days:
        currency = currencies[row.store_id]
        uncosted[currency] = uncosted.get(currency, Decimal(0)) + row.measures.uncosted_amount
    for currency, amount in uncosted.items():
        if amount:
            lines.append(_("net sales of %s without a cost") % format_money(amount, currency=currency))
    return lines


def names_of(stores: Sequence[Store]) -> dict[int, str]:
    """The stores' names by their ids."""
    return {store.pk: str(store) for store in stores}
