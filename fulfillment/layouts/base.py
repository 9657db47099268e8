"""What every layout turns rows into, and what it has to say about itself."""

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import ClassVar

from django.utils.functional import Promise

from config.kernel.importing.headings import FieldRow, FieldSpec
from config.kernel.importing.problems import RowIssue
from config.kernel.importing.values import CENT
from fulfillment.layouts.buyers import Buyer
from fulfillment.layouts.count import NOTHING, FileCount


class LineKind(StrEnum):
    """What a line of a file stands for."""

    GOODS = "goods"
    GIFT = "gift"
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    FEE = "fee"
    VOUCHER = "voucher"


class SourceState(StrEnum):
    """How far the order had come when the file was written."""

    UNPAID = "unpaid"
    DEPOSIT_PAID = "deposit_paid"
    PAID = "paid"
    PART_SHIPPED = "part_shipped"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CLOSED = "closed"


class PaymentKind(StrEnum):
    """In full, or one of the two payments of a presale."""

    FULL = "full"
    DEPOSIT = "deposit"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True)
class ParsedLine:
    """One line. `amount` is quantity x unit price, half-up to the cent; on a cancellation both are negative.

    Discounts and refunds are positive figures beside the amount, not taken off it.
    """

    row: int
    position: int
    kind: LineKind
    sku_code: str
    title: str
    quantity: int
    unit_price: Decimal
    amount: Decimal
    options: str = ""
    external_line_number: str = ""
    discount_amount: Decimal = NOTHING
    platform_discount_amount: Decimal = NOTHING
    refunded_amount: Decimal = NOTHING
    receivable_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ParsedPayment:
    """One payment of an order; without a time where the file does not say."""

    kind: PaymentKind
    amount: Decimal
    paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class ParsedOrder:
    """One order. Times are in UTC, `placed_on` is the day in the store's zone.

    An amount is None where the file does not say it. The channel's amounts stand as they are, even where they do not
    add up. `paid_is_after_refund` says that the file's paid amount is what was left after refunds. `payments` is empty
    for an order that was never paid, even if its file shows an amount as paid.
    """

    external_number: str
    placed_at: datetime
    placed_on: date
    state: SourceState
    buyer: Buyer
    currency: str
    country: str
    lines: tuple[ParsedLine, ...]
    payments: tuple[ParsedPayment, ...]
    payload_hash: str
    paid_amount: Decimal = NOTHING
    refunded_amount: Decimal = NOTHING
    paid_is_after_refund: bool = False
    goods_amount: Decimal | None = None
    shop_discount_amount: Decimal | None = None
    platform_discount_amount: Decimal | None = None
    postage_amount: Decimal | None = None
    total_amount: Decimal | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    completed_at: datetime | None = None
    dispatch_due_at: datetime | None = None
    status_text: str = ""
    region: str = ""
    buyer_note: str = ""
    seller_memo: str = ""
    flag: str = ""
    shipping_method: str = ""
    carrier: str = ""
    tracking_numbers: tuple[str, ...] = ()
    invoice_title: str = ""

    @property
    def received_amount(self) -> Decimal:
        """What came in before anything was given back; nothing while no payment was made."""
        if not self.payments:
            return NOTHING
        return self.paid_amount + self.refunded_amount if self.paid_is_after_refund else self.paid_amount

    @property
    def net_amount(self) -> Decimal:
        return self.received_amount - self.refunded_amount


@dataclass(frozen=True, slots=True)
class ParsedCancellation:
    """Goods and charges taken back under a number of their own; quantities are negative."""

    external_number: str
    placed_at: datetime
    placed_on: date
    buyer: Buyer
    currency: str
    country: str
    lines: tuple[ParsedLine, ...]
    payload_hash: str

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), NOTHING)


