"""`make bench` runs every bench, `make bench ONLY="lists tickets"` those named, and writes `docs/benchmarks.md`."""

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import (
    forecasts,
    growth,
    hot_sku,
    imports,
    jobs,
    lists,
    orders,
    restock,
    rfm,
    rollups,
    tickets,
)
from tests.bench.figures import BENCHES, Bench
from tests.bench.ground import Ground, NotMeasured
from tests.bench.page import PAGE, conditions, section, with_section

# Importing a file enters its bench; the page keeps the order of entering.
FILES = (forecasts, growth, hot_sku, imports, jobs, lists, orders, restock, rfm, rollups, tickets)


def main(names: Sequence[str]) -> int:
    """Run the named benches, all without a name. 2 for an unknown name."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        _say(f"No bench is called {', '.join(unknown)}. There are: {', '.join(BENCHES)}.")
        return 2
    for name in names or BENCHES:
        _run(BENCHES[name])
    return 0


def _run(bench: Bench) -> None:
    """Measure and write one section; the page stays as it was when the bench cannot run to its end."""
    figures = []
    measured_on = conditions(bench.name)
    try:
        with tempfile.TemporaryDirectory(prefix="zhanggui-bench-") as folder:
            for figure in bench.measure(Ground(Path(folder))):
                _say(f"{bench.name}: {figure.row}")
                figures.append(figure)
    except NotMeasured as missing:
        _say(f"{bench.name}: not measured, {missing}.")
        return
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    text = section(bench, figures, conditions=measured_on)
    PAGE.write_text(with_section(page, name=bench.name, text=text, order=list(BENCHES)), encoding="utf-8")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or os.environ.get("ONLY", "").split()))
