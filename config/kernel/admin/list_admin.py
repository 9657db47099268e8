"""What an admin says to its long list: how pages, counts, filters, search and actions on all rows go."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import ERROR_FLAG
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from config.kernel.admin.list_filters import bounded_filters
from config.kernel.admin.list_search import matching, words_of
from config.kernel.admin.long_lists import COUNTED, BoundedPaginator, LongList


class ListAdmin(ModelAdmin):
    """Lists that stay quick when they are long."""

    list_per_page = 25
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = BoundedPaginator

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LongList]:
        return LongList

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return bounded_filters(self.model, super().get_list_filter(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        fields = self.get_search_fields(request)
        for word in words_of(search_term) if fields else ():
            queryset = queryset.filter(matching(self.model, fields, word))
        return queryset, False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, str] | None = None) -> HttpResponse:
        if ERROR_FLAG in request.GET:
            words = _("The address held a filter that this list does not understand; it shows everything.")
            messages.warning(request, words)
        answer: HttpResponse = super().changelist_view(request, extra_context)
        return answer

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if request.POST.get("select_across") == "1" and BoundedPaginator(queryset, self.list_per_page).count > COUNTED:
            words = _("An action takes at most %(count)s rows at once. Filter or search first; nothing was changed.")
            messages.error(request, words % {"count": f"{COUNTED:,}"})
            return None
        answer: HttpResponse | None = super().response_action(request, queryset)
        return answer
