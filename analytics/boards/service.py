"""The service board: tickets opened and resolved, what waits now, first replies, dispatch on time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.boards.cells import (
    chart,
    count_cell,
    day_cell,
    days_of,
    metric_card,
    metric_cell,
    number,
    panel,
    text,
    text_cell,
)
from analytics.boards.choice import Choice
from analytics.boards.days import (
    NOTHING,
    day_values,
    event_bands,
    event_sentence,
    provisional_from,
    quality_of,
    version_marks,
    version_note,
)
from analytics.boards.links import Links
from analytics.boards.shapes import Board, Card, Panel, Section, Series
from analytics.measures import Measures
from analytics.queries.board_days import BoardDays, load_days
from analytics.queries.board_service import Backlog, Replies, backlog_of, dispatch_of, replies_of
from analytics.queries.figures import CurrencyGroup
from analytics.queries.quality import events_in
from analytics.reading import sentences_joined
from service_desk.models import Ticket

CARDS = ("tickets_opened", "tickets_resolved", "contact_rate", "first_reply", "on_time_rate", "cancel_rate")
TICKETS = ("tickets_opened", "tickets_resolved")
AWAITS_US = (Ticket.State.NEW, Ticket.State.OPEN)


def service_board(choice: Choice, links: Links, *, now: datetime) -> Board:
    """The board of a choice as of a moment; five queries."""
    periods = [one for one in (choice.period, choice.compared) if one]
    days = load_days(choice.stores, periods)
    group = CurrencyGroup("", choice.stores)
    replies = replies_of(choice.stores, periods)
    dispatch = dispatch_of(choice.stores, periods, now=now)
    measures = [
        replace(
            days.total(group, period),
            first_reply_minutes=answer.median,
            due_orders=sent.due,
            on_time_orders=sent.on_time,
        )
        for period, answer, sent in zip(periods, replies, dispatch, strict=True)
    ]
    before = None if days.is_empty(choice.compared) or len(measures) < 2 else measures[1]
    backlog = backlog_of(choice.stores, now=now)
    events = events_in(choice.stores, first=choice.period.first, last=choice.period.last)
    cards = [_card(code, measures[0], before, replies=replies[0], choice=choice, links=links) for code in CARDS]
    panels = [
        _days_panel(days, group, choice, events=events, links=links),
        _backlog_panel(backlog, links),
        _replies_panel(replies, choice, links),
    ]
    return Board(
        sentences=[*_sentences(measures[0], replies[0], backlog), *event_sentence(events)],
        sections=[Section("", [*_waiting_cards(backlog, links), *cards], panels)],
        quality=quality_of(choice, None),
    )


def _card(code: str, now: Measures, before: Measures | None, *, replies: Replies, choice: Choice, links: Links) -> Card:
    link, note = "", ""
    if code == "tickets_opened":
        link = links.opened_tickets(choice.period)
    if code == "tickets_resolved":
        link = links.opened_tickets(choice.period, field="resolved_at")
    if code == "first_reply":
        note = _("%(count)s answered; nine of ten within %(p90)s") % {
            "count": f"{replies.answered:,}",
            "p90": "—" if replies.p90 is None else _("%s min") % f"{replies.p90:,.0f}",
        }
    if code == "on_time_rate":
        words = {"done": f"{now.on_time_orders or 0:,}", "due": f"{now.due_orders or 0:,}"}
        note = _("%(done)s of %(due)s orders with a deadline in the range; orders without one are not counted") % words
    return metric_card(code, now, before, currency="", link=link, note=note)


def _waiting_cards(backlog: Sequence[Backlog], links: Links) -> list[Card]:
    waiting = sum(one.total for one in backlog if one.state in AWAITS_US)
    unassigned = sum(one.unassigned for one in backlog)
    waits = links.tickets(state__in=",".join(AWAITS_US))
    alone = links.tickets(state__in=",".join(Ticket.OPEN_STATES), assignee__isnull="True")
    return [
        Card(
            "waiting",
            _("Waiting for us now"),
            f"{waiting:,}",
            f"{waiting:,}",
            formula=_("Tickets that are new or open at this moment, whatever the range."),
            link=waits if waiting else "",
        ),
        Card(
            "unassigned",
            _("Taken by nobody now"),
            f"{unassigned:,}",
            f"{unassigned:,}",
            formula=_("Unfinished tickets without an agent at this moment."),
            link=alone if unassigned else "",
        ),
    ]


def _sentences(now: Measures, replies: Replies, backlog: Sequence[Backlog]) -> list[str]:
    words = {"opened": f"{now.tickets_opened:,}", "resolved": f"{now.tickets_resolved:,}"}
    told = [_("%(opened)s tickets were opened and %(resolved)s resolved.") % words]
    left = now.tickets_opened - now.tickets_resolved
    if left > 0:
        told.append(ngettext("The pile grew by %s ticket.", "The pile grew by %s tickets.", left) % left)
    elif left < 0:
        told.append(ngettext("The pile shrank by %s ticket.", "The pile shrank by %s tickets.", -left) % -left)
    old = sum(one.counts[-1] for one in backlog)
    if old:
        told.append(
            ngettext("%s open ticket is older than a week.", "%s open tickets are older than a week.", old) % old
        )
    if replies.counts[-1]:
        unanswered = replies.counts[-1]
        told.append(
            ngettext(
                "%s ticket of the range has no reply yet.", "%s tickets of the range have no reply yet.", unanswered
            )
            % unanswered
        )
    return [sentences_joined(told)]


def _days_panel(
    days: BoardDays, group: CurrencyGroup, choice: Choice, *, events: Sequence[Mapping[str, str]], links: Links
) -> Panel:
    by_day: Mapping[date, Measures] = days.by_day(group, choice.period)
    shown = days_of(choice.period)
    rows = []
    for day in shown:
        one = replace(choice.period, first=day, last=day)
        measures = by_day.get(day, NOTHING)
        rows.append(
            [
                day_cell(day, link=links.opened_tickets(one)),
                metric_cell("tickets_opened", measures, currency=""),
                metric_cell("tickets_resolved", measures, currency=""),
            ]
        )
    names = (("tickets_opened", _("Opened"), "main"), ("tickets_resolved", _("Resolved"), "second"))
    series = [
        Series(name, day_values(dict(by_day), choice.period, code, today=choice.today), role=role)
        for code, name, role in names
    ]
    return panel(
        links,
        "days",
        title=_("Tickets by day"),
        columns=[text(_("Day")), number(_("Opened")), number(_("Resolved"))],
        rows=rows,
        data=chart(
            "line" if choice.period.days > 2 else "bar",
            labels=shown,
            series=series,
            label_kind="day",
            bands=event_bands(events, choice.period),
            marks=version_marks(TICKETS, choice.period),
            provisional_from=provisional_from(choice),
        ),
        summary=_("Tickets opened and resolved by day."),
        note=version_note(TICKETS, choice),
        is_wide=True,
    )


def age_names() -> list[str]:
    """The headings of the ages of open tickets."""
    return [_("under 1 day"), _("1–3 days"), _("3–7 days"), _("over 7 days")]


def reply_names() -> list[str]:
    """The headings of the waiting times for a first reply."""
    return [
        _("within 10 min"),
        _("within 1 hour"),
        _("within 4 hours"),
        _("within 24 hours"),
        pgettext("first reply", "later"),
        _("no reply yet"),
    ]


def _backlog_panel(backlog: Sequence[Backlog], links: Links) -> Panel:
    states = dict(Ticket.State.choices)
    rows = [
        [
            text_cell(str(states[one.state]), link=links.tickets(state__exact=one.state)),
            *(count_cell(count) for count in one.counts),
            count_cell(one.total),
        ]
        for one in backlog
    ]
    total = sum(one.total for one in backlog)
    roles = ("main", "second", "third", "fourth", "fifth", "sixth")
    series = [Series(str(states[one.state]), one.counts, role=role) for one, role in zip(backlog, roles, strict=False)]
    return panel(
        links,
        "backlog",
        title=_("Open tickets by age"),
        caption=_("Open tickets now, by state and by how long ago they were opened"),
        columns=[text(_("State")), *map(number, age_names()), number(pgettext("figure", "Total"))],
        rows=rows,
        data=chart("stacked", labels=age_names(), series=series) if backlog else None,
        summary=ngettext("%s ticket is open now.", "%s tickets are open now.", total) % total,
        note=_("As of this moment, whatever the range."),
    )


def _replies_panel(replies: Sequence[Replies], choice: Choice, links: Links) -> Panel:
    now, before = replies[0], replies[1] if len(replies) > 1 else None
    rows = [
        [text_cell(name), count_cell(now.counts[place]), *([count_cell(before.counts[place])] if before else [])]
        for place, name in enumerate(reply_names())
    ]
    series = [Series(_("Tickets"), now.counts)]
    if before:
        series.append(Series(_("the period compared with"), before.counts, role="compare"))
    return panel(
        links,
        "replies",
        title=_("First reply"),
        caption=_("Tickets opened in the range by the time to the first reply"),
        columns=[text(_("First reply")), number(_("Tickets")), *([number(_("Before"))] if before else [])],
        rows=rows,
        data=chart("bar", labels=reply_names(), series=series),
        summary=_("Median of %(count)s answered tickets: %(median)s.")
        % {
            "count": f"{now.answered:,}",
            "median": "—" if now.median is None else _("%s min") % f"{now.median:,.0f}",
        },
        note=_("By the wall clock, from opening to the first reply."),
    )
