"""Every figure of the registry that store days and one count of people are enough for, with its formula."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.boards.cells import change_of, metric_cell, number, panel, text, text_cell
from analytics.boards.days import Sides
from analytics.boards.links import Links
from analytics.boards.shapes import Cell, Panel
from analytics.measures import ADDITIVE_NAMES
from analytics.metric_texts import formula_of, name_of
from analytics.metrics import WITH_SOURCE
from analytics.queries.figures import CurrencyGroup
from analytics.reading import DASH

ON_BOARD = {*ADDITIVE_NAMES, "buyers"}


def figures_panel(group: CurrencyGroup, both: Sides, *, links: Links) -> Panel:
    """The table of all figures of a group, now and before."""
    currency = group.currency
    rows = [
        [
            text_cell(name_of(metric)),
            metric_cell(metric.code, both.now, currency=currency),
            metric_cell(metric.code, both.before, currency=currency) if both.before else Cell(DASH),
            change_of(metric.code, both.now, both.before) if both.before else Cell(DASH),
            text_cell(formula_of(metric)),
        ]
        for metric in WITH_SOURCE
        if set(metric.terms) <= ON_BOARD
    ]
    columns = [text(_("Metric")), number(_("Value")), number(_("Before")), number(pgettext("figure", "Change"))]
    return panel(
        links,
        f"figures-{currency.lower()}",
        title=_("All figures"),
        columns=[*columns, text(_("How it is worked out"))],
        rows=rows,
        is_wide=True,
    )
