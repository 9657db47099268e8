"""Store days worked out from plain rows, row by row, without the apps: what rollups are compared with."""

from collections import defaultdict
from decimal import Decimal

ZERO = Decimal(0)
MONEY = (
    "placed_amount", "paid_amount", "gross_amount", "discount_amount", "shipping_amount", "reversal_amount",
    "refund_amount", "cost_amount", "uncosted_amount", "adjustment_amount",
)  # fmt: skip
COUNTS = (
    "placed_orders", "paid_orders", "guest_orders", "units", "refund_units", "refund_orders", "cancelled_orders", "buyers",
)  # fmt: skip


def expected_days(entries, orders, purchases):
    """{day: {measure: value}} of one store from dictionaries of the ledger, the orders and the purchase facts."""
    days = defaultdict(lambda: {**dict.fromkeys(MONEY, ZERO), **dict.fromkeys(COUNTS, 0)})
    _add_entries(days, entries)
    for order in orders:
        placed = days[order["placed_on"]]
        placed["placed_orders"] += 1
        placed["placed_amount"] += order["payable_amount"]
        if order["paid_on"]:
            days[order["paid_on"]]["paid_orders"] += 1
            days[order["paid_on"]]["guest_orders"] += order["customer_id"] is None
    for day, people in _by_day(purchases, "paid_on", "customer_id").items():
        days[day]["buyers"] = len(people - {None})
    return dict(days)


def _add_entries(days, entries):
    for entry in entries:
        day = days[entry["store_date"]]
        net = entry["gross_amount"] - entry["discount_amount"]
        paid = net + entry["shipping_amount"] + entry["tax_amount"]
        kind = entry["kind"]
        if kind == "adjustment":
            day["adjustment_amount"] += entry["gross_amount"]
            continue
        if kind in ("sale", "edit"):
            day["paid_amount"] += paid
            day["shipping_amount"] += entry["shipping_amount"]
        if kind in ("sale", "edit", "exchange_out"):
            day["gross_amount"] += entry["gross_amount"]
            day["discount_amount"] += entry["discount_amount"]
            day["units"] += entry["quantity"]
        else:
            day["reversal_amount"] -= net
            day["refund_units"] -= entry["quantity"]
        if kind in ("refund", "cancel_after_pay", "shipping_refund"):
            day["refund_amount"] -= paid
        day["cost_amount"] += entry["cost_amount"] or ZERO
        # Only goods have a cost to know.
        if entry["cost_amount"] is None and entry["line_kind"] in ("goods", "gift"):
            day["uncosted_amount"] += net
    back = [entry for entry in entries if entry["kind"] in ("refund", "cancel_after_pay", "shipping_refund")]
    for day, found in _by_day(back, "store_date", "order_id").items():
        days[day]["refund_orders"] = len(found - {None})
    cancelled = [entry for entry in entries if entry["kind"] == "cancel_after_pay"]
    for day, found in _by_day(cancelled, "store_date", "order_id").items():
        days[day]["cancelled_orders"] = len(found - {None})


def _by_day(rows, day_name, name):
    found = defaultdict(set)
    for row in rows:
        found[row[day_name]].add(row[name])
    return found
