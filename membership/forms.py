"""What a person chooses before a segmentation begins."""

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.forms import StoreDayForm
from membership.jobs import segmentation_parameters
from membership.models import RfmPolicy


class SegmentationForm(StoreDayForm):
    """The store, the day and the way of scoring."""

    permission = "membership.view_rfmrun"

    mode = forms.ChoiceField(
        label=_("Scoring"),
        required=False,
        choices=[("", _("as the policy says")), *RfmPolicy.Mode.choices],
        help_text=_(
            "By rank: each score holds a fifth of the customers. By thresholds: fixed cuts of days, purchases and amounts."
        ),
    )

    def parameters(self) -> dict[str, str]:
        """What the job is started with."""
        chosen = self.cleaned_data
        return segmentation_parameters(as_of=chosen["as_of"], store_code=self.store_code, mode=chosen["mode"])
