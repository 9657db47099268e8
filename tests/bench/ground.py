"""Where a bench runs: databases of its own on throw-away servers, and a measured process."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import Place, postgres_place, sqlite_place
from tests.servers import find_postgres, postgres_server

# The peak of the program itself: what wait() tells of a child counts the size of who started it as well.
MEASURED = """
import runpy, sys
note = sys.argv[1]
del sys.argv[:2]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status, open(note, "w") as out:
        out.write(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


class NotMeasured(Exception):
    """The bench cannot run here; the text says what is missing."""


@dataclass(frozen=True)
class Ground:
    """A folder that is removed at the end, and places in it."""

    folder: Path

    def sqlite(self, name: str = "sqlite") -> Place:
        """A migrated database in a file."""
        return sqlite_place(self.folder / name)

    @contextmanager
    def postgresql(self, name: str = "postgresql") -> Iterator[Place]:
        """A migrated database on a server of its own. NotMeasured where PostgreSQL is not installed."""
        if find_postgres() is None:
            raise NotMeasured("PostgreSQL is not installed")
        with postgres_server() as server, postgres_place(self.folder / name, server) as place:
            yield place


@dataclass(frozen=True)
class Done:
    """What a process took and what it printed."""

    seconds: float
    megabytes: int
    output: str


def measured_run(place: Place, *words: str | Path) -> Done:
    """Run a Python program (its path and arguments) to its end. RuntimeError when it fails."""
    [done] = measured_runs(place, words)
    return done


def measured_runs(place: Place, *programs: Sequence[str | Path]) -> list[Done]:
    """Run Python programs beside each other, each to its end. RuntimeError when one fails."""
    measure = place.folder / "measure.py"
    measure.write_text(MEASURED, encoding="utf-8")
    peaks = [place.folder / f"peak-{number}" for number in range(len(programs))]
    started = time.monotonic()
    running = [place.python(measure, peak, *words) for peak, words in zip(peaks, programs, strict=True)]
    found = []
    for process, peak in zip(running, peaks, strict=True):
        out, err = process.communicate()
        if process.returncode:
            raise RuntimeError(err[-3000:])
        found.append(Done(time.monotonic() - started, int(peak.read_text()) // 1024, out))
    return found
