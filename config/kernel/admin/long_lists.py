"""Lists of the admin that cost the same for a thousand rows and for millions.

Pages go by the last row seen, rows are counted up to a bound, and what would make the database read a whole long table
(a sort without an index, "all" of more rows than counted) is refused in words.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from unfold.views import ChangeList

from config.kernel.admin.first_steps import FirstStep, first_step_for
from config.kernel.admin.list_filters import DateLink, date_links
from config.kernel.admin.list_order import is_quick, sort_keys
from config.kernel.keyset import LAST, SortKey, ordered_page

COUNTED = 10_000
PLACE_VAR = "cursor"
# No whole number of a column has more digits; longer ones make the databases' drivers fail instead of finding nothing.
MOST_DIGITS = 18


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts up to a bound: one row more says that there are more."""

    template_name = "kernel/list_pages.html"

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by()[: COUNTED + 1].count()


class LongList(ChangeList):
    """A change list paged by key where its order allows, by number where it is short enough for any order."""

    queryset: QuerySet[Any]
    place: str | None = None
    older = newer = ""
    pages_by_key = False
    is_narrowed = False
    first_step: FirstStep | None = None

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        if self.place is None:
            self.place = self.params.pop(PLACE_VAR, "")
            self.filter_params.pop(PLACE_VAR, None)
        self._refuse_what_no_column_holds()
        self.is_narrowed = bool(self.query.strip() or self.get_filters_params())
        try:
            rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        except (OverflowError, ValueError) as error:  # the year 9999 ends in a year that there is not
            raise IncorrectLookupParameters(error) from error
        self.first_step = first_step_for(request.user, self.opts.label)
        return rows

    def get_results(self, request: HttpRequest) -> None:
        try:
            self._get_results(request)
        except (DataError, OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error
        # Two equal numbers keep the page's head from telling a bounded count as if it were the whole.
        self.full_result_count = self.result_count

    @property
    def is_long(self) -> bool:
        """Whether there are more rows than are counted."""
        return bool(self.result_count > COUNTED)

    @property
    def count_in_words(self) -> str:
        """The number of rows, or that there are more than were counted."""
        if self.is_long:
            return self._more_than_counted()
        name = self.opts.verbose_name if self.result_count == 1 else self.opts.verbose_name_plural
        return _("%(count)s %(name)s") % {"count": f"{self.result_count:,}", "name": name}

    @property
    def first_url(self) -> str:
        """The first page."""
        return str(self.get_query_string())

    @property
    def older_url(self) -> str:
        """The page after this one, or nothing."""
        return str(self.get_query_string({PLACE_VAR: self.older})) if self.older else ""

    @property
    def newer_url(self) -> str:
        """The page before this one, or nothing."""
        return str(self.get_query_string({PLACE_VAR: self.newer})) if self.newer else ""

    @property
    def last_url(self) -> str:
        """The last page."""
        return str(self.get_query_string({PLACE_VAR: LAST}))

    @property
    def everything_url(self) -> str:
        """The list without filters and search; a choosing window stays one."""
        kept = self.get_filters_params()
        return str(self.get_query_string(remove=[*kept, "q"]))

    @property
    def all_days_url(self) -> str:
        """The list without its date."""
        return str(self.get_query_string(remove=[f"{self.date_hierarchy}__"]))

    def date_links(self) -> list[tuple[DateLink, str]]:
        """Links of the date hierarchy with their addresses."""
        if not self.date_hierarchy:
            return []
        names = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")]
        chosen: list[int] = []
        for name in names:
            if not self.params.get(name, "").isdecimal():
                break
            chosen.append(int(self.params[name]))
        links = date_links(self.root_queryset, field=self.date_hierarchy, chosen=chosen)
        return [(link, self.get_query_string(link.parameters)) for link in links]

    def _refuse_what_no_column_holds(self) -> None:
        for name, values in self.get_filters_params().items():
            for value in [name, *values]:
                if "\x00" in value or (value.lstrip("+-").isdecimal() and len(value) > MOST_DIGITS):
                    raise IncorrectLookupParameters(name)

    def _get_results(self, request: HttpRequest) -> None:
        keys = sort_keys(self.model, self.queryset.query.order_by)
        paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        if paginator.count > COUNTED and not is_quick(self.model, keys):
            keys = self._quick_keys(request)
        if not keys or self.list_editable or self.show_all:
            super().get_results(request)
            return
        self._read_page(paginator, keys=keys)

    def _read_page(self, paginator: Any, *, keys: Sequence[SortKey]) -> None:
        page = ordered_page(self.queryset, keys=keys, cursor=self.place or "", size=self.list_per_page)
        self.pages_by_key = True
        self.older, self.newer, self.result_list = page.older, page.newer, page.rows
        self.paginator, self.result_count = paginator, paginator.count
        self.multi_page = bool(page.older or page.newer or self.place)
        self.can_show_all = paginator.count <= self.list_max_show_all
        self.show_full_result_count, self.show_admin_actions = False, True

    def _quick_keys(self, request: HttpRequest) -> list[SortKey]:
        """An order that an index gives: the list's own where it is one, the newest rows first otherwise."""
        own = self.model_admin.get_ordering(request) or self._get_default_ordering()
        keys = sort_keys(self.model, self._get_deterministic_ordering(own))
        if not is_quick(self.model, keys):
            keys = [SortKey("pk", descending=True)]
        self.queryset = self.queryset.order_by(*(key.term for key in keys))
        if self.params.pop(ORDER_VAR, None):
            self.filter_params.pop(ORDER_VAR, None)
            words = _("%(count)s are too many to be sorted by this column. Filter or search first.")
            messages.warning(request, words % {"count": self._more_than_counted()})
        return keys

    def _more_than_counted(self) -> str:
        return _("More than %(count)s %(name)s") % {"count": f"{COUNTED:,}", "name": self.opts.verbose_name_plural}
