"""The members board: buyers, new ones, repurchase, and the RFM segments with their movements."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.boards.cells import (
    chart,
    count_cell,
    day_cell,
    days_of,
    metric_card,
    money_cell,
    number,
    panel,
    text,
    text_cell,
)
from analytics.boards.choice import Choice
from analytics.boards.days import event_bands, event_sentence, provisional_from, quality_of, version_marks, version_note
from analytics.boards.links import Links
from analytics.boards.nothing import has_trade, nothing_here
from analytics.boards.shapes import Board, Card, Cell, Panel, Section, Series
from analytics.measures import Measures
from analytics.queries.board_days import load_days
from analytics.queries.board_members import Segments, segments_as_of
from analytics.queries.board_people import Members, members_by_day, members_of
from analytics.queries.figures import OLD_BUYER_DAYS, REPURCHASE_DAYS, repurchase_counts
from analytics.queries.quality import events_in
from analytics.reading import DASH, percent, sentences_joined
from membership.models import Segment

NOBODY = Members(0, 0, 0)
CARDS = ("buyers", "new_buyers", "old_buyer_share", *(f"repurchase_{days}" for days in REPURCHASE_DAYS), "guest_orders")


def members_board(choice: Choice, links: Links) -> Board:
    """The board of a choice; seven queries."""
    periods = [one for one in (choice.period, choice.compared) if one]
    days = load_days(choice.stores, periods)
    if not has_trade(days, choice):
        return nothing_here(choice, links)
    measures = []
    repeats = repurchase_counts(choice.stores, [one.last for one in periods])
    for period, members, counts in zip(periods, members_of(choice.stores, periods), repeats, strict=True):
        guests = sum(row.measures.guest_orders for row in days.days if period.first <= row.day <= period.last)
        people = replace(
            Measures(guest_orders=guests),
            buyers=members.buyers,
            new_buyers=members.new_buyers,
            old_buyers=members.old_buyers,
        )
        measures.append(replace(people, **counts))
    before = measures[1] if len(measures) > 1 and (measures[1].buyers or measures[1].guest_orders) else None
    segments = _segments(choice)
    events = events_in(choice.stores, first=choice.period.first, last=choice.period.last)
    cards = [_card(code, measures[0], before, choice=choice, links=links) for code in CARDS]
    panels = [_days_panel(choice, links, events=events), *_segment_panels(segments, choice=choice, links=links)]
    return Board(
        sentences=[*_what_changed(measures[0], before), *_segment_sentences(segments, choice), *event_sentence(events)],
        sections=[Section("", cards, panels)],
        quality=quality_of(choice, None),
    )


def _card(code: str, now: Measures, before: Measures | None, *, choice: Choice, links: Links) -> Card:
    link = links.purchases(choice.period) if code in ("buyers", "new_buyers") else ""
    note = ""
    if code.startswith("repurchase_"):
        days = code.removeprefix("repurchase_")
        repeat, buyers = getattr(now, f"repeat_buyers_{days}"), getattr(now, f"buyers_{days}")
        note = _("%(repeat)s of %(buyers)s buyers") % {"repeat": f"{repeat:,}", "buyers": f"{buyers:,}"}
    if code == "old_buyer_share":
        note = _came_back_late(now)
    return metric_card(code, now, before, currency="", link=link, note=note)


def _came_back_late(now: Measures) -> str:
    """Those who are neither new nor old, so that the shares add up for whoever checks them."""
    late = (now.buyers or 0) - (now.new_buyers or 0) - (now.old_buyers or 0)
    if not late:
        return ""
    words = {"count": f"{late:,}", "days": OLD_BUYER_DAYS}
    return (
        ngettext(
            "%(count)s more bought last over %(days)s days ago: neither new nor old",
            "%(count)s more bought last over %(days)s days ago: neither new nor old",
            late,
        )
        % words
    )


def _what_changed(now: Measures, before: Measures | None) -> list[str]:
    words = {"buyers": f"{now.buyers or 0:,}", "new": f"{now.new_buyers or 0:,}"}
    if before is None:
        return [_("%(buyers)s known buyers, %(new)s of them for the first time.") % words]
    words |= {"before": f"{before.buyers or 0:,}", "new_before": f"{before.new_buyers or 0:,}"}
    return [
        _(
            "%(buyers)s known buyers after %(before)s in the period compared with; %(new)s bought for the first time, "
            "after %(new_before)s."
        )
        % words
    ]


def _days_panel(choice: Choice, links: Links, *, events: Sequence[Mapping[str, str]]) -> Panel:
    found = members_by_day(choice.stores, choice.period)
    days = days_of(choice.period)
    past = [day for day in days if day < choice.today or day in found]
    series = [
        Series(pgettext("buyers", "New"), [found.get(day, NOBODY).new_buyers for day in past]),
        Series(_("Came back"), [found.get(day, NOBODY).old_buyers for day in past], role="second"),
    ]
    data = chart(
        "stacked",
        labels=days,
        series=series,
        label_kind="day",
        marks=version_marks(("buyers", "new_buyers"), choice.period),
        bands=event_bands(events, choice.period),
        provisional_from=provisional_from(choice),
    )
    changed = version_note(("buyers", "new_buyers"), choice)
    new = sum(one.new_buyers for one in found.values())
    back = sum(one.old_buyers for one in found.values())
    return panel(
        links,
        "days",
        title=_("Buyers by day"),
        columns=[text(_("Day")), number(_("Buyers")), number(pgettext("buyers", "New")), number(_("Came back"))],
        rows=[_day_row(day, found.get(day, NOBODY), choice=choice, links=links) for day in days],
        data=data,
        summary=_("Over the days %(new)s first purchases and %(back)s returns of known buyers.")
        % {"new": f"{new:,}", "back": f"{back:,}"},
        note=sentences_joined([_("Each buyer counts once a day; the days do not add up to the range."), changed]),
        is_wide=True,
    )


def _day_row(day: date, members: Members, *, choice: Choice, links: Links) -> list[Cell]:
    one = replace(choice.period, first=day, last=day)
    return [
        day_cell(day, link=links.purchases(one)),
        count_cell(members.buyers),
        count_cell(members.new_buyers),
        count_cell(members.old_buyers),
    ]


def _segments(choice: Choice) -> Segments | None:
    """Segments exist for the whole shop and for single stores; None for anything between."""
    if choice.is_whole:
        return segments_as_of(None, until=choice.period.last + timedelta(days=1))
    if len(choice.stores) == 1:
        return segments_as_of(choice.stores[0], until=choice.period.last + timedelta(days=1))
    return None


def _segment_sentences(segments: Segments | None, choice: Choice) -> list[str]:
    if segments is None:
        return [_("Segments are made for the whole shop and for single stores: choose one store to see them.")]
    if segments.as_of is None:
        return [_("No segmentation of these stores reaches back to this period.")]
    moves = [move for move in segments.movements if move[0] and move[1]]
    if not moves:
        return []
    source, target, customers = moves[0]
    words = {"from": segment_name(source), "to": segment_name(target), "count": f"{customers:,}"}
    return [_("The largest movement between segments: %(count)s customers from %(from)s to %(to)s.") % words]


def segment_name(code: str) -> str:
    """A segment in the reader's language; an empty code was not scored."""
    if not code:
        return _("not scored")
    return str(dict(Segment.choices).get(code, code))


