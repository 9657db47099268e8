"""The RFM segmentation as a run: cuts found once, scores written by parts, totals and movements at the end.

Scores are built under the run's id and shown by one short update, so a run that is done twice is a run once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import repeat
from typing import Any

import numpy as np
from constance import config as shop_settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from catalog.calendar import last_whole_day
from catalog.models import Store
from config.kernel.bulk import write_rows
from config.kernel.commits import in_small_commits
from config.kernel.errors import DomainError, NotFound
from config.kernel.models import JobRun
from config.kernel.sql import insert_new
from membership.models import RfmPolicy, RfmRun, RfmScore, RfmSegmentTotal, RfmTransition
from membership.queries import RfmMoney, RfmWindow, newest_facts, rfm_facts, rfm_money
from membership.rfm import RfmCuts, RfmRules, apply_cuts, find_cuts

PART_CUSTOMERS = 20_000
NIGHTS_KEPT = 2
MOST_IN_A_COMMIT = 10_000
# The facts of the last plan made here by their digest, 32 bytes a customer: who planned need not add them up once more.
# Another worker, or a part that is done again, reads its range anew; either way the digest is that of the plan.
_planned: dict[str, NDArray[np.void]] = {}
SCORED = (
    "run", "customer", "recency_days", "frequency", "monetary", "recency_score", "frequency_score", "monetary_score",
    "segment", "value_segment", "is_dormant",
)  # fmt: skip
AXES = ("recency_days", "frequency", "cents")
CHUNK = 2000
# Runs whose scores are whole. A run that another worker is building is none of them.
DONE = Q(is_current=True) | Q(job_run__isnull=True) | Q(job_run__state=JobRun.State.SUCCEEDED)
MAPS = ((RfmSegmentTotal.Map.NAMED, "segment"), (RfmSegmentTotal.Map.VALUE, "value_segment"))


def policy_for(store: Store | None) -> RfmPolicy:
    """The store's own policy, else the one for all stores, else the defaults."""
    rows = {row.store_id: row for row in RfmPolicy.objects.filter(Q(store=store) | Q(store__isnull=True))}
    own = rows.get(store.pk) if store else None
    return own or rows.get(None) or RfmPolicy(window_days=shop_settings.RFM_WINDOW_DAYS)


def rules_of(policy: RfmPolicy, *, mode: str) -> RfmRules:
    """The policy as the arithmetic reads it."""
    return RfmRules(
        mode=mode or policy.mode,
        recency_days=tuple(int(days) for days in policy.recency_days),
        purchase_counts=tuple(float(count) for count in policy.purchase_counts),
        spent=tuple(float(Decimal(str(amount))) for amount in policy.spent),
        value_cut=policy.value_cut,
        fixed_cuts={name: float(value) for name, value in policy.fixed_cuts.items()},
        dormant_days=policy.dormant_days,
        fewest_for_ranks=shop_settings.RFM_MINIMUM_BUYERS,
    )


def _store(code: str) -> Store | None:
    if not code:
        return None
    store = Store.objects.filter(code=code).first()
    if store is None:
        raise NotFound("store_unknown", _("There is no store with the code %(code)s.") % {"code": code})
    return store


def _window(run: RfmRun) -> RfmWindow:
    return RfmWindow(
        store=run.store,
        as_of=run.as_of,
        days=run.window_days,
        newest_purchase=run.newest_purchase,
        newest_refund=run.newest_refund,
    )


def _facts(run: RfmRun, **customers: int) -> NDArray[np.void]:
    return rfm_facts(_window(run), money=RfmMoney(currency=run.currency, is_in_base=run.is_in_base), **customers)


def _axes(facts: NDArray[np.void]) -> dict[str, Any]:
    return {name: facts[name] for name in AXES}


def _digest(facts: NDArray[np.void]) -> str:
    return sha256(np.ascontiguousarray(facts).tobytes()).hexdigest()[:16]


def plan_segmentation(job: JobRun) -> list[dict[str, Any]]:
    """Find the cuts over all customers, and cut the customers into ranges; the same ranges on every call.

    The first plan freezes what is looked at: the newest facts and the money they are added up in. Raises DomainError
    "day_not_over", "rates_missing", NotFound "store_unknown".
    """
    run = RfmRun.objects.filter(job_run=job).first()
    if run is None:
        run, facts = _new_run(job)
        if not insert_new([run], conflict=["job_run"]):
            # Another worker has planned it meanwhile: its facts count.
            return plan_segmentation(job)
        run = RfmRun.objects.get(job_run=job)
    else:
        facts = _facts(run)
    chunks = [facts[start : start + PART_CUSTOMERS] for start in range(0, len(facts), PART_CUSTOMERS)]
    digests = [_digest(chunk) for chunk in chunks]
    _planned.clear()
    _planned.update(zip(digests, chunks, strict=True))
    return [
        {
            "run": run.pk,
            "first": int(chunk["customer"][0]),
            "last": int(chunk["customer"][-1]),
            "customers": len(chunk),
            "facts": digest,
        }
        for digest, chunk in zip(digests, chunks, strict=True)
    ]


