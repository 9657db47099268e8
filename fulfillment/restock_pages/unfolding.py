"""The arithmetic of a suggestion, step by step in words, from the inputs and results kept with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from fulfillment.models import RestockSuggestion, SkuForecast
from fulfillment.replenishment import RestockInputs, RestockResult
from fulfillment.restock_pages.words import DISTRIBUTIONS, METHODS, VARIANCE_SOURCES, word
from fulfillment.templatetags.restock_figures import units

ROUNDING: dict[str, str | Promise] = {
    "need": gettext_lazy("Need: order-up-to less inventory position"),
    "moq": gettext_lazy("At least the supplier's minimum order"),
    "pack": gettext_lazy("In whole packs"),
    "useful_lot": gettext_lazy("Not below a useful lot"),
    "max_cover": gettext_lazy("Not above the longest cover of the policy"),
    "shelf_life": gettext_lazy("Not more than sells before it expires"),
    "open_to_buy": gettext_lazy("Within the budget"),
}


@dataclass(frozen=True)
class Rounded:
    """The quantity after a rounding step, and by how much the step moved it (None for the first)."""

    words: str
    quantity: int
    moved: int | None


@dataclass(frozen=True)
class UnfoldedStep:
    """One step: what it is, its formula with the numbers put in, its result, and what it means."""

    code: str
    title: str
    formula: str
    result: str
    meaning: str = ""
    rounding: tuple[Rounded, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The inputs and the results side by side, read back from the row."""

    inputs: RestockInputs
    result: RestockResult
    forecast: SkuForecast | None


def sheet_of(suggestion: RestockSuggestion, *, forecast: SkuForecast | None) -> Sheet | None:
    """What the row keeps; None for a row without arithmetic."""
    if not suggestion.inputs or not suggestion.arithmetic:
        return None
    return Sheet(
        inputs=RestockInputs.from_json(suggestion.inputs),
        result=RestockResult.from_json(suggestion.arithmetic),
        forecast=forecast,
    )


def unfolded(sheet: Sheet) -> list[UnfoldedStep]:
    """The steps from the forecast to the quantity, in the order in which they are worked out."""
    return [
        _demand(sheet),
        _variance(sheet),
        _safety_stock(sheet),
        _reorder_point(sheet),
        _order_up_to(sheet),
        _position(sheet),
        _rounding(sheet),
        _outcome(sheet),
    ]


def _demand(sheet: Sheet) -> UnfoldedStep:
    demand, lead = sheet.inputs.demand, sheet.inputs.lead_time
    method = word(METHODS, sheet.forecast.method) if sheet.forecast else ""
    return UnfoldedStep(
        code="demand",
        title=_("Expected demand"),
        formula=f"H = L + R = {units(lead.mean_days)} + {units(lead.review_days)} = {units(lead.interval_days)}",
        result=f"M = Σf = {units(demand.interval_mean)}",
        meaning=_(
            "An order placed now has to last for lead time and review period: %(days)s days. The forecast for these days"
            " adds up to %(units)s pieces, %(daily)s a day. %(method)s"
        )
        % {
            "days": units(lead.interval_days),
            "units": units(demand.interval_mean),
            "daily": units(demand.daily_mean),
            "method": _("Method: %(method)s.") % {"method": method} if method else "",
        },
    )


def _variance(sheet: Sheet) -> UnfoldedStep:
    demand, lead, result = sheet.inputs.demand, sheet.inputs.lead_time, sheet.result
    is_error = result.variance_source == "forecast_error"
    own = f"{units(demand.forecast_rmse)}²" if is_error else f"{units(lead.interval_days)} × {units(demand.daily_std)}²"
    if demand.pooled_rmse is not None:
        own = f"{result.own_weight:.2f} × {own} + {1 - result.own_weight:.2f} × {units(demand.pooled_rmse)}²"
    late = f"{units(demand.daily_mean)}² × {units(lead.std_days)}²"
    return UnfoldedStep(
        code="variance",
        title=_("Uncertainty"),
        formula=f"V = w·σ² + (1 − w)·σ_c² + d²·s_L² = {own} + {late}",
        result=f"V = {units(result.variance)}, √V = {units(result.variance**0.5)}",
        meaning=_(
            "How far demand may stray from the forecast over these days: %(source)s, weighed with SKUs of the same kind,"
            " and the scatter of the lead time."
        )
        % {"source": word(VARIANCE_SOURCES, result.variance_source)},
    )


