"""Lists of the admin over a million rows, and the same list as django-unfold has it."""

import json
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Figure, Target, at_most, bench
from tests.bench.ground import Ground
from tests.processes import Place

MOST_MILLISECONDS = 250


@bench("lists", title="Admin lists at 1,000,000 rows")
def lists(ground: Ground) -> Iterator[Figure]:
    """Pages of 25 rows on PostgreSQL, the median of nine answers within one process: middleware, view and template. The
    plain list has the same columns, filters and page size on the same rows and searches the same columns."""
    with ground.postgresql() as place:
        for answer in asked(place, "tests.bench.ask_lists"):
            yield page_figure(answer, target=at_most(MOST_MILLISECONDS))
        for answer in asked(place, "tests.bench.ask_lists", "plain"):
            yield page_figure(answer, prefix="django-unfold's plain list, ")


def asked(place: Place, *words: str) -> list[dict[str, Any]]:
    """What a program that asks for pages has measured. RuntimeError when it fails."""
    done = place.run("-m", "tests.in_django", *words)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def page_figure(answer: dict[str, Any], *, target: Target | None = None, prefix: str = "") -> Figure:
    """One page's figure with its number of queries."""
    parts = (
        f"processor {answer['processor']:.0f} ms, database {answer['database']:.0f} ms in {answer['queries']} queries"
    )
    remark = f"fastest {answer['fastest']:.0f} ms; {parts}"
    return Figure(prefix + answer["name"], answer["milliseconds"], "ms", target, remark=remark)
