"""Search in lists of the admin by what indexes can answer, however long the list is.

`search_fields` say how a column is compared: `=number` whole, `^number` from its beginning (both as typed and in
capitals), `name` anywhere in the text, whose trigram index on PostgreSQL knows three letters and more; shorter words are
looked up at the beginning. A column of another table is looked up there first, so that the long list is asked for keys.
"""

from collections.abc import Sequence

from django.contrib.admin.utils import get_fields_from_path
from django.db.models import ForeignObjectRel, Model, Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

MOST_WORDS, LONGEST = 6, 200
# So many keys go as a list; of more, the database joins the tables itself: they are too many to be rare.
MOST_KEYS = 500
SHORTEST_PART = 3


def words_of(text: str) -> list[str]:
    """The words that are looked for, quotes holding several together."""
    words = []
    for word in smart_split(text.replace("\x00", "")[:LONGEST]):
        quoted = len(word) > 1 and word[0] in "\"'" and word[0] == word[-1]
        words.append(unescape_string_literal(word) if quoted else word)
    return [word for word in words if word][:MOST_WORDS]


def matching(model: type[Model], fields: Sequence[str], word: str) -> Q:
    """Rows of a table that a word matches in any of the fields."""
    wanted = Q()
    elsewhere: dict[str, list[str]] = {}
    for field in fields:
        how, path = (field[0], field[1:]) if field[0] in "=^" else ("", field)
        hop, _separator, rest = path.partition("__")
        if rest:
            elsewhere.setdefault(hop, []).append(how + rest)
        else:
            wanted |= _compared(path, word, how=how)
    for hop, rest_fields in elsewhere.items():
        wanted |= _by_relation(model, hop, rest_fields, word)
    return wanted


def _compared(column: str, word: str, *, how: str) -> Q:
    if how == "=":
        return Q(**{f"{column}__in": {word, word.upper()}})
    if how == "^":
        return Q(**{f"{column}__startswith": word}) | Q(**{f"{column}__startswith": word.upper()})
    return Q(**{f"{column}__icontains" if len(word) >= SHORTEST_PART else f"{column}__istartswith": word})


def _by_relation(model: type[Model], hop: str, fields: Sequence[str], word: str) -> Q:
    relation = get_fields_from_path(model, hop)[0]
    assert isinstance(relation.related_model, type)
    there: QuerySet[Model] = relation.related_model._base_manager.filter(matching(relation.related_model, fields, word))
    if isinstance(relation, ForeignObjectRel):
        return _keys_in("pk", there.values_list(relation.field.attname, flat=True))
    return _keys_in(hop, there.values_list("pk", flat=True))


def _keys_in(column: str, keys: "QuerySet[Model, int]") -> Q:
    few = list(keys[: MOST_KEYS + 1])
    return Q(**{f"{column}__in": few if len(few) <= MOST_KEYS else keys})
