"""Segments for the members board: sizes, what they held before, who moved where."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F

from catalog.models import Store
from membership.models import RfmRun, RfmSegmentTotal, RfmTransition

NAMED = RfmSegmentTotal.Map.NAMED
SHOWN = 10


@dataclass(frozen=True)
class SegmentSize:
    """A segment of the newest run, and how many customers it held in the run before."""

    segment: str
    customers: int
    monetary: Decimal
    before: int | None


@dataclass(frozen=True)
class Segments:
    """The newest RFM run of a scope as of a day; empty where there is none."""

    run_id: int | None = None
    as_of: date | None = None
    before_as_of: date | None = None
    currency: str = ""
    sizes: tuple[SegmentSize, ...] = ()
    # (from, to, customers), the largest movements first; an empty name: not scored there.
    movements: tuple[tuple[str, str, int], ...] = ()


def segments_as_of(store: Store | None, *, until: date) -> Segments:
    """The segments of a store, or of all stores together, by the newest run that looks back from `until`; two queries."""
    runs = RfmRun.objects.filter(store=store, customer_count__gt=0, as_of__lte=until).order_by("-as_of", "-pk")
    totals = RfmSegmentTotal.objects.filter(map=NAMED, run__in=runs.values("pk")[:2]).select_related("run")
    by_run: dict[RfmRun, dict[str, RfmSegmentTotal]] = defaultdict(dict)
    for total in totals.order_by("-run__as_of", "-run__pk", "segment"):
        by_run[total.run][total.segment] = total
    if not by_run:
        return Segments()
    run, *earlier = by_run
    before = by_run[earlier[0]] if earlier else None
    sizes = [
        SegmentSize(
            segment=code,
            customers=total.customer_count,
            monetary=total.monetary,
            before=None if before is None else before[code].customer_count if code in before else 0,
        )
        for code, total in by_run[run].items()
    ]
    moves = RfmTransition.objects.filter(run=run, map=NAMED).exclude(from_segment=F("to_segment"))
    found = moves.order_by("-customer_count", "from_segment", "to_segment")[:SHOWN]
    return Segments(
        run_id=run.pk,
        as_of=run.as_of,
        before_as_of=earlier[0].as_of if earlier else None,
        currency=run.currency,
        sizes=tuple(sorted(sizes, key=lambda one: (-one.customers, one.segment))),
        movements=tuple(found.values_list("from_segment", "to_segment", "customer_count")),
    )
