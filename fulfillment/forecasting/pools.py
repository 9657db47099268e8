"""What a series takes from the others, learned once and kept as plain values, so that any cut of the series gives the same."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from fulfillment.forecasting.arrays import Floats
from fulfillment.forecasting.pooling import PooledErrors
from fulfillment.forecasting.prepare import PooledSeasons


@dataclass(frozen=True, slots=True, eq=False)
class DemandPools:
    """Seasons of the categories in the tested past and today, their launch curves (g, 180), the errors of the patterns."""

    tested: PooledSeasons
    current: PooledSeasons
    curves: Floats
    errors: PooledErrors | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain lists and numbers; null for nan."""
        return {
            "tested": _seasons_to_json(self.tested),
            "current": _seasons_to_json(self.current),
            "curves": _plain(self.curves),
            "errors": None if self.errors is None else [_plain(self.errors.scale), _plain(self.errors.power)],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The pools as they were."""
        errors = data["errors"]
        return cls(
            tested=_seasons(data["tested"]),
            current=_seasons(data["current"]),
            curves=np.array(data["curves"], dtype=np.float64),
            errors=None if errors is None else PooledErrors(*(np.array(each, dtype=np.float64) for each in errors)),
        )


def _seasons_to_json(seasons: PooledSeasons) -> dict[str, Any]:
    return {"weekday": _plain(seasons.weekday), "year": _plain(seasons.year), "upto": seasons.upto}


def _seasons(data: dict[str, Any]) -> PooledSeasons:
    return PooledSeasons(weekday=np.array(data["weekday"]), year=np.array(data["year"]), upto=data["upto"])


def _plain(values: Floats) -> Any:
    plain = values.astype(object)
    plain[np.isnan(values)] = None
    return plain.tolist()
