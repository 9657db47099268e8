"""The RFM segmentation as a run: cuts found once, scores written by parts, totals and movements at the end.

Scores are built under the run's id and shown by one short update, so a run that is done twice is a run once.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from constance import config as shop_settings
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from catalog.models import Store
from config.kernel.commits import in_small_commits
from config.kernel.errors import DomainError, NotFound
from config.kernel.models import JobRun
from membership.models import RfmPolicy, RfmRun, RfmScore, RfmSegmentTotal, RfmTransition
from membership.queries import RfmInput, RfmMoney, RfmWindow, last_purchase_on, rfm_inputs, rfm_money
from membership.rfm import RfmCuts, RfmRules, apply_cuts, find_cuts

PART_CUSTOMERS = 20_000
NIGHTS_KEPT = 2
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
    return RfmWindow(store=run.store, as_of=run.as_of, days=run.window_days)


def _arrays(inputs: list[RfmInput]) -> dict[str, Any]:
    return {
        "recency_days": np.array([one.recency_days for one in inputs], dtype=np.int64),
        "frequency": np.array([one.frequency for one in inputs], dtype=np.int64),
        "cents": np.array([one.cents for one in inputs], dtype=np.int64),
    }


def plan_segmentation(job: JobRun) -> list[dict[str, Any]]:
    """Find the cuts over all customers, and cut the customers into ranges; the same ranges on every call."""
    store = _store(job.store_code)
    policy = policy_for(store)
    window = RfmWindow(store=store, as_of=date.fromisoformat(job.parameters["as_of"]), days=policy.window_days)
    money = rfm_money(window)
    inputs = rfm_inputs(window, money=money)
    if not inputs:
        raise DomainError("no_purchases", _nobody_bought(window))
    cuts, warnings = find_cuts(**_arrays(inputs), rules=rules_of(policy, mode=job.parameters.get("mode", "")))
    run, _created = RfmRun.objects.update_or_create(
        job_run=job,
        defaults={
            "store": store,
            "as_of": window.as_of,
            "mode": cuts.mode,
            "window_days": window.days,
            "currency": money.currency,
            "cuts": cuts.to_json(),
            "warnings": list(warnings),
            "customer_count": len(inputs),
            "prospect_count": max(window.known_customers().count() - len(inputs), 0),
        },
    )
    ids = [one.customer_id for one in inputs]
    chunks = [ids[start : start + PART_CUSTOMERS] for start in range(0, len(ids), PART_CUSTOMERS)]
    # Every part adds up the same column, whatever comes in meanwhile.
    shared = {"run": run.pk, "column": money.column}
    return [{**shared, "first": chunk[0], "last": chunk[-1], "customers": len(chunk)} for chunk in chunks]


def _nobody_bought(window: RfmWindow) -> str:
    newest = last_purchase_on(window.store)
    if newest is None:
        return _("Nobody bought anything in the window. Import orders first.")
    words = _("Nobody bought anything between %(first)s and %(last)s. The latest purchase known was on %(newest)s.")
    return words % {"first": window.first, "last": window.as_of, "newest": newest}


def score_part(parameters: dict[str, Any]) -> dict[str, Any]:
    """Score a range of customers under the run's id; what an earlier attempt wrote already stays.

    Nothing is deleted, so a worker that lost its lease and comes late takes nothing away.
    """
    run = RfmRun.objects.get(pk=parameters["run"])
    inputs = rfm_inputs(
        _window(run),
        money=RfmMoney(run.currency, parameters["column"]),
        first_customer=parameters["first"],
        last_customer=parameters["last"],
    )
    scores = apply_cuts(RfmCuts.from_json(run.cuts), **_arrays(inputs))
    rows = [
        RfmScore(
            run=run,
            customer_id=one.customer_id,
            recency_days=one.recency_days,
            frequency=one.frequency,
            monetary=Decimal(one.cents) / 100,
            recency_score=int(scores.recency[place]),
            frequency_score=int(scores.frequency[place]),
            monetary_score=int(scores.monetary[place]),
            segment=scores.segment[place],
            value_segment=scores.value_segment[place],
            is_dormant=bool(scores.is_dormant[place]),
        )
        for place, one in enumerate(inputs)
    ]
    in_small_commits(rows, _insert, largest=2000)
    return {"customers": len(rows)}


def _insert(batch: list[RfmScore]) -> None:
    RfmScore.objects.bulk_create(batch, batch_size=500, ignore_conflicts=True)


def finish_segmentation(job: JobRun) -> dict[str, Any]:
    """Totals, movements since the former current run, and the switch; returns the figures.

    A run of an earlier day than the current one's is kept to be looked at and takes nobody's place. DomainError when a
    purchase that came in meanwhile cannot be added up with the others.
    """
    run = RfmRun.objects.get(job_run=job)
    _check_money(job, run)
    current = RfmRun.objects.filter(store=run.store, is_current=True).exclude(pk=run.pk).first()
    is_newest = current is None or current.as_of <= run.as_of
    former = current if is_newest else None
    with transaction.atomic():
        # Facts that came in while the parts were at work may have added or taken a customer.
        run.customer_count = RfmScore.objects.filter(run=run).count()
        run.save(update_fields=["customer_count"])
        _write_totals(run)
        _write_transitions(run, former if former and former.has_scores else None)
        if is_newest:
            RfmRun.objects.filter(store=run.store, is_current=True).exclude(pk=run.pk).update(is_current=False)
            RfmRun.objects.filter(pk=run.pk).update(is_current=True, compared_with=former or run.compared_with)
    prune_runs(run.store)
    segments = RfmSegmentTotal.objects.filter(run=run, map=RfmSegmentTotal.Map.NAMED).count()
    return {"customers": run.customer_count, "segments": segments}


def _check_money(job: JobRun, run: RfmRun) -> None:
    planned = {part.parameters["column"] for part in job.parts.all()}
    if planned - {rfm_money(_window(run)).column}:
        raise DomainError(
            "facts_changed",
            _("Purchases in another currency, or their rates, came in while customers were scored. Run it again."),
        )


def _write_totals(run: RfmRun) -> None:
    RfmSegmentTotal.objects.filter(run=run).delete()
    for map_code, field in MAPS:
        totals = (
            RfmScore.objects.filter(run=run)
            .values(field)
            .annotate(n=Count("pk"), dormant=Count("pk", filter=Q(is_dormant=True)), spent=Sum("monetary"))
        )
        RfmSegmentTotal.objects.bulk_create(
            RfmSegmentTotal(
                run=run,
                map=map_code,
                segment=row[field],
                customer_count=row["n"],
                dormant_count=row["dormant"],
                monetary=row["spent"],
            )
            for row in totals.order_by(field)
        )


def _write_transitions(run: RfmRun, former: RfmRun | None) -> None:
    if former is None:
        return
    RfmTransition.objects.filter(run=run).delete()
    now = RfmScore.objects.filter(run=run)
    for map_code, field in MAPS:
        before = {
            row["customer_id"]: row[field] for row in RfmScore.objects.filter(run=former).values("customer_id", field)
        }
        moves: dict[tuple[str, str], int] = {}
        for customer_id, segment in now.values_list("customer_id", field).iterator():
            key = (before.pop(customer_id, ""), segment)
            moves[key] = moves.get(key, 0) + 1
        for segment in before.values():
            moves[segment, ""] = moves.get((segment, ""), 0) + 1
        RfmTransition.objects.bulk_create(
            RfmTransition(run=run, map=map_code, from_segment=one, to_segment=other, customer_count=count)
            for (one, other), count in sorted(moves.items())
        )


def prune_runs(store: Store | None) -> int:
    """Drop the scores of runs that are neither of the last two nor the last of a month; their matrix and totals stay."""
    in_scope = RfmRun.objects.filter(store=store, has_scores=True)
    # A run that another worker is building is left alone.
    done = Q(is_current=True) | Q(job_run__isnull=True) | Q(job_run__state=JobRun.State.SUCCEEDED)
    broken = in_scope.filter(job_run__state__in=[JobRun.State.FAILED, JobRun.State.CANCELLED], is_current=False)
    runs = list(in_scope.filter(done).order_by("-as_of", "-pk"))
    last_of_month: dict[tuple[int, int], int] = {}
    for run in runs:
        last_of_month.setdefault((run.as_of.year, run.as_of.month), run.pk)
    kept = {run.pk for run in runs[:NIGHTS_KEPT]} | {run.pk for run in runs if run.is_current}
    kept |= set(last_of_month.values())
    dropped = [run.pk for run in runs if run.pk not in kept] + list(broken.values_list("pk", flat=True))
    scores = list(RfmScore.objects.filter(run__in=dropped).order_by("pk").values_list("pk", flat=True))
    in_small_commits(scores, _delete, largest=2000)
    return RfmRun.objects.filter(pk__in=dropped).update(has_scores=False)


def _delete(keys: list[int]) -> None:
    for start in range(0, len(keys), 500):
        RfmScore.objects.filter(pk__in=keys[start : start + 500]).delete()
