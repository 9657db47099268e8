"""Joint fill-up: what an order below its supplier's minimum value can take along, the SKUs that are due next first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from catalog.models import Sku
from config.kernel.money import round_money
from fulfillment.models import RestockRun, RestockSuggestion, SkuForecast, Supplier, SupplierItem
from fulfillment.queries.positions import positions
from fulfillment.queries.terms import BuyingTerms, buying_terms
from fulfillment.replenishment import BuyLine, InventoryPosition, fill_supplier_minimum
from fulfillment.services.policies import policies_of

State = RestockSuggestion.State


@dataclass(frozen=True)
class FillLine:
    """A SKU that gets more: pieces suggested (0: it is only taken along), pieces added, days of sale they all last."""

    sku_id: int
    code: str
    suggested: int
    extra: int
    unit_cost: Decimal
    cover_days: int

    @property
    def quantity(self) -> int:
        """What is ordered of it in all."""
        return self.suggested + self.extra

    @property
    def cost(self) -> Decimal:
        """What the added pieces cost, in the supplier's currency."""
        return round_money(self.unit_cost * self.extra)


@dataclass(frozen=True)
class FillUp:
    """What brings an order to its supplier's minimum value."""

    lines: tuple[FillLine, ...]

    @property
    def cost(self) -> Decimal:
        """What it adds to the order, in the supplier's currency."""
        return sum((line.cost for line in self.lines), Decimal(0))

    @property
    def units(self) -> int:
        """Pieces added."""
        return sum(line.extra for line in self.lines)

    def to_json(self) -> dict[str, object]:
        """Pieces by SKU and their cost, for the audit trail."""
        return {"cost": str(self.cost), "skus": {line.code: line.extra for line in self.lines}}


@dataclass(frozen=True)
class _Candidate:
    """A SKU that could take more: what it sells a day, what is there and coming, and how far it may be filled."""

    daily: float
    position: InventoryPosition
    terms: BuyingTerms
    unit_cost: Decimal
    suggested: int
    max_cover_days: float
    interval_days: float

    @property
    def room(self) -> int:
        """Pieces that still fit below the longest cover of the policy, and below what sells before it expires."""
        cover = min(self.max_cover_days, self.terms.lot.shelf_days or self.max_cover_days)
        return max(int(cover * self.daily) - self.position.total - self.suggested, 0)

    def as_line(self, sku_id: int) -> BuyLine:
        """Due again when lead time and review no longer are covered; safety stock is left out of all alike."""
        return BuyLine(
            key=str(sku_id),
            quantity=self.suggested,
            unit_cost=self.unit_cost,
            pack=self.terms.lot.pack,
            days_to_next_order=(self.position.total + self.suggested) / self.daily - self.interval_days,
            max_extra=self.room if self.suggested or self.room >= self.terms.lot.moq else 0,
        )


def fill_up_of(group: Sequence[RestockSuggestion]) -> FillUp | None:
    """What the suggestions of one supplier and warehouse would be filled up with to reach its minimum order value.

    More of the suggested SKUs, and SKUs of the supplier that no suggestion asks for yet. Left out: goods without a cost
    or demand, last sales, and what waits for a decision or was refused. None where the minimum is reached, or cannot be
    reached within the cover days of the policies. A dozen queries whatever the number of SKUs.
    """
    supplier = group[0].supplier
    assert supplier is not None
    value = sum((one.value or Decimal(0) for one in group), Decimal(0))
    if value >= supplier.minimum_order_amount:
        return None
    candidates = _candidates(group, supplier)
    lines = [one.as_line(sku_id) for sku_id, one in sorted(candidates.items())]
    outside = value - sum((line.quantity * line.unit_cost for line in lines), Decimal(0))
    shares = fill_supplier_minimum(lines, minimum_value=supplier.minimum_order_amount - outside)
    more = {
        int(share.key): share.quantity - candidates[int(share.key)].suggested
        for share in shares
        if share.reason == "topped_up"
    }
    if not more:
        return None
    codes = dict(Sku.objects.filter(pk__in=more).values_list("pk", "code"))
    found = [_line(sku_id, candidates[sku_id], extra=extra, code=codes[sku_id]) for sku_id, extra in more.items()]
    fill = FillUp(tuple(sorted(found, key=lambda line: (not line.suggested, line.code))))
    # Each line is rounded to the cent: what stays a cent short is no offer.
    return fill if value + fill.cost >= supplier.minimum_order_amount else None


def _line(sku_id: int, candidate: _Candidate, *, extra: int, code: str) -> FillLine:
    pieces = candidate.position.total + candidate.suggested + extra
    return FillLine(
        sku_id=sku_id,
        code=code,
        suggested=candidate.suggested,
        extra=extra,
        unit_cost=candidate.unit_cost,
        cover_days=round(pieces / candidate.daily),
    )


def _candidates(group: Sequence[RestockSuggestion], supplier: Supplier) -> dict[int, _Candidate]:
    warehouse_id = group[0].warehouse_id
    asked = {one.sku_id: one for one in group}
    newest = (
        RestockRun.objects.filter(is_finished=True, forecasts__warehouse=warehouse_id)
        .only("business_date")
        .order_by("-pk")
        .first()
    )
    if newest is None:
        return {}
    forecasts = _forecasts(newest, supplier, warehouse_id, asked=asked)
    skus = list(forecasts)
    terms, policies = buying_terms(skus), policies_of(warehouse_id)
    there = positions(warehouse_id=warehouse_id, sku_ids=skus, as_of=newest.business_date)
    found = {}
    for sku_id, (daily, velocity_class) in forecasts.items():
        suggestion, own, policy = asked.get(sku_id), terms[sku_id], policies[velocity_class]
        cost = suggestion.unit_cost if suggestion else own.unit_cost
        if own.supplier_id != supplier.pk or own.is_last_sale or not cost:
            continue
        found[sku_id] = _Candidate(
            daily=daily,
            position=there[sku_id],
            terms=own,
            unit_cost=cost,
            suggested=suggestion.quantity if suggestion else 0,
            max_cover_days=float(policy.max_cover_days),
            interval_days=own.lead_days + float(policy.review_days),
        )
    return found


def _forecasts(
    newest: RestockRun, supplier: Supplier, warehouse_id: int, *, asked: Mapping[int, RestockSuggestion]
) -> dict[int, tuple[float, str]]:
    """Pieces a day and velocity class of the supplier's SKUs that sell, by the newest finished check of the warehouse."""
    decided = RestockSuggestion.objects.filter(
        Q(state=State.OPEN) | Q(state=State.REJECTED, run=newest), warehouse=warehouse_id
    ).exclude(sku__in=list(asked))
    rows = SkuForecast.objects.filter(
        run=newest,
        warehouse=warehouse_id,
        daily_mean__gt=0,
        sku__in=SupplierItem.objects.filter(supplier=supplier, is_preferred=True).values("sku"),
    ).exclude(sku__in=decided.values("sku"))
    return {sku_id: (daily, name) for sku_id, daily, name in rows.values_list("sku_id", "daily_mean", "velocity_class")}
