"""Which terms a text is found by. Pure: pairs of neighbouring characters of Chinese, triples of letters and digits."""

import re
import unicodedata

# Of a longer text the beginning is found; a page of writing is about this long.
INDEXED_CHARACTERS = 2000
RUNS = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
LONGEST_TRIPLE = 3


def normalised(text: str) -> str:
    """The text in one form: full width as half width, one case, one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def terms_of(text: str) -> set[str]:
    """The terms of a text. Whatever part of it somebody looks for, that part's own terms are among them.

    A run of Latin letters and digits gives its triples, any other run its pairs; of a shorter run nothing.
    """
    found: set[str] = set()
    for run in RUNS.findall(normalised(text)[:INDEXED_CHARACTERS]):
        size = LONGEST_TRIPLE if run[0].isascii() else LONGEST_TRIPLE - 1
        found.update(run[start : start + size] for start in range(len(run) - size + 1))
    return found
