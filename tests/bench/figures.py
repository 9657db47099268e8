"""What a bench gives back: figures with their targets, and the benches there are, by name.

A new bench is a file in this package with one function marked `@bench`, imported in `tests/bench/__main__.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bench.ground import Ground


@dataclass(frozen=True)
class Target:
    """A bound for a figure, in the figure's own unit."""

    bound: float
    highest: bool

    def hit(self, value: float) -> bool:
        """Whether a figure keeps to it."""
        return value <= self.bound if self.highest else value >= self.bound

    def __str__(self) -> str:
        return f"at {'most' if self.highest else 'least'} {self.bound:,g}"


def at_most(bound: float) -> Target:
    """The figure may not be larger."""
    return Target(bound, highest=True)


def at_least(bound: float) -> Target:
    """The figure may not be smaller."""
    return Target(bound, highest=False)


@dataclass(frozen=True)
class Figure:
    """One measured thing. A ratio is a figure too: its unit is "x", and `remark` says of what to what."""

    name: str
    value: float
    unit: str
    target: Target | None = None
    megabytes: int | None = None
    remark: str = ""

    @property
    def row(self) -> str:
        """A line of the table."""
        peak = "" if self.megabytes is None else f"{self.megabytes:,}"
        return f"| {self.name} | {self._shown} {self.unit} | {self._judged} | {peak} | {self.remark} |"

    @property
    def _shown(self) -> str:
        digits = 0 if self.value >= 100 or self.value == int(self.value) else 1 if self.value >= 10 else 2
        return f"{self.value:,.{digits}f}"

    @property
    def _judged(self) -> str:
        if self.target is None:
            return ""
        return f"{self.target} {self.unit}: {'hit' if self.target.hit(self.value) else '**missed**'}"


@dataclass(frozen=True)
class Bench:
    """A named set of figures. `measure` yields each as soon as it is known."""

    name: str
    title: str
    about: str
    measure: Callable[[Ground], Iterator[Figure]]


BENCHES: dict[str, Bench] = {}


def bench(
    name: str, *, title: str
) -> Callable[[Callable[[Ground], Iterator[Figure]]], Callable[[Ground], Iterator[Figure]]]:
    """Enter a function into the list of benches; the first paragraph of its docstring is printed under the title."""

    def enter(measure: Callable[[Ground], Iterator[Figure]]) -> Callable[[Ground], Iterator[Figure]]:
        about = " ".join((measure.__doc__ or "").split("\n\n")[0].split())
        BENCHES[name] = Bench(name, title, about, measure)
        return measure

    return enter
