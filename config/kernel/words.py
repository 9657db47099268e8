"""What codes and the names of figures are called. The rows keep codes; the roof says what they are called (`config.words`)."""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from django.core.signals import request_started
from django.utils.functional import Promise

Words = Mapping[str, str | Promise]
_figures: dict[str, str | Promise] = {}
_codes: dict[str, dict[str, str | Promise]] = {}
_lookups: dict[str, Callable[[], Words]] = {}
# What was looked up for the answer that is being made; outside of one everything is looked up anew.
_kept: ContextVar[dict[str, Words] | None] = ContextVar("kept_words", default=None)


def _forget(**_signal: Any) -> None:
    _kept.set({})


request_started.connect(_forget, dispatch_uid="kept words")


def name_figures(words: Words) -> None:
    """Say what figures, parameters and facts kept as JSON are called."""
    _figures.update(words)


def is_named(name: str) -> bool:
    """Whether a figure has a name for people."""
    return name in _figures


def figure_word(name: str) -> str:
    """What a figure is called in the reader's language; its own name where nobody has said so."""
    return str(_figures.get(name, name))


def name_codes(column: str, words: Words) -> None:
    """Say what the codes in a column without choices of its own are called."""
    _codes.setdefault(column, {}).update(words)


def name_codes_by(column: str, lookup: Callable[[], Words]) -> None:
    """Say who knows what the codes in a column are called; it is asked once for each answer that shows them."""
    _lookups[column] = lookup


def has_words(column: str) -> bool:
    """Whether somebody has named codes of this column."""
    return column in _codes or column in _lookups


def code_word(column: str, code: str) -> str:
    """What a code is called in the reader's language; the code where nobody has said so."""
    words = _looked_up(column) if code and column in _lookups else _codes.get(column, {})
    return str(words.get(code, code))


def _looked_up(column: str) -> Words:
    kept = _kept.get()
    if kept is None:
        return _lookups[column]()
    if column not in kept:
        kept[column] = _lookups[column]()
    return kept[column]
