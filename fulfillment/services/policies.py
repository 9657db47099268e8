"""Restock policies: the course's cover days per velocity class, joined with a service level."""

from decimal import Decimal
from typing import cast

from fulfillment.models import RestockPolicy
from fulfillment.replenishment import SERVICE_DEFAULTS, ServicePolicy
from fulfillment.replenishment.inputs import Measure


def _default_policy(velocity_class: str) -> RestockPolicy:
    default = SERVICE_DEFAULTS[velocity_class]
    return RestockPolicy(
        velocity_class=velocity_class,
        measure=default.measure,
        service_level=Decimal(str(default.level)),
        cover_min_days=Decimal(str(default.cover_min_days)),
        cover_max_days=Decimal(str(default.cover_max_days)),
        max_cover_days=Decimal(str(default.max_cover_days)),
    )


def install_policies() -> int:
    """Make the policy of each velocity class where it is missing; returns how many classes there are."""
    there = set(RestockPolicy.objects.filter(warehouse__isnull=True).values_list("velocity_class", flat=True))
    for velocity_class in RestockPolicy.VelocityClass.values:
        if velocity_class not in there:
            _default_policy(velocity_class).save()
    return len(RestockPolicy.VelocityClass.values)


def policies_of(warehouse_id: int) -> dict[str, RestockPolicy]:
    """The policy of each velocity class in a warehouse: its own row, else the general one, else the defaults unsaved."""
    chosen = {name: _default_policy(name) for name in RestockPolicy.VelocityClass.values}
    rows = RestockPolicy.objects.filter(warehouse__isnull=True) | RestockPolicy.objects.filter(
        warehouse_id=warehouse_id
    )
    # General rows first, so that the warehouse's own overwrite them.
    for policy in sorted(rows, key=lambda row: row.warehouse_id is not None):
        chosen[policy.velocity_class] = policy
    return chosen


def service_policy(policy: RestockPolicy) -> ServicePolicy:
    """The policy as the arithmetic reads it."""
    return ServicePolicy(
        measure=cast("Measure", policy.measure),
        level=float(policy.service_level),
        cover_min_days=float(policy.cover_min_days),
        cover_max_days=float(policy.cover_max_days),
        max_cover_days=float(policy.max_cover_days),
        min_days_between_orders=float(policy.days_between_orders),
        pack_tolerance_rate=float(policy.pack_tolerance_rate),
        moq_over_cover=SERVICE_DEFAULTS[policy.velocity_class].moq_over_cover,
    )
