"""What a planner chooses before a restock check begins."""

from catalog.forms import StoreDayForm
from fulfillment.jobs.restock import restock_parameters


class RestockCheckForm(StoreDayForm):
    """The store and the day of a check."""

    permission = "fulfillment.view_restockrun"

    def parameters(self) -> dict[str, str]:
        """What the job is started with."""
        return restock_parameters(as_of=self.cleaned_data["as_of"], store_code=self.store_code)
