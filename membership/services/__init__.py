"""Writes of membership: the doors for customers and purchase facts."""

from membership.services.identities import BuyerCard, identify_customers
from membership.services.purchases import (
    PurchaseFact,
    PurchaseFactLine,
    RefundFact,
    RefundFactLine,
    record_purchases,
    record_refunds,
    withdraw_refunds,
)
from membership.services.strategies import install_strategies

__all__ = [
    "BuyerCard",
    "PurchaseFact",
    "PurchaseFactLine",
    "RefundFact",
    "RefundFactLine",
    "identify_customers",
    "install_strategies",
    "record_purchases",
    "record_refunds",
    "withdraw_refunds",
]
