"""What became of a chunk of units."""

from dataclasses import dataclass

from config.kernel.importing.problems import RowIssue


@dataclass(frozen=True)
class Written:
    """Units by fate, and what a person should know of some of them."""

    created: int
    updated: int
    unchanged: int
    issues: tuple[RowIssue, ...]
