"""The forecast of many series against statsforecast's TSB, which lives in an environment of its own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure, at_least, bench
from tests.bench.ground import Ground, NotMeasured, measured_run
from tests.bench.scale import scaled, shrunk
from tests.bench.work import program, told
from tests.processes import Place

PEERS = Path(__file__).parent / "peers"


@bench("forecasts", title="Forecast of many series")
def forecasts(ground: Ground) -> Iterator[Figure]:
    """TSB against TSB over series of 365 days, one core each; statsforecast's compile time stands apart.

    Ours keeps the last level of each series, statsforecast gives 28 equal days. The choice among all methods by back-test
    is on its own line. The peer is installed by its own lock file into an environment that is thrown away.
    """
    # No table is read.
    place = Place(ground.folder, "sqlite://:memory:")
    file, series = ground.folder / "units.npy", scaled(100_000)
    measured_run(place, *program("forecast_series"), "make", str(file), str(series))
    tsb = measured_run(place, *program("forecast_series"), "tsb", str(file), str(series))
    full = measured_run(place, *program("forecast_series"), "full", str(file), str(series))
    mine, whole = (told(done)["seconds"] / series * 1e6 for done in (tsb, full))
    size = shrunk(f"{series:,} series")
    yield Figure(
        "TSB, ours", mine, "µs a series", megabytes=tsb.megabytes, remark=f"{size}; mean level {told(tsb)['mean']:.4f}"
    )
    yield Figure("choice of the method, ours", whole, "µs a series", megabytes=full.megabytes, remark=size)
    peer = _peer(ground.folder, file)
    theirs = peer["seconds"] / series * 1e6
    yield Figure(
        "TSB, statsforecast",
        theirs,
        "µs a series",
        remark=f"compile {peer['compile']:.1f} s apart; mean level {peer['mean']:.4f}",
    )
    yield Figure("statsforecast's TSB to ours", theirs / mine, "x", at_least(20))


def _peer(folder: Path, file: Path) -> dict[str, float]:
    python = folder / "peer" / "bin" / "python"
    lock = PEERS / "requirements.txt"
    install = (python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)
    for command in ((sys.executable, "-m", "venv", folder / "peer"), install):
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotMeasured(f"statsforecast could not be installed: {done.stderr.strip()[-200:]}")
    done = subprocess.run([str(python), str(PEERS / "tsb.py"), str(file)], capture_output=True, text=True, check=True)
    return {name: float(value) for name, value in (pair.split("=") for pair in done.stdout.split())}
