"""Restock policies: the course's cover days per velocity class, joined with a service level."""

from decimal import Decimal

from fulfillment.models import RestockPolicy
from fulfillment.replenishment import ServicePolicy

VelocityClass = RestockPolicy.VelocityClass

# The course asks for 3 to 7 days of safety stock of fast movers and for less of the long tail.
DEFAULTS: dict[str, dict[str, Decimal | int]] = {
    VelocityClass.FAST: {"cover_min_days": Decimal(3), "cover_max_days": Decimal(7), "max_cover_days": Decimal(45)},
    VelocityClass.MID: {"cover_min_days": Decimal(2), "cover_max_days": Decimal(5), "max_cover_days": Decimal(60)},
    VelocityClass.LONG_TAIL: {
        "cover_min_days": Decimal(0),
        "cover_max_days": Decimal(3),
        "max_cover_days": Decimal(90),
    },
}


def install_policies() -> int:
    """Make the policy of each velocity class where it is missing; returns how many classes there are."""
    for velocity_class, values in DEFAULTS.items():
        RestockPolicy.objects.get_or_create(velocity_class=velocity_class, warehouse=None, defaults=values)
    return len(DEFAULTS)


def policies_of(warehouse_id: int) -> dict[str, RestockPolicy]:
    """The policy of each velocity class in a warehouse: its own row, else the general one, else the defaults unsaved."""
    chosen = {name: RestockPolicy(velocity_class=name, **values) for name, values in DEFAULTS.items()}
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
        measure=policy.measure,
        level=float(policy.service_level),
        cover_min_days=float(policy.cover_min_days),
        cover_max_days=float(policy.cover_max_days),
        max_cover_days=float(policy.max_cover_days),
        min_days_between_orders=float(policy.days_between_orders),
        pack_tolerance_rate=float(policy.pack_tolerance_rate),
    )
