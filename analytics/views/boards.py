"""The boards: index, one board, a table of it as a file, and the live board that refreshes itself."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from analytics.boards.choice import AGAINST, PRESETS, Choice, read_choice
from analytics.boards.links import Links
from analytics.boards.members import members_board
from analytics.boards.overview import overview
from analytics.boards.sales import sales_board
from analytics.boards.service import service_board
from analytics.boards.shapes import Board
from analytics.boards.stock import stock_board
from analytics.boards.today import today_board
from analytics.models import Report
from analytics.queries.board_stores import VIEW_DAYS, reach_of
from analytics.queries.reports import VIEW, visible_reports
from config.kernel.importing.export import write_csv, write_xlsx
from config.kernel.models import User

Build = Callable[[Choice, Links], Board]
REFRESH_SECONDS = 5
BOARDS: dict[str, tuple[Promise, Build]] = {
    "sales": (gettext_lazy("Sales board"), sales_board),
    "members": (gettext_lazy("Members board"), members_board),
    "stock": (gettext_lazy("Stock board"), stock_board),
    "service": (
        gettext_lazy("Service board"),
        lambda choice, links: service_board(choice, links, now=timezone.now()),
    ),
    "today": (gettext_lazy("Today, live"), lambda choice, links: today_board(choice, links, now=timezone.now())),
}
WRITERS = {
    "csv": (write_csv, "text/csv; charset=utf-8"),
    "xlsx": (write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _choice(request: HttpRequest) -> Choice:
    return read_choice(request.GET.dict(), reach=reach_of(_reader(request)), now=timezone.now())


def _board(choice: Choice, code: str, user: User) -> Board:
    """The board, or why there is none."""
    if choice.problems:
        return Board()
    if not choice.stores:
        return Board(nothing=_("There is no store yet. Import orders or enter a store first."))
    return BOARDS[code][1](choice, Links(code, choice, user))


@require_safe
@login_required
@permission_required(VIEW_DAYS, raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """The boards as cards, of the last 28 days of all stores in reach."""
    choice = read_choice({}, reach=reach_of(_reader(request)), now=timezone.now())
    context = {
        **admin.site.each_context(request),
        "title": _("Boards"),
        "cards": overview(choice, now=timezone.now()) if choice.stores else [],
        "newest": _newest_report(_reader(request)),
    }
    return render(request, "analytics/index.html", context)


def _newest_report(user: User) -> Report | None:
    if not user.has_perm(VIEW):
        return None
    reports = visible_reports(user).select_related("store").defer("content")
    return reports.order_by("-last_day", "-pk").first()


def _context(request: HttpRequest, choice: Choice, code: str) -> dict[str, Any]:
    links = Links(code, choice, _reader(request))
    return {
        "title": BOARDS[code][0],
        "code": code,
        "boards": [(name, title, choice.query()) for name, (title, _build) in BOARDS.items()],
        "choice": choice,
        "presets": [
            (name, links.narrowed(range=preset.value, first="", last=""), choice.preset is preset)
            for preset, name in PRESETS.items()
        ],
        "against": [(one.value, name, one is choice.against) for one, name in AGAINST.items()],
        "refresh_seconds": REFRESH_SECONDS,
    }


@require_safe
@login_required
@permission_required(VIEW_DAYS, raise_exception=True)
def board(request: HttpRequest, code: str) -> HttpResponse:
    """One board of the stores and days in the address; days that make no sense are answered in words."""
    choice = _choice(request)
    context = {**_context(request, choice, code), "board": _board(choice, code, _reader(request))}
    return render(request, "analytics/board.html", {**admin.site.each_context(request), **context})


@require_safe
@login_required
@permission_required(VIEW_DAYS, raise_exception=True)
def today(request: HttpRequest) -> HttpResponse:
    """The live board; htmx asks for its moving part, and hears 304 while nothing has changed."""
    choice = _choice(request)
    context = {**_context(request, choice, "today"), "board": _board(choice, "today", _reader(request))}
    part = render_to_string("analytics/board_body.html", context, request=request)
    etag = f'"{hashlib.sha256(part.encode()).hexdigest()[:32]}"'
    if request.htmx:  # type: ignore[attr-defined]
        answer = get_conditional_response(request, etag=etag, response=HttpResponse(part))
        assert answer is not None
    else:
        page = {**admin.site.each_context(request), **context, "part": part, "etag": etag}
        answer = render(request, "analytics/today.html", page)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "HX-Request, Cookie"
    return answer


@require_safe
@login_required
@permission_required(VIEW_DAYS, raise_exception=True)
def export(request: HttpRequest, code: str, panel: str, kind: str) -> HttpResponse:
    """A table of a board as CSV or XLSX: exact values, cells safe in a spreadsheet."""
    if code not in BOARDS or kind not in WRITERS:
        raise Http404
    choice = _choice(request)
    if choice.problems:
        return redirect(Links(code, choice, _reader(request)).narrowed())  # the board says in words what is wrong
    found = _board(choice, code, _reader(request)).panel(panel)
    if found is None:
        raise Http404
    write, content_type = WRITERS[kind]
    stream = io.BytesIO()
    rows = [[cell.raw for cell in row] for row in found.table.rows]
    write(stream, headings=[column.name for column in found.table.columns], rows=rows)
    response = HttpResponse(stream.getvalue(), content_type=content_type)
    days = f"{choice.period.first:%Y%m%d}-{choice.period.last:%Y%m%d}"
    response["Content-Disposition"] = f'attachment; filename="{code}-{panel}-{days}.{kind}"'
    return response
