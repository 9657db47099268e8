"""What each kind of job is called. Apart from the kinds themselves, so that the runs' own table can read it."""

from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def name_kind(code: str, label: str | Promise) -> None:
    """Say what a kind is called."""
    _labels[code] = label


def kind_label(code: str) -> str:
    """What a kind is called in the reader's language; its code where nobody has said so."""
    return str(_labels.get(code, code))
