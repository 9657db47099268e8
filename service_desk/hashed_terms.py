"""Search terms as the database keeps them."""

from collections.abc import Iterable

from config.kernel.encryption import lookup_hash

PURPOSE = "ticket-term"
# Sixty bits of the hash: fits a signed column, and two terms share one about never.
HEX_DIGITS = 15


def hashed(terms: Iterable[str]) -> list[int]:
    """Each term as a number that only the holder of the lookup key can work out."""
    return [int(lookup_hash(term, purpose=PURPOSE)[:HEX_DIGITS], 16) for term in terms]
