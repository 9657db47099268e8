"""The peer of the forecast, run by the throw-away environment: `tsb.py UNITS.npy`, series x days. No Django here.

Prints `compile= seconds=`: the first call on two series compiles, the second takes the time of all of them.
"""

import sys
import time

import numpy as np
from statsforecast.models import TSB


def main(path):
    """Forecast each series one by one, as statsforecast does on one core."""
    units = np.load(path)
    model = TSB(alpha_d=0.1, alpha_p=0.1)
    started = time.perf_counter()
    for series in units[:2]:
        model.forecast(y=series, h=28)
    compiled = time.perf_counter()
    total = 0.0
    for series in units:
        total += model.forecast(y=series, h=28)["mean"][0]
    seconds = time.perf_counter() - compiled
    print(f"compile={compiled - started} seconds={seconds} mean={total / len(units)}")


if __name__ == "__main__":
    main(sys.argv[1])
