"""From new units to rows that are ready to be saved, with every cancellation matched."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from catalog.models import Store
from config.kernel.models import ImportBatch
from config.kernel.numbers import next_numbers
from fulfillment.importing.earlier import load_open_lines
from fulfillment.importing.goods import StoreGoods
from fulfillment.importing.order_rows import OrderDraft, draft_order
from fulfillment.importing.refunds import CancellationBook, RefundDraft, goods_key, open_line, order_refunds
from fulfillment.importing.terms import StoreTerms, store_terms
from fulfillment.layouts.base import Layout, ParsedAdjustment, ParsedCancellation, ParsedOrder, ParsedUnit
from fulfillment.models import OrderLine
from fulfillment.order_money import is_settled
from membership.services import BuyerCard, identify_customers

NUMBER_CODE = "SO"


@dataclass(frozen=True)
class Source:
    """Where a chunk comes from and what its codes mean."""

    store: Store
    layout: Layout
    batch: ImportBatch
    goods: StoreGoods


@dataclass
class Chunk:
    """Rows of one chunk. `touched` are lines that stand in the tables already and gave something back."""

    terms: StoreTerms
    orders: list[OrderDraft] = field(default_factory=list)
    refunds: list[RefundDraft] = field(default_factory=list)
    adjustments: list[tuple[str, ParsedAdjustment]] = field(default_factory=list)
    touched: dict[int, OrderLine] = field(default_factory=dict)


def draft_chunk(
    source: Source, units: Sequence[ParsedUnit], *, adjustments: Sequence[tuple[str, ParsedAdjustment]] = ()
) -> Chunk:
    """Draft new orders and cancellations, given in the order of time. Makes missing customers and SKUs."""
    documents = [unit.order or unit.cancellation for unit in units]
    found = [document for document in documents if document]
    learn_goods(source, found)
    customers = customers_of(source.store, found)
    chunk = Chunk(terms_for(source.store, found, adjustments), adjustments=list(adjustments))
    numbers = _numbers([document for document in found if isinstance(document, ParsedOrder)])
    book = _cancellation_book(source, found, customers=customers, terms=chunk.terms)
    for document in found:
        customer_id = customers[document.external_number]
        if isinstance(document, ParsedOrder):
            draft = draft_order(
                document,
                number=numbers[document.placed_on].pop(0),
                customer_id=customer_id,
                terms=chunk.terms,
                goods=source.goods,
                layout=source.layout,
                batch=source.batch,
            )
            _take_in(draft, chunk, book)
        else:
            chunk.refunds += book.refunds(document, customer_id=customer_id)
    chunk.touched = book.touched
    return chunk


def learn_goods(source: Source, documents: Sequence[ParsedOrder | ParsedCancellation]) -> None:
    """Know every code that names a SKU."""
    lines = (line for document in documents for line in document.lines)
    source.goods.learn((line.sku_code, line.title) for line in lines if source.layout.names_sku(line))


def customers_of(store: Store, documents: Sequence[ParsedOrder | ParsedCancellation]) -> dict[str, int | None]:
    """The customer of each document by its number, None for guests; missing customers are made."""
    cards = [_card(document) for document in documents]
    ids = identify_customers(store, cards) if cards else []
    return {document.external_number: found for document, found in zip(documents, ids, strict=True)}


def _card(document: ParsedOrder | ParsedCancellation) -> BuyerCard:
    buyer = document.buyer
    return BuyerCard(external_id=buyer.external_id, name=buyer.name, phone=buyer.phone_e164, email=buyer.email)


def terms_for(
    store: Store,
    documents: Sequence[ParsedOrder | ParsedCancellation],
    adjustments: Sequence[tuple[str, ParsedAdjustment]],
) -> StoreTerms:
    """The store's terms on the days of these documents."""
    days = {document.placed_on for document in documents} | {entry.booked_on for _, entry in adjustments}
    days |= {one.paid_at.date() for one in documents if isinstance(one, ParsedOrder) and one.paid_at}
    currencies = {document.currency for document in documents} | {entry.currency for _, entry in adjustments}
    return store_terms(store, currencies=currencies, days=days)


def _numbers(orders: Sequence[ParsedOrder]) -> dict[date, list[str]]:
    """Own numbers by the day of the order. Taken within the chunk: a chunk done again gets the same numbers."""
    wanted = Counter(order.placed_on for order in orders)
    return {day: next_numbers(NUMBER_CODE, day=day, count=count) for day, count in sorted(wanted.items())}


def _cancellation_book(
    source: Source,
    documents: Sequence[ParsedOrder | ParsedCancellation],
    *,
    customers: dict[str, int | None],
    terms: StoreTerms,
) -> CancellationBook:
    wanted = [
        (document, customer_id)
        for document in documents
        if isinstance(document, ParsedCancellation) and (customer_id := customers[document.external_number]) is not None
    ]
    lines = load_open_lines(source.store, wanted, goods=source.goods, layout=source.layout)
    return CancellationBook(source.batch, terms, source.goods, source.layout, lines)


def _take_in(draft: OrderDraft, chunk: Chunk, book: CancellationBook) -> None:
    """Add an order to the chunk, with its own refund, and its lines to those that may be taken back."""
    order, customer_id = draft.parsed, draft.row.customer_id
    chunk.orders.append(draft)
    if not is_settled(order):
        return
    if order.refunded_amount:
        chunk.refunds += order_refunds(draft, terms=chunk.terms, batch=book.batch, amount=order.refunded_amount)
    if customer_id is None:
        return
    for parsed, goods, row in zip(order.lines, draft.goods, draft.lines, strict=True):
        key = goods_key(customer_id, parsed, goods)
        if book.open_lines.watches(key):
            book.open_lines.add(key, open_line(row, draft.row))
