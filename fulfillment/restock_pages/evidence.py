"""How a forecast came about: its method, the pattern of demand, and how the method did against its rivals."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from fulfillment.models import SkuForecast
from fulfillment.restock_pages.words import DEMAND_CLASSES, METHODS, word


@dataclass(frozen=True)
class Rival:
    """A method in the back-test over the protection interval: shares are 0-1, None without demand in the windows."""

    name: str
    is_chosen: bool
    windows: int
    wape: float | None
    bias: float | None
    rmse: float | None


@dataclass(frozen=True)
class Evidence:
    """What is known of a forecast. `gain` is the WAPE of the seasonal naive less that of the method."""

    method: str
    parameters: str
    demand_class: str
    facts: list[tuple[str, Any]]
    rivals: list[Rival]
    gain: float | None


def evidence_of(forecast: SkuForecast) -> Evidence:
    """The stored evidence in words; what an older check did not keep is left out."""
    kept = forecast.evidence
    rivals = [
        Rival(
            name=word(METHODS, row["method"]),
            is_chosen=row["chosen"],
            windows=row["windows"],
            wape=row["wape"],
            bias=row["bias"],
            rmse=row["rmse"],
        )
        for row in kept.get("backtest", [])
        if row["horizon"] == "interval"
    ]
    by_method = {row["method"]: row for row in kept.get("backtest", []) if row["horizon"] == "interval"}
    naive = by_method.get("seasonal_naive_7", {}).get("wape")
    own = by_method.get(forecast.method, {}).get("wape")
    return Evidence(
        method=word(METHODS, forecast.method),
        parameters=", ".join(
            f"{name} = {value:g}" for name, value in kept.get("parameters", {}).items() if value is not None
        ),
        demand_class=word(DEMAND_CLASSES, forecast.demand_class),
        facts=_facts(kept),
        rivals=rivals,
        gain=None if naive is None or own is None else naive - own,
    )


def _facts(kept: dict[str, Any]) -> list[tuple[str, Any]]:
    named = (
        ("adi", _("days between sales (ADI)")),
        ("cv2", _("variation of sizes (CV²)")),
        ("lost_sales", _("sales lost on days without stock, estimated")),
        ("unknown_stock_days", _("days whose stock is not known")),
    )
    return [(label, kept[name]) for name, label in named if kept.get(name) is not None]
