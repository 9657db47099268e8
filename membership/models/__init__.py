"""The tables of membership."""

from membership.models.customers import Customer, CustomerIdentity, MergeCandidate
from membership.models.purchases import Purchase, PurchaseLine, PurchaseRefund
from membership.models.segments import (
    RfmPolicy,
    RfmRun,
    RfmScore,
    RfmSegmentTotal,
    RfmTransition,
    Segment,
    SegmentStrategy,
    ValueSegment,
)

__all__ = [
    "Customer",
    "CustomerIdentity",
    "MergeCandidate",
    "Purchase",
    "PurchaseLine",
    "PurchaseRefund",
    "RfmPolicy",
    "RfmRun",
    "RfmScore",
    "RfmSegmentTotal",
    "RfmTransition",
    "Segment",
    "SegmentStrategy",
    "ValueSegment",
]
