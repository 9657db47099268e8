"""Filters of lists that people keep under a name, for themselves or for everybody who may open the list."""

import re
from collections.abc import Sequence

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from config.kernel.errors import DomainError
from config.kernel.models import SavedFilter, User

# Where somebody stood in the list, not what they looked for.
PLACES = ("p", "cursor", "page", "all", "e", "selected", "_changelist_filters", "_popup", "_to_field")
# A search for a person: a mail address, or as many digits as a phone number has.
A_PERSON = re.compile(r"@|(?<![A-Za-z\d])\d[\d\s-]{6,}\d")
LONGEST_PATH, LONGEST_QUERY = 200, 2000
MOST_OF_A_LIST = 20


def kept_part(query: str) -> str:
    """The filters of a query string, without the place in the list and without empty fields; in a fixed order."""
    given = QueryDict(query)
    wanted = sorted((name, [value for value in given.getlist(name) if value]) for name in given if name not in PLACES)
    kept = QueryDict(mutable=True)
    for name, values in wanted:
        kept.setlist(name, values)
    return kept.urlencode()


def filters_of(path: str, *, user: User) -> Sequence[SavedFilter]:
    """The person's own filters of a list and those shown to everybody; one query."""
    mine_or_shared = Q(owner=user) | Q(is_shared=True)
    return list(SavedFilter.objects.filter(mine_or_shared, path=path).select_related("owner")[: 3 * MOST_OF_A_LIST])


def save_filter(owner: User, *, path: str, name: str, query: str, is_shared: bool = False) -> SavedFilter:
    """Keep the filters of a list under a name; the same name again replaces what was kept.

    Raises DomainError: "filter_empty", "filter_too_long", "filter_names_a_person", "filters_too_many".
    """
    kept = kept_part(query)
    if not kept:
        raise DomainError("filter_empty", _("Choose a filter first, then keep it under a name."))
    if len(kept) > LONGEST_QUERY or len(path) > LONGEST_PATH:
        raise DomainError("filter_too_long", _("These filters are too many to keep."))
    if any(A_PERSON.search(words) for words in QueryDict(kept).getlist("q")):
        raise DomainError(
            "filter_names_a_person",
            _("The search looks like a phone number or a mail address, which is not kept. Empty it and keep the rest."),
        )
    others = SavedFilter.objects.filter(owner=owner, path=path).exclude(name=name)
    if others.count() >= MOST_OF_A_LIST:
        raise DomainError(
            "filters_too_many", _("%d filters of one list are enough: remove one first.") % MOST_OF_A_LIST
        )
    saved, _made = SavedFilter.objects.update_or_create(
        owner=owner, path=path, name=name, defaults={"query": kept, "is_shared": is_shared}
    )
    return saved


def remove_filter(filter_id: int, *, by: User) -> SavedFilter | None:
    """Remove one of one's own filters; None when there is no such filter of this person."""
    saved = SavedFilter.objects.filter(pk=filter_id, owner=by).first()
    if saved is not None:
        saved.delete()
    return saved
