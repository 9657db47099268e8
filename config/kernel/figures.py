"""The last line of a command: figures that a person reads and a program parses."""

from collections.abc import Mapping
from typing import Protocol


class Writable(Protocol):
    """Standard output, as commands know it."""

    def write(self, text: str, /) -> object:
        """Write a line."""


def figures_line(figures: Mapping[str, object]) -> str:
    """`key=value key=value`; None is written as a dash."""
    return " ".join(f"{key}={'-' if value is None else value}" for key, value in figures.items())


def print_figures(stdout: Writable, figures: Mapping[str, object]) -> None:
    """Write the figures as one line."""
    stdout.write(figures_line(figures))
