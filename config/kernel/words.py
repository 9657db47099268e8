"""What codes and the names of figures are called. The rows keep codes; the roof says what they are called (`config.words`)."""

from collections.abc import Mapping

from django.utils.functional import Promise

Words = Mapping[str, str | Promise]
_figures: dict[str, str | Promise] = {}
_codes: dict[str, dict[str, str | Promise]] = {}


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


def has_words(column: str) -> bool:
    """Whether somebody has named codes of this column."""
    return column in _codes


def code_word(column: str, code: str) -> str:
    """What a code is called in the reader's language; the code where nobody has said so."""
    return str(_codes.get(column, {}).get(code, code))
