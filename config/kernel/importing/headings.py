"""Which column holds which field: suggested from the headings, decided by a person, kept by name."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

from django.utils.functional import Promise

from config.kernel.importing.problems import FileProblem, RowIssue
from config.kernel.importing.tables import SourceRow

SAME = 100
SAME_WITHOUT_BRACKETS = 90
GUESS = 60
# A guess needs this share of the longer name: "付款时间" in "订单付款时间", but not "备注" in "卖家备注".
GUESS_SHARE = 0.6

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|\{[^{}]*\}")
_REPEAT = re.compile(r" \(\d+\)$")


@dataclass(frozen=True)
class FieldSpec:
    """A field of a layout. The first alias is the name that wins when several columns fit."""

    name: str
    label: str | Promise
    aliases: tuple[str, ...]
    required: bool = False


class Suggestion(NamedTuple):
    """A heading that may hold a field, and how sure that is (100 the same, 90 but for brackets, 60 a guess)."""

    field: str
    heading: str
    score: int


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One row by field. A field without a column is missing from `values`."""

    number: int
    values: Mapping[str, str]
    columns: Mapping[str, str]
    issues: tuple[RowIssue, ...] = ()

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    def heading(self, name: str) -> str:
        return self.columns.get(name, "")


class BoundMapping:
    """A mapping laid over the headings of one file."""

    def __init__(self, columns: Mapping[str, str], *, positions: Mapping[str, int]) -> None:
        self.columns = columns
        self._positions = tuple(positions.items())

    def row(self, source: SourceRow) -> FieldRow:
        cells = source.cells
        values = {name: cells[position] for name, position in self._positions}
        return FieldRow(source.number, values, self.columns, source.issues)


@dataclass(frozen=True)
class ColumnMapping:
    """Field -> heading, as a person chose it; what a saved template holds."""

    columns: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        return json.dumps(dict(self.columns), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(dict(json.loads(text)))

    def bind(self, headings: Sequence[str], *, fields: Sequence[FieldSpec]) -> BoundMapping:
        """Find each named column again; width, case, spaces and brackets may differ.

        FileProblem when a column is gone, a required field has none, or one serves two fields.
        """
        self._check_names(fields)
        positions = {name: _position(heading, headings) for name, heading in self.columns.items()}
        taken: set[int] = set()
        for name, position in positions.items():
            if position in taken:
                raise FileProblem("heading_used_twice", column=headings[position], heading=self.columns[name])
            taken.add(position)
        columns = {name: headings[position] for name, position in positions.items()}
        return BoundMapping(columns, positions=positions)

    def _check_names(self, fields: Sequence[FieldSpec]) -> None:
        known = {spec.name for spec in fields}
        for name in self.columns:
            if name not in known:
                raise FileProblem("unknown_field", field=name)
        for spec in fields:
            if spec.required and spec.name not in self.columns:
                raise FileProblem("missing_heading", column=spec.aliases[0], field=spec.aliases[0])


@dataclass(frozen=True)
class Proposal:
    """What the headings alone say. `mapping` holds the sure fields only; guesses are for a person."""

    mapping: ColumnMapping
    guesses: tuple[Suggestion, ...]
    ambiguous: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]
    unused: tuple[str, ...]

    def certain(self, *, fields: Sequence[FieldSpec]) -> ColumnMapping:
        """The mapping, if nobody need be asked; else FileProblem naming the first open field."""
        for spec in fields:
            if spec.name in self.ambiguous:
                choice = ", ".join(self.ambiguous[spec.name])
                raise FileProblem("ambiguous_heading", column=spec.aliases[0], field=spec.aliases[0], headings=choice)
            if spec.name in self.missing:
                raise FileProblem("missing_heading", column=spec.aliases[0], field=spec.aliases[0])
        return self.mapping


def squash(heading: str) -> str:
    """A heading without what writers vary: width, case, spaces and punctuation."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def without_brackets(heading: str) -> str:
    """The heading without units and remarks in brackets: "金额(元)" is "金额"."""
    return squash(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))


def propose_mapping(headings: Sequence[str], *, fields: Sequence[FieldSpec]) -> Proposal:
    """Match headings with the aliases of each field, the surest first, each column at most once."""
    plain = {heading: _as_written(heading, headings) for heading in headings if heading}
    columns: dict[str, str] = {}
    ambiguous: dict[str, tuple[str, ...]] = {}
    for score in (SAME, SAME_WITHOUT_BRACKETS):
        for spec in fields:
            if spec.name in columns or spec.name in ambiguous:
                continue
            free = [heading for heading in plain if heading not in columns.values()]
            hits = [heading for heading in free if _score(plain[heading], spec) == score]
            best = _preferred(hits, plain=plain, spec=spec)
            if len(best) == 1:
                columns[spec.name] = best[0]
            elif best:
                ambiguous[spec.name] = tuple(best)
    unused = tuple(heading for heading in plain if heading not in columns.values())
    open_fields = [spec for spec in fields if spec.name not in columns and spec.name not in ambiguous]
    return Proposal(
        mapping=ColumnMapping(columns),
        guesses=tuple(_guesses(unused, plain=plain, fields=open_fields)),
        ambiguous=ambiguous,
        missing=tuple(spec.name for spec in open_fields if spec.required),
        unused=unused,
    )


def _position(heading: str, headings: Sequence[str]) -> int:
    for fold in (str, squash, without_brackets):
        wanted = fold(heading)
        hits = [index for index, present in enumerate(headings) if present and fold(present) == wanted]
        if len(hits) == 1:
            return hits[0]
        if hits:
            choice = ", ".join(headings[index] for index in hits)
            raise FileProblem("ambiguous_heading", column=heading, field=heading, headings=choice)
    raise FileProblem("mapped_heading_missing", column=heading, heading=heading)


def _as_written(heading: str, headings: Sequence[str]) -> str:
    """Undo the "(2)" that a repeated heading was given, so that both count alike."""
    written = _REPEAT.sub("", heading)
    return written if written in headings else heading


def _score(heading: str, spec: FieldSpec) -> int:
    aliases = {squash(alias) for alias in (spec.name, *spec.aliases)}
    if squash(heading) in aliases:
        return SAME
    if without_brackets(heading) in aliases:
        return SAME_WITHOUT_BRACKETS
    return GUESS if any(_is_like(squash(heading), alias) for alias in aliases) else 0


def _is_like(heading: str, alias: str) -> bool:
    short, long = sorted((heading, alias), key=len)
    return bool(short) and short in long and len(short) >= GUESS_SHARE * len(long)


def _preferred(hits: list[str], *, plain: Mapping[str, str], spec: FieldSpec) -> list[str]:
    first = squash(spec.aliases[0])
    chosen = [heading for heading in hits if first in (squash(plain[heading]), without_brackets(plain[heading]))]
    return chosen if len(hits) > 1 and chosen else hits


def _guesses(unused: Iterable[str], *, plain: Mapping[str, str], fields: Sequence[FieldSpec]) -> Iterable[Suggestion]:
    for heading in unused:
        for spec in fields:
            if _score(plain[heading], spec) == GUESS:
                yield Suggestion(spec.name, heading, GUESS)
