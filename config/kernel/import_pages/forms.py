"""What a person says when a file is brought in."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from config.kernel.importing.handlers import known_layouts, layout_kind
from config.kernel.models import ImportBatch

ENDINGS = (".csv", ".csv.gz", ".csv.xz", ".tsv", ".txt", ".xlsx")
LONGEST_NAME = 200
# The kind that is chosen before somebody chooses: any table of orders with headings.
USUAL = "generic"
STORE_CODE = RegexValidator(r"^[-a-zA-Z0-9_]+$", _("Letters, digits, hyphens and underscores only."))


class UploadForm(forms.Form):
    """Layout, store, policy and the file. A new store can be named by who may import into all of them."""

    layout = forms.ChoiceField(label=_("Kind of file"))
    store = forms.ChoiceField(label=_("Store"), required=False)
    new_store = forms.CharField(
        label=_("Or code of a new store"),
        max_length=40,
        required=False,
        validators=[STORE_CODE],
        help_text=_("The store is made when the file is imported."),
    )
    policy = forms.ChoiceField(
        label=_("When a row is wrong"),
        choices=ImportBatch.Policy.choices,
        initial=ImportBatch.Policy.REJECT_ROWS,
        widget=forms.RadioSelect,
        help_text=_("Whatever you choose: nothing is written before you have seen the check."),
    )
    file = forms.FileField(label=_("File"), allow_empty_file=True)

    def __init__(self, *args: Any, stores: Sequence[tuple[str, str]], may_name_store: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(code, layout_kind(code).label) for code in known_layouts()]
        self.fields["layout"].choices = kinds  # type: ignore[attr-defined]
        self.fields["layout"].initial = USUAL
        choices = [(code, f"{name} ({code})") for code, name in stores]
        self.fields["store"].choices = [("", "—"), *choices] if may_name_store else choices  # type: ignore[attr-defined]
        if not may_name_store:
            del self.fields["new_store"]
            self.fields["store"].required = True
        limit = filesizeformat(settings.UPLOAD_LIMIT_BYTES)
        self.fields["file"].widget.attrs["accept"] = ",".join(ENDINGS)
        self.fields["file"].widget.attrs["data-largest"] = settings.UPLOAD_LIMIT_BYTES
        self.fields["file"].widget.attrs["data-too-large"] = _(
            "The file is larger than %(limit)s. Split it, or pack it as .csv.gz."
        ) % {"limit": limit}
        self.fields["file"].help_text = _("CSV, packed CSV (.gz, .xz) or XLSX, at most %(limit)s.") % {"limit": limit}

    @property
    def store_code(self) -> str:
        """The chosen or newly named store."""
        return str(self.cleaned_data.get("new_store") or self.cleaned_data["store"])

    def clean_file(self) -> "UploadedFile[bytes]":
        """Size and name; what the file holds is found out by reading it."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        name, size = file.name or "", file.size or 0
        if not name.lower().endswith(ENDINGS):
            raise forms.ValidationError(
                _("“%(name)s” is not a table. Save it as CSV or XLSX and choose it again.") % {"name": name[:60]},
                code="wrong_kind",
            )
        if len(name) > LONGEST_NAME:
            raise forms.ValidationError(
                _("The name is longer than %(limit)s characters.") % {"limit": LONGEST_NAME}, code="name_too_long"
            )
        if not size:
            raise forms.ValidationError(_("The file is empty."), code="empty")
        if size > settings.UPLOAD_LIMIT_BYTES:
            words = _(
                "The file has %(size)s, more than the %(limit)s that are allowed. Split it, or pack it as .csv.gz."
            )
            sizes = {"size": filesizeformat(size), "limit": filesizeformat(settings.UPLOAD_LIMIT_BYTES)}
            raise forms.ValidationError(words % sizes, code="too_large")
        return file

    def clean(self) -> dict[str, Any]:
        """Exactly one store."""
        data = super().clean() or {}
        named = bool(data.get("new_store"))
        if "new_store" in self.fields and "new_store" not in self.errors and named == bool(data.get("store")):
            self.add_error("store", _("Choose a store, or name a new one."))
        return data