def _safety_stock(sheet: Sheet) -> UnfoldedStep:
    policy, demand, result = sheet.inputs.policy, sheet.inputs.demand, sheet.result
    low, high = policy.cover_min_days * demand.daily_mean, policy.cover_max_days * demand.daily_mean
    bounds = {
        "none": _("It lies within the cover days of the policy and stays."),
        "min": _("That is less than the shortest cover of the policy, which is taken instead."),
        "max": _("That is more than the longest cover of the policy, which is taken instead."),
    }
    return UnfoldedStep(
        code="safety_stock",
        title=_("Safety stock"),
        formula=f"SS = min(max({units(result.safety_stock_unclamped)}, {units(low)}), {units(high)})",
        result=f"SS = {units(result.safety_stock)}",
        meaning=_(
            "A service level of %(level)s (%(measure)s) asks for %(wanted)s pieces above the mean, by the %(shape)s."
            " The policy allows %(first)s to %(last)s days of demand. %(bound)s"
        )
        % {
            "level": _percent(policy.level),
            "measure": _("no stock-out between two orders")
            if policy.measure == "cycle"
            else _("share of the demand met at once"),
            "wanted": units(result.safety_stock_unclamped),
            "shape": word(DISTRIBUTIONS, result.distribution),
            "first": units(policy.cover_min_days),
            "last": units(policy.cover_max_days),
            "bound": bounds[result.bound],
        },
    )


def _reorder_point(sheet: Sheet) -> UnfoldedStep:
    lead_mean, safety = units(sheet.inputs.demand.lead_mean), units(sheet.result.safety_stock)
    return UnfoldedStep(
        code="reorder_point",
        title=_("Reorder point"),
        formula=f"s = ⌈D_L + SS⌉ = ⌈{lead_mean} + {safety}⌉",
        result=f"s = {units(sheet.result.reorder_point)}",
        meaning=_("The forecast for the next lead time and the safety stock: at this level an order is due."),
    )


def _order_up_to(sheet: Sheet) -> UnfoldedStep:
    mean, safety = units(sheet.inputs.demand.interval_mean), units(sheet.result.safety_stock)
    return UnfoldedStep(
        code="order_up_to",
        title=_("Order-up-to level"),
        formula=f"S = ⌈M + SS⌉ = ⌈{mean} + {safety}⌉",
        result=f"S = {units(sheet.result.order_up_to)}",
        meaning=_("What should be there and on its way together after ordering."),
    )


def _position(sheet: Sheet) -> UnfoldedStep:
    position, result = sheet.inputs.position, sheet.result
    is_due = position.total <= result.reorder_point
    compared = f"IP = {units(position.total)} {'≤' if is_due else '>'} s = {units(result.reorder_point)}"
    late = position.overdue_on_order
    overdue = ngettext("%(count)d piece on order is overdue.", "%(count)d pieces on order are overdue.", late)
    meaning = _("On hand, less promised and owed to customers, plus what is on order, in transfer and accepted.")
    return UnfoldedStep(
        code="position",
        title=_("Inventory position"),
        formula=(
            f"IP = {position.on_hand} − {position.allocated} − {position.backorders}"
            f" + {position.on_order} + {position.transfers_in} + {position.accepted_proposals}"
        ),
        result=compared,
        meaning=" ".join([meaning, overdue % {"count": late}] if late else [meaning]),
    )


def _rounding(sheet: Sheet) -> UnfoldedStep:
    position, result, lot = sheet.inputs.position, sheet.result, sheet.inputs.lot
    return UnfoldedStep(
        code="rounding",
        title=_("From the need to a lot"),
        formula=f"S − IP = {units(result.order_up_to)} − {units(position.total)}",
        result=f"q = {units(result.quantity)}",
        meaning=_("Minimum order %(minimum)s, pack %(pack)s; at most %(days)s days of stock.")
        % {"minimum": lot.moq, "pack": lot.pack, "days": units(sheet.inputs.policy.max_cover_days)},
        rounding=tuple(_rounded(result)),
    )


def _rounded(result: RestockResult) -> Iterator[Rounded]:
    before: int | None = None
    for step in result.trail:
        words = str(ROUNDING.get(step.step, step.step))
        yield Rounded(words, step.quantity, None if before is None else step.quantity - before)
        before = step.quantity


def _outcome(sheet: Sheet) -> UnfoldedStep:
    result, after = sheet.result, sheet.inputs.position.total + sheet.result.quantity
    daily = units(sheet.inputs.demand.daily_mean)
    return UnfoldedStep(
        code="outcome",
        title=_("What it gives"),
        formula=f"(IP + q) / d = {units(after)} / {daily}",
        result=_("%(days)s days of stock") % {"days": units(result.days_of_stock)},
        meaning=_(
            "With stock up to S the fill rate to be expected is %(fill)s, and the chance of no stock-out between two"
            " orders %(cycle)s."
        )
        % {"fill": _percent(result.predicted_fill), "cycle": _percent(result.predicted_cycle)},
    )


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