def _new_run(job: JobRun) -> tuple[RfmRun, NDArray[np.void]]:
    """The run with its cuts, not yet written, and the facts that they were found in."""
    store, as_of = _store(job.store_code), date.fromisoformat(job.parameters["as_of"])
    _check_day(job.store_code, as_of)
    policy = policy_for(store)
    purchase, refund = newest_facts()
    run = RfmRun(job_run=job, store=store, as_of=as_of, window_days=policy.window_days)
    run.newest_purchase, run.newest_refund = purchase, refund
    money = rfm_money(_window(run))
    run.currency, run.is_in_base = money.currency, money.is_in_base
    facts = _facts(run)
    cuts, warnings = find_cuts(**_axes(facts), rules=rules_of(policy, mode=job.parameters.get("mode", "")))
    run.mode, run.cuts, run.warnings = cuts.mode, cuts.to_json(), list(warnings)
    run.customer_count = len(facts)
    run.prospect_count = max(_window(run).known_count() - len(facts), 0)
    return run, facts


def _check_day(store_code: str, as_of: date) -> None:
    """A day that is not over yet would be scored by half of its facts, and shown as if by all."""
    last = last_whole_day(store_code, now=timezone.now())
    if as_of > last:
        words = _("%(day)s is not over yet. The last whole day is %(last)s.")
        raise DomainError("day_not_over", words % {"day": as_of, "last": last})


def score_part(parameters: dict[str, Any]) -> dict[str, Any]:
    """Score a range of customers under the run's id; what an earlier attempt wrote already stays.

    Nothing is deleted, so a worker that lost its lease and comes late takes nothing away. Raises DomainError
    "facts_changed" when the facts are not those of the plan, "rates_missing" when they cannot be added up any more: on
    PostgreSQL a transaction that was open when the run was planned may bring facts older than the newest known.
    """
    run = RfmRun.objects.get(pk=parameters["run"])
    facts = _planned.pop(parameters["facts"], None)
    if facts is None:
        facts = _facts(run, first_customer=parameters["first"], last_customer=parameters["last"])
    if _digest(facts) != parameters["facts"]:
        raise DomainError(
            "facts_changed", _("Purchases came in while the customers were being scored. Run the segmentation again.")
        )
    in_small_commits(_scores(run, facts), _insert, largest=MOST_IN_A_COMMIT)
    return {"customers": len(facts)}


def _scores(run: RfmRun, facts: NDArray[np.void]) -> Iterator[tuple[int | str, ...]]:
    """The values of `SCORED` for each customer."""
    scores = apply_cuts(RfmCuts.from_json(run.cuts), **_axes(facts))
    return zip(
        repeat(run.pk, len(facts)),
        *(facts[name].tolist() for name in ("customer", "recency_days", "frequency")),
        map(_amount, facts["cents"].tolist()),
        *(axis.tolist() for axis in (scores.recency, scores.frequency, scores.monetary)),
        scores.segment,
        scores.value_segment,
        scores.is_dormant.astype(np.int64).tolist(),
        strict=True,
    )


def _amount(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole}.{rest:02}"


def _insert(batch: Sequence[tuple[int | str, ...]]) -> None:
    try:
        with transaction.atomic():
            write_rows(RfmScore, batch, names=SCORED)
    except IntegrityError:
        # An earlier attempt at the part wrote some of them.
        fields: list[Any] = [RfmScore._meta.get_field(name) for name in SCORED]
        columns = [field.attname for field in fields]
        rows = [RfmScore(**dict(zip(columns, values, strict=True))) for values in batch]
        RfmScore.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)


def finish_segmentation(job: JobRun) -> dict[str, Any]:
    """Totals, movements since the last run of an earlier day, and the switch; returns the figures.

    A run as of an earlier day than the current one is kept and takes nobody's place; a warning of its own says so.
    """
    run = RfmRun.objects.get(job_run=job)
    former = _former(run)
    # Added up before the transaction, which is to be a short one.
    totals, moves = _totals(run), _moves(run, former)
    with transaction.atomic():
        RfmSegmentTotal.objects.filter(run=run).delete()
        RfmSegmentTotal.objects.bulk_create(totals)
        RfmTransition.objects.filter(run=run).delete()
        RfmTransition.objects.bulk_create(moves)
        RfmRun.objects.filter(pk=run.pk).update(compared_with=former)
        _show(run)
    prune_runs(run.store, finished=run)
    named = [total for total in totals if total.map == RfmSegmentTotal.Map.NAMED]
    return {"customers": sum(total.customer_count for total in named), "segments": len(named)}


