"""What the RFM pages show of a run: segments with their movement, the 5 x 5 table, the transition matrix, the customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.models import Store
from catalog.scopes import visible_stores
from config.kernel.models import User
from membership.models import (
    CustomerIdentity,
    RfmRun,
    RfmScore,
    RfmSegmentTotal,
    RfmTransition,
    Segment,
    SegmentStrategy,
    ValueSegment,
)

VIEW = "membership.view_rfmrun"
VIEW_SCORES = "membership.view_rfmscore"
NAMED = RfmSegmentTotal.Map.NAMED
SCORES = range(5, 0, -1)
CHUNK = 2000
AT_ONCE = 500


@dataclass(frozen=True)
class SegmentRow:
    """One segment of a run. `change` is against the run compared with, None without one; shares are 0-1 or None."""

    code: str
    name: str
    customers: int
    share: Decimal | None
    dormant: int
    monetary: Decimal
    monetary_share: Decimal | None
    average: Decimal | None
    change: int | None
    arrived: int
    left: int
    strategy: str
    action: str


@dataclass(frozen=True)
class HeatCell:
    """Customers with these two scores: how many, and what they spent on average; `shade` 0-5 by their number."""

    recency: int
    frequency: int
    customers: int
    average: Decimal | None
    shade: int


def visible_runs(user: User, *, permission: str = VIEW) -> QuerySet[RfmRun]:
    """The runs of the stores in reach; those over all stores for who may see all."""
    stores = visible_stores(user, permission=permission)
    runs = RfmRun.objects.select_related("store", "compared_with")
    return runs if stores is None else runs.filter(store__in=stores)


def stores_with_runs(user: User) -> list[Store]:
    """The stores in reach that were ever segmented on their own."""
    found = visible_runs(user).filter(store__isnull=False).order_by().values("store_id")
    return list(Store.objects.filter(pk__in=found).order_by("code"))


def segment_names(map_code: str) -> dict[str, str]:
    """Code and name of each segment of a map, in its own order."""
    choices = Segment if map_code == NAMED else ValueSegment
    return {value: str(label) for value, label in choices.choices}


def segment_rows(run: RfmRun, *, map_code: str) -> list[SegmentRow]:
    """The segments of a run in the order of the map, with movement and strategy; at most four queries."""
    totals = {row.segment: row for row in RfmSegmentTotal.objects.filter(run=run, map=map_code)}
    before = _sizes_before(run, map_code)
    moves = list(RfmTransition.objects.filter(run=run, map=map_code).exclude(from_segment=F("to_segment")))
    strategies = {row.segment: row for row in SegmentStrategy.objects.filter(map=map_code)}
    everybody = sum(row.customer_count for row in totals.values())
    everything = sum((row.monetary for row in totals.values()), Decimal(0))
    rows = []
    for code, name in segment_names(map_code).items():
        total = totals.get(code) or RfmSegmentTotal(segment=code, monetary=Decimal(0))
        title, action = _strategy_texts(strategies.get(code))
        rows.append(
            SegmentRow(
                code=code,
                name=name,
                customers=total.customer_count,
                share=_share(Decimal(total.customer_count), Decimal(everybody)),
                dormant=total.dormant_count,
                monetary=total.monetary,
                monetary_share=_share(total.monetary, everything),
                average=_share(total.monetary, Decimal(total.customer_count)),
                change=None if before is None else total.customer_count - before.get(code, 0),
                arrived=sum(move.customer_count for move in moves if move.to_segment == code),
                left=sum(move.customer_count for move in moves if move.from_segment == code),
                strategy=title,
                action=action,
            )
        )
    return rows


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def _sizes_before(run: RfmRun, map_code: str) -> dict[str, int] | None:
    if run.compared_with_id is None:
        return None
    rows = RfmSegmentTotal.objects.filter(run_id=run.compared_with_id, map=map_code)
    return dict(rows.values_list("segment", "customer_count"))


def _strategy_texts(strategy: SegmentStrategy | None) -> tuple[str, str]:
    if strategy is None:
        return "", ""
    if (get_language() or "").startswith("en"):
        return strategy.english_title or strategy.title, strategy.english_action or strategy.action
    return strategy.title, strategy.action


def heat_table(run: RfmRun) -> list[list[HeatCell]]:
    """Rows by recency score 5 to 1, columns by frequency score 1 to 5; one query over the run's scores."""
    grouped = RfmScore.objects.filter(run=run).values_list("recency_score", "frequency_score")
    found = {
        (recency, frequency): (count, average)
        for recency, frequency, count, average in grouped.annotate(Count("pk"), Avg("monetary")).order_by()
    }
    most = max((count for count, _average in found.values()), default=0)
    table = []
    for recency in SCORES:
        row = []
        for frequency in reversed(SCORES):
            count, average = found.get((recency, frequency), (0, None))
            shade = -(-5 * count // most) if most else 0
            row.append(HeatCell(recency, frequency, count, average, shade))
        table.append(row)
    return table


def transition_matrix(run: RfmRun, *, map_code: str) -> list[tuple[str, list[int]]] | None:
    """From each segment (and from outside) into each (and out); None where the run was compared with nothing.

    The columns are the segments in their order and, last, "no longer scored".
    """
    if run.compared_with_id is None:
        return None
    moves = RfmTransition.objects.filter(run=run, map=map_code)
    counts = {(move.from_segment, move.to_segment): move.customer_count for move in moves}
    names = segment_names(map_code)
    columns = [*names, ""]
    rows = [(name, [counts.get((code, column), 0) for column in columns]) for code, name in names.items()]
    rows.append((_("not scored before"), [counts.get(("", column), 0) for column in columns]))
    return rows


def scores_of(run: RfmRun, chosen: Mapping[str, str]) -> QuerySet[RfmScore]:
    """The scores of a run narrowed by segment, value segment, scores and dormancy; unknown values find nothing."""
    scores = RfmScore.objects.filter(run=run).select_related("customer")
    for name, known in (("segment", Segment.values), ("value_segment", ValueSegment.values)):
        if chosen.get(name):
            scores = scores.filter(**{name: chosen[name]}) if chosen[name] in known else scores.none()
    for name in ("recency_score", "frequency_score", "monetary_score"):
        text = chosen.get(name, "")
        if text:
            scores = scores.filter(**{name: int(text)}) if text in {"1", "2", "3", "4", "5"} else scores.none()
    if chosen.get("dormant"):
        scores = scores.filter(is_dormant=True)
    return scores


def sums_of(scores: QuerySet[RfmScore]) -> dict[str, Any]:
    """How many customers, of them dormant, and what they spent; one query."""
    return scores.order_by().aggregate(
        customers=Count("pk"), dormant=Count("pk", filter=Q(is_dormant=True)), monetary=Sum("monetary")
    )


def in_chunks(scores: QuerySet[RfmScore]) -> Iterator[RfmScore]:
    """All scores by key, chunk by chunk, so that an export of a million stays small; without personal data."""
    scores = scores.defer("customer__name", "customer__phone", "customer__email")
    last = 0
    while rows := list(scores.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield from rows
        last = rows[-1].pk


def scores_by_customer(run: RfmRun) -> Iterator[tuple[str, RfmScore]]:
    """All scores of a run in the order of the customers, each with the customer's name for the outside; in bounded memory.

    The name is the first buyer id that the run's store (or any) knows, else the customer's number.
    """
    # The number alone: the customer's row would bring personal data to decrypt.
    scores: QuerySet[Any] = RfmScore.objects.filter(run=run).annotate(number=F("customer__number"))
    last = 0
    while rows := list(scores.filter(customer_id__gt=last).order_by("customer_id")[:CHUNK]):
        names = _buyer_ids([score.customer_id for score in rows], store_id=run.store_id)
        yield from ((names.get(score.customer_id) or score.number, score) for score in rows)
        last = rows[-1].customer_id


def _buyer_ids(customers: Sequence[int], *, store_id: int | None) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(customers), AT_ONCE):
        # By customer alone: asked for the store as well, SQLite would read every identity of the store each time.
        rows = CustomerIdentity.objects.filter(customer__in=customers[start : start + AT_ONCE]).order_by("pk")
        for identity in rows:
            fits = store_id is None or identity.store_id == store_id
            if fits and identity.kind == CustomerIdentity.Kind.BUYER_ID:
                found.setdefault(identity.customer_id, identity.value)
    return found
