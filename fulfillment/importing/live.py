"""Orders out of a file that are to be handled here: each goes the way of an order that a channel posts."""

from collections.abc import Sequence
from typing import Any

from catalog.models import Store
from config.kernel.importing.problems import RowIssue
from fulfillment.importing.messages import note
from fulfillment.importing.progress import version_of
from fulfillment.importing.written import Written
from fulfillment.layouts.base import LineKind, ParsedLine, ParsedOrder, ParsedUnit, SourceState
from fulfillment.layouts.count import NOTHING
from fulfillment.services.inbox import receive_order
from fulfillment.services.intake import CREATED, UPDATED

# Postage and discounts of a live order stand beside its lines.
LINE_KINDS = (LineKind.GOODS, LineKind.GIFT, LineKind.FEE, LineKind.VOUCHER)


def write_live(store: Store, units: Sequence[ParsedUnit]) -> Written:
    """Take each order in; unknown codes park it. Cancellations and adjustments of a shop's past are passed over.

    DomainError when the books refuse an order: the caller then tries order by order.
    """
    outcomes: list[str] = []
    issues: list[RowIssue] = []
    for unit in units:
        if unit.order is None:
            issues += [note(unit, "not_live")] if unit.cancellation or unit.adjustments else []
            continue
        answer = receive_order(store, payload=_payload(unit.order, store=store))
        if answer.taken is None:
            issues.append(note(unit, "order_parked", codes=", ".join(answer.unknown_codes)))
        else:
            outcomes.append(answer.taken.outcome)
    created, updated = outcomes.count(CREATED), outcomes.count(UPDATED)
    return Written(created, updated, len(outcomes) - created - updated, tuple(issues))


def _payload(order: ParsedOrder, *, store: Store) -> dict[str, Any]:
    """The order in the words of the API."""
    postage = sum((line.amount for line in order.lines if line.kind is LineKind.SHIPPING), NOTHING)
    discounts = sum((line.amount for line in order.lines if line.kind is LineKind.DISCOUNT), NOTHING)
    by_line = sum((line.platform_discount_amount for line in order.lines), NOTHING)
    return {
        "store": store.code,
        "external_number": order.external_number,
        "source_version": version_of(order),
        "placed_at": order.placed_at.isoformat(),
        "channel_state": order.status_text[:80],
        "is_presale": any(payment.kind != "full" for payment in order.payments),
        "is_cancelled": order.state is SourceState.CLOSED,
        "shipping": str(max(order.postage_amount or NOTHING, postage)),
        "shop_discount": str((order.shop_discount_amount or NOTHING) + abs(discounts)),
        "platform_discount": str(max((order.platform_discount_amount or NOTHING) - by_line, NOTHING)),
        "currency": order.currency,
        "buyer": _buyer(order),
        "lines": [_line(line) for line in order.lines if line.kind in LINE_KINDS],
        "payments": [
            {
                "amount": str(payment.amount),
                "paid_at": (payment.paid_at or order.paid_at or order.placed_at).isoformat(),
                "reference": f"{order.external_number}/{number}",
                "stage": payment.kind.value,
            }
            for number, payment in enumerate(order.payments, start=1)
            if payment.amount > 0
        ],
    }


def _buyer(order: ParsedOrder) -> dict[str, str]:
    buyer = order.buyer
    return {
        "id": buyer.external_id,
        "name": buyer.name or buyer.nickname,
        "phone": buyer.phone,
        "email": buyer.email[:200],
        "address": buyer.address,
        "country": order.country[:60],
        "province": order.region[:40],
        "note": order.buyer_note,
    }


def _line(line: ParsedLine) -> dict[str, Any]:
    return {
        "sku": line.sku_code or line.title[:120],
        "title": line.title,
        "kind": line.kind.value,
        "quantity": line.quantity,
        "unit_price": str(line.unit_price),
        "shop_discount": str(line.discount_amount),
        "platform_discount": str(line.platform_discount_amount),
    }