def _former(run: RfmRun) -> RfmRun | None:
    """The last run of an earlier day of the same stores whose scores are there to compare with."""
    earlier = RfmRun.objects.filter(DONE, store=run.store, has_scores=True, as_of__lt=run.as_of)
    return earlier.order_by("-as_of", "-pk").first()


def _show(run: RfmRun) -> None:
    """Make the run the current one of its stores, unless there is one of a later day, or a later one of the day.

    Of two that are finished at once the unique constraint lets one through; the other is finished again.
    """
    later = Q(as_of__gt=run.as_of) | Q(as_of=run.as_of, pk__gt=run.pk)
    others = RfmRun.objects.filter(store=run.store, is_current=True).exclude(pk=run.pk)
    current = others.filter(later).first()
    if current is None:
        others.exclude(later).update(is_current=False)
        RfmRun.objects.filter(pk=run.pk).update(is_current=True)
        return
    said = {"code": "newer_run_is_current", "as_of": current.as_of.isoformat()}
    kept = [warning for warning in run.warnings if warning["code"] != said["code"]]
    RfmRun.objects.filter(pk=run.pk).update(warnings=[*kept, said])


def _totals(run: RfmRun) -> list[RfmSegmentTotal]:
    return [
        RfmSegmentTotal(
            run=run,
            map=map_code,
            segment=row[field],
            customer_count=row["n"],
            dormant_count=row["dormant"],
            monetary=row["spent"],
        )
        for map_code, field in MAPS
        for row in RfmScore.objects.filter(run=run)
        .values(field)
        .annotate(n=Count("pk"), dormant=Count("pk", filter=Q(is_dormant=True)), spent=Sum("monetary"))
        .order_by(field)
    ]


def _moves(run: RfmRun, former: RfmRun | None) -> list[RfmTransition]:
    """How many went from where to where, those who came and those who went too; counted by the database."""
    if former is None:
        return []
    counted: list[RfmTransition] = []
    before, now = RfmScore.objects.filter(run=former), RfmScore.objects.filter(run=run)
    gone = before.filter(~Exists(now.filter(customer=OuterRef("customer"))))
    for map_code, field in MAPS:
        was = Subquery(before.filter(customer=OuterRef("customer")).values(field)[:1])
        counts: QuerySet[RfmScore, Any] = now.annotate(was=was).values_list("was", field)
        moves = {(one or "", other): count for one, other, count in counts.annotate(Count("pk")).order_by()}
        left = gone.values_list(field).annotate(Count("pk")).order_by()
        moves |= {(segment, ""): count for segment, count in left}
        counted += [
            RfmTransition(run=run, map=map_code, from_segment=one, to_segment=other, customer_count=count)
            for (one, other), count in sorted(moves.items())
        ]
    return counted


def prune_runs(store: Store | None, *, finished: RfmRun | None = None) -> int:
    """Drop the scores of runs that are neither of the last two nor the last of a month; their matrix and totals stay.

    `finished` is kept whatever its day: who asked for it is about to look at it.
    """
    in_scope = RfmRun.objects.filter(store=store, has_scores=True)
    broken = in_scope.filter(job_run__state__in=[JobRun.State.FAILED, JobRun.State.CANCELLED], is_current=False)
    runs = list(in_scope.filter(DONE).order_by("-as_of", "-pk"))
    last_of_month: dict[tuple[int, int], int] = {}
    for run in runs:
        last_of_month.setdefault((run.as_of.year, run.as_of.month), run.pk)
    kept = {run.pk for run in runs[:NIGHTS_KEPT]} | {run.pk for run in runs if run.is_current}
    kept |= set(last_of_month.values()) | ({finished.pk} if finished else set())
    dropped = [run.pk for run in runs if run.pk not in kept] + list(broken.values_list("pk", flat=True))
    in_small_commits(_score_keys(dropped), _delete, largest=500)
    return RfmRun.objects.filter(pk__in=dropped).update(has_scores=False)


def _score_keys(runs: Iterable[int]) -> Iterator[int]:
    for run in runs:
        scores, last = RfmScore.objects.filter(run=run).order_by("customer_id"), 0
        while rows := list(scores.filter(customer_id__gt=last).values_list("customer_id", "pk")[:CHUNK]):
            yield from (key for _customer, key in rows)
            last = rows[-1][0]


def _delete(keys: list[int]) -> None:
    RfmScore.objects.filter(pk__in=keys).delete()
