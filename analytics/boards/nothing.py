"""What a board says when its range holds nothing."""

from datetime import timedelta

from django.utils.translation import gettext as _

from analytics.boards.choice import Choice
from analytics.boards.links import Links
from analytics.boards.shapes import Board
from analytics.queries.board_days import BoardDays, last_paid_day

SHOWN_DAYS = 28


def has_trade(days: BoardDays, choice: Choice) -> bool:
    """Whether anything was placed, paid or paid back in the range."""
    period = choice.period
    return any(
        row.measures.placed_orders or row.measures.paid_orders or row.measures.refund_orders
        for row in days.days
        if period.first <= row.day <= period.last
    )


def nothing_here(choice: Choice, links: Links) -> Board:
    """In words, with a way to the newest days that hold something; one query."""
    last = last_paid_day(choice.stores)
    if last is None:
        return Board(nothing=_("No paid orders yet. Import orders, and the figures appear here."))
    first = last - timedelta(days=SHOWN_DAYS - 1)
    return Board(
        nothing=_("No orders in this range. The last day with paid orders is %s.") % last,
        nothing_link=links.narrowed(range="", first=first.isoformat(), last=last.isoformat()),
    )