@dataclass(frozen=True, slots=True)
class ParsedAdjustment:
    """A correction of the books that belongs to no order."""

    row: int
    external_number: str
    booked_at: datetime
    booked_on: date
    currency: str
    description: str
    amount: Decimal
    payload_hash: str


@dataclass(frozen=True, slots=True)
class StockNote:
    """A remark that pieces were lost, found or written off; nothing was sold."""

    row: int
    external_number: str
    noted_at: datetime
    noted_on: date
    sku_code: str
    quantity: int
    description: str


@dataclass(frozen=True, slots=True)
class ParsedUnit:
    """What one unit (the rows that share a number) became. A rejected unit holds issues and counts only."""

    key: str
    rows: tuple[int, ...]
    count: FileCount
    order: ParsedOrder | None = None
    cancellation: ParsedCancellation | None = None
    adjustments: tuple[ParsedAdjustment, ...] = ()
    stock_notes: tuple[StockNote, ...] = ()
    issues: tuple[RowIssue, ...] = ()

    @property
    def is_rejected(self) -> bool:
        return self.count.rejected_units > 0


@dataclass(frozen=True)
class StoreDefaults:
    """What a file need not say: currency (ISO), zone (IANA) and country (ISO, may be empty) of the store."""

    currency: str
    zone: str
    country: str = ""


class Layout(ABC):
    """A kind of file. `currency`, `zone` and `country` are None where the store decides."""

    code: str
    label: str | Promise
    fields: tuple[FieldSpec, ...]
    currency: str | None = None
    zone: str | None = None
    country: str | None = None
    # Fields whose value an order cannot do without, although some files have no such column on every row.
    required_values: ClassVar[tuple[str, ...]] = ()
    # Fields that say who the buyer is: shown to those who may see personal data.
    personal_fields: ClassVar[frozenset[str]] = frozenset(
        {"buyer_id", "buyer_nick", "name", "phone", "telephone", "email", "address", "buyer_note", "invoice_title"}
    )

    def settled(self, store: StoreDefaults) -> StoreDefaults:
        """The layout's own currency, zone and country over those of the store."""
        return StoreDefaults(
            currency=self.currency or store.currency,
            zone=self.zone or store.zone,
            country=self.country if self.country is not None else store.country,
        )

    def names_sku(self, line: ParsedLine) -> bool:
        """Whether the line's code is a SKU's: charges have codes too, but nothing that could be in stock."""
        return line.kind in (LineKind.GOODS, LineKind.GIFT)

    @abstractmethod
    def key_of(self, row: FieldRow) -> str:
        """The number that the rows of one order share; "" when the row has none."""

    @abstractmethod
    def sort_key_of(self, row: FieldRow, *, store: StoreDefaults) -> str:
        """Text whose order is the order in which units have to be taken over."""

    @abstractmethod
    def parse_unit(self, key: str, rows: Sequence[FieldRow], *, store: StoreDefaults) -> ParsedUnit:
        """Read all rows of one unit and tell everything that is wrong with any of them."""


def line_amount(quantity: int, unit_price: Decimal) -> Decimal:
    """Quantity x price, half up to the cent."""
    return (quantity * unit_price).quantize(CENT, rounding=ROUND_HALF_UP)


def payload_hash(rows: Sequence[FieldRow]) -> str:
    """SHA-256 over the mapped cells; the order of the rows in the file does not matter."""
    contents = sorted(json.dumps(dict(row.values), ensure_ascii=False, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(contents).encode()).hexdigest()


def rejected_unit(key: str, rows: Sequence[FieldRow], *, issues: Sequence[RowIssue]) -> ParsedUnit:
    """One bad row rejects the whole unit: nobody wants half an order."""
    return ParsedUnit(
        key=key,
        rows=tuple(row.number for row in rows),
        count=FileCount(
            rows=len(rows),
            units=1,
            rejected=len(rows),
            rejected_units=1,
            warnings=sum(1 for issue in issues if not issue.is_error),
        ),
        issues=tuple(issues),
    )
