"""The doors of stock: nothing else changes a balance, a movement or a reservation."""

from fulfillment.services.stock.arrivals import (
    Delivery,
    adjust_stock,
    count_stock,
    find_lot,
    receive_stock,
    return_stock,
)
from fulfillment.services.stock.departures import ship_reserved
from fulfillment.services.stock.postings import Place
from fulfillment.services.stock.reservations import (
    Wanted,
    commit_reservations,
    expire_holds,
    release_reservations,
    reserve_stock,
    reserve_what_is_there,
)
from fulfillment.services.stock.retries import tried_again
from fulfillment.services.stock.snapshots import take_stock_snapshot
from fulfillment.services.stock.transfers import transfer_stock

__all__ = [
    "Delivery",
    "Place",
    "Wanted",
    "adjust_stock",
    "commit_reservations",
    "count_stock",
    "expire_holds",
    "find_lot",
    "receive_stock",
    "release_reservations",
    "reserve_stock",
    "reserve_what_is_there",
    "return_stock",
    "ship_reserved",
    "take_stock_snapshot",
    "transfer_stock",
    "tried_again",
]