def _segment_panels(segments: Segments | None, *, choice: Choice, links: Links) -> list[Panel]:
    if segments is None or segments.as_of is None:
        return []
    panels = [_sizes_panel(segments, links)]
    return [*panels, _moves_panel(segments, links)] if segments.movements else panels


def _sizes_panel(segments: Segments, links: Links) -> Panel:
    link = links.rfm_run(segments.run_id)
    total = sum(one.customers for one in segments.sizes)
    rows = [
        [
            text_cell(segment_name(one.segment), link=link),
            count_cell(one.customers),
            _share(one.customers, total),
            _difference(one.customers, one.before),
            money_cell(one.monetary, currency=segments.currency or "CNY"),
        ]
        for one in segments.sizes
    ]
    series = [Series(_("Customers"), [one.customers for one in segments.sizes])]
    if segments.before_as_of:
        before = [one.before for one in segments.sizes]
        series.append(Series(segments.before_as_of.isoformat(), before, role="compare"))
    largest = segments.sizes[0]
    return panel(
        links,
        "segments",
        title=_("Segments"),
        caption=_("Segments as of %s") % segments.as_of,
        columns=[
            text(_("Segment")),
            number(_("Customers")),
            number(_("Share")),
            number(pgettext("figure", "Change")),
            number(_("Net spending")),
        ],
        rows=rows,
        data=chart("hbar", labels=[segment_name(one.segment) for one in segments.sizes], series=series),
        summary=_("%(name)s is the largest segment with %(count)s of %(total)s customers.")
        % {"name": segment_name(largest.segment), "count": f"{largest.customers:,}", "total": f"{total:,}"},
        note=_("As of %s, by the RFM run of that day.") % segments.as_of,
        is_wide=not segments.movements,
    )


def _share(customers: int, total: int) -> Cell:
    if not total:
        return Cell(DASH)
    share = Decimal(customers) / total
    return Cell(percent(share), share)


def _difference(now: int, before: int | None) -> Cell:
    if before is None:
        return Cell("—")
    change = now - before
    if not change:
        return Cell("=", 0)
    return Cell(f"{'▲' if change > 0 else '▼'} {change:+,}", change, way="up" if change > 0 else "down")


def _moves_panel(segments: Segments, links: Links) -> Panel:
    rows = [
        [text_cell(segment_name(source)), text_cell(segment_name(target)), count_cell(customers)]
        for source, target, customers in segments.movements
    ]
    return panel(
        links,
        "movements",
        title=_("Who moved"),
        caption=_("Largest movements between segments since %s") % (segments.before_as_of or "—"),
        columns=[text(pgettext("movement", "From")), text(pgettext("movement", "To")), number(_("Customers"))],
        rows=rows,
    )
