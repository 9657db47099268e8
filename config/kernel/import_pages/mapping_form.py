"""One choice for each column of a file: the field that it holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from config.kernel.importing.headings import FieldSpec, Proposal
from config.kernel.importing.mapping import FileLook

SURE, GUESS, UNCLEAR, SAVED = "sure", "guess", "unclear", "saved"


@dataclass(frozen=True)
class Column:
    """A column as the page shows it: its heading, first values, the choice, and how the choice came about."""

    heading: str
    samples: tuple[str, ...]
    choice: BoundField
    origin: str


class MappingForm(forms.Form):
    """Field names are `column_0`, `column_1` and so on, by the place of the column in the file."""

    save_as = forms.CharField(
        label=_("Keep this mapping under the name"),
        max_length=80,
        required=False,
        help_text=_("Optional. The next file of this kind can use it again."),
    )

    def __init__(
        self,
        *args: Any,
        look: FileLook,
        fields: Sequence[FieldSpec],
        chosen: Mapping[str, str],
        proposal: Proposal | None,
        may_keep: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.look = look
        self.specs = fields
        self._places = [at for at, heading in enumerate(look.headings) if heading]
        self._origins = _origins(chosen, proposal)
        by_heading = {heading: name for name, heading in chosen.items()}
        choices = [("", _("not read")), *((spec.name, _label(spec)) for spec in fields)]
        for at in self._places:
            heading = look.headings[at]
            self.fields[f"column_{at}"] = forms.ChoiceField(
                choices=choices, required=False, label=heading, initial=by_heading.get(heading, "")
            )
        if not may_keep:
            del self.fields["save_as"]

    def columns(self) -> Iterator[Column]:
        """Every column that has a heading, in file order."""
        for at in self._places:
            heading = self.look.headings[at]
            samples = tuple(row.cells[at][:60] for row in self.look.rows)
            yield Column(heading, samples, self[f"column_{at}"], self._origins.get(heading, ""))

    @property
    def mapping(self) -> dict[str, str]:
        """Field -> heading, as chosen."""
        places = ((at, self.cleaned_data.get(f"column_{at}", "")) for at in self._places)
        return {name: self.look.headings[at] for at, name in places if name}

    def clean(self) -> dict[str, Any]:
        """Each field once, and no required field without a column."""
        data = super().clean() or {}
        taken: dict[str, str] = {}
        for at in self._places:
            name = data.get(f"column_{at}", "")
            if name and name in taken:
                words = _("The column “%(heading)s” has this field already.") % {"heading": taken[name]}
                self.add_error(f"column_{at}", words)
            elif name:
                taken[name] = self.look.headings[at]
        missing = [str(spec.label) for spec in self.specs if spec.required and spec.name not in taken]
        if missing:
            words = _("Without these fields no order can be read: %(fields)s.") % {"fields": ", ".join(missing)}
            raise forms.ValidationError(words, code="missing")
        return data


def suggested(proposal: Proposal) -> dict[str, str]:
    """What the page offers at first: sure fields, and each guess for a field and a column that are free."""
    columns = dict(proposal.mapping.columns)
    for guess in proposal.guesses:
        if guess.field not in columns and guess.heading not in columns.values():
            columns[guess.field] = guess.heading
    return columns


def _origins(chosen: Mapping[str, str], proposal: Proposal | None) -> dict[str, str]:
    if proposal is None:
        return dict.fromkeys(chosen.values(), SAVED)
    sure = set(proposal.mapping.columns.values())
    unclear = {heading for headings in proposal.ambiguous.values() for heading in headings}
    origins = {heading: SURE if heading in sure else GUESS for heading in chosen.values()}
    return {**dict.fromkeys(unclear - origins.keys(), UNCLEAR), **origins}


def _label(spec: FieldSpec) -> str:
    return f"{spec.label} *" if spec.required else str(spec.label)
