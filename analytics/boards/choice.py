"""What a reader chose in a board's address: stores, range, comparison. Nothing outside the reader's reach gets through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.periods import Period
from analytics.queries.board_stores import Reach
from analytics.ranges import EARLIEST, MOST_DAYS, Against, Preset, compared_period, preset_period
from catalog.models import Channel, Store
from config.kernel.store_time import store_day, zone_of

PRESETS = {
    Preset.YESTERDAY: pgettext_lazy("range", "Last day"),
    Preset.WEEK: pgettext_lazy("range", "7 days"),
    Preset.FOUR_WEEKS: pgettext_lazy("range", "28 days"),
    Preset.QUARTER: pgettext_lazy("range", "13 weeks"),
    Preset.THIS_MONTH: pgettext_lazy("range", "This month"),
    Preset.LAST_MONTH: pgettext_lazy("range", "Last month"),
    Preset.YEAR: pgettext_lazy("range", "52 weeks"),
}
AGAINST = {
    Against.PREVIOUS: pgettext_lazy("comparison", "the days before"),
    Against.YEAR: pgettext_lazy("comparison", "last year, same weekdays"),
    Against.NOTHING: pgettext_lazy("comparison", "nothing"),
}


class ChoiceForm(forms.Form):
    """The picker of a board. Two days of one's own win over a preset."""

    range = forms.ChoiceField(choices=[(one.value, name) for one, name in PRESETS.items()], required=False)
    first = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    last = forms.DateField(
        label=gettext_lazy("To"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    compare = forms.ChoiceField(
        label=gettext_lazy("Compare with"),
        choices=[(one.value, name) for one, name in AGAINST.items()],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Both days or none, in order, not too long ago and not too many."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if self.errors or not (first or last):
            return cleaned
        if not (first and last):
            raise forms.ValidationError(_("Give both days of the range."))
        if last < first:
            raise forms.ValidationError(_("The range ends before it begins."))
        if first < EARLIEST or (last - first).days >= MOST_DAYS:
            raise forms.ValidationError(_("A range begins after 1999 and has at most two years."))
        return cleaned


@dataclass(frozen=True)
class Choice:
    """The stores and days that a board is about."""

    reach: Reach
    stores: tuple[Store, ...]
    period: Period
    compared: Period | None
    against: Against
    # Of the store that is behind the others.
    today: date
    preset: Preset | None
    store: Store | None = None
    channel: Channel | None = None
    form: ChoiceForm | None = None
    problems: tuple[str, ...] = ()
    # Why there is nothing to compare with, where a comparison was wanted.
    no_yardstick: str = ""
    # Only what was chosen, in a fixed order: for links and exports.
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether these are all stores of the shop."""
        return self.reach.is_whole and self.store is None and self.channel is None

    @property
    def last_whole_day(self) -> date:
        """Yesterday, by the clock of the store that is behind."""
        return self.today - timedelta(days=1)

    @property
    def channels(self) -> list[Channel]:
        """The channels of the stores in reach."""
        found = {store.channel_id: store.channel for store in self.reach.stores}
        return sorted(found.values(), key=lambda channel: channel.code)

    def query(self, **changes: str) -> str:
        """The address's parameters with some changed; an empty value takes one away."""
        merged = {**self.parameters, **changes}
        return urlencode({name: value for name, value in merged.items() if value})


def read_choice(parameters: Mapping[str, str], *, reach: Reach, now: datetime) -> Choice:
    """The choice that an address holds. An unknown or hidden store or channel raises Http404; bad days become problems."""
    store = _chosen(parameters.get("store", ""), {store.code: store for store in reach.stores})
    channel = _chosen(parameters.get("channel", ""), {one.channel.code: one.channel for one in reach.stores})
    stores = tuple(one for one in reach.stores if store in (None, one) and channel in (None, one.channel))
    today = min((store_day(now, zone_of(one.time_zone)) for one in stores or reach.stores), default=now.date())
    form = ChoiceForm(parameters)
    problems = [] if form.is_valid() else [str(error) for errors in form.errors.values() for error in errors]
    if store and channel and not stores:
        problems.append(_("This store is not on this channel."))
    chosen = form.cleaned_data if form.is_valid() else {}
    if chosen.get("first") and chosen.get("last") and chosen["last"] > today:
        problems.append(_("The range ends in the future."))
    preset, period, named = _period_of(chosen if not problems else {"range": chosen.get("range")}, today=today)
    names = [*named, "compare", "store", "channel"]
    if not problems:
        shown = {"first": period.first.isoformat(), "last": period.last.isoformat()}
        form = ChoiceForm({**parameters, **shown})
    against = Against(chosen.get("compare") or Against.PREVIOUS)
    compared, no_yardstick = _yardstick(compared_period(period, against), reach=reach, stores=stores)
    return Choice(
        reach=reach,
        stores=stores,
        period=period,
        compared=compared,
        against=against,
        today=today,
        preset=preset,
        store=store,
        channel=channel,
        form=form,
        problems=tuple(problems),
        no_yardstick=no_yardstick,
        parameters={name: parameters[name] for name in names if parameters.get(name)},
    )


def _period_of(chosen: Mapping[str, Any], *, today: date) -> tuple[Preset | None, Period, list[str]]:
    """(the range by its name or none, its days, the parameters that say so)."""
    usual = Preset(chosen.get("range") or Preset.FOUR_WEEKS)
    usual_period = preset_period(usual, last=today - timedelta(days=1))
    first, last = chosen.get("first"), chosen.get("last")
    own = Period(first, last) if first and last else None
    if own is None:
        return usual, usual_period, ["range", "first", "last"]
    if own == usual_period and chosen.get("range"):
        # The days that the form shows for the range, sent along with it: still the range, tomorrow too.
        return usual, usual_period, ["range"]
    return None, own, ["range", "first", "last"]


def _yardstick(compared: Period | None, *, reach: Reach, stores: tuple[Store, ...]) -> tuple[Period | None, str]:
    """The period to compare with, or none and why.

    Half a period is no yardstick: a shop that had just begun would look as if it had multiplied.
    """
    begins = min((reach.begins[one.code] for one in stores if one.code in reach.begins), default=None)
    if compared is None or begins is None:
        return None, ""
    if compared.first < begins:
        return None, _("not compared: the figures begin on %s") % begins
    return compared, ""


def _chosen(code: str, known: Mapping[str, Any]) -> Any:
    if code and code not in known:
        raise Http404
    return known.get(code)
