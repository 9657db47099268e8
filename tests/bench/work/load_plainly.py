"""The peer of the importer: the real file by chunks of rows through `bulk_create`, without any check.

`load_plainly FILE` writes orders, lines and customers; with `books` also the rows that any books need beside them: the
SKU with its listing, the buyer's identity, the payment, the ledger entry of each line and the purchase with its lines,
as many as the importer writes.
"""

import csv
import gc
import lzma
import sys
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

from django.db import transaction

from catalog.models import Channel, Listing, Product, Sku, Store
from fulfillment.models import Order, OrderLine, Payment, SalesEntry
from membership.models import Customer, CustomerIdentity, Purchase, PurchaseLine
from tests.bench.work import tell

CHUNK = 1000


class Loader:
    """Rows to objects to tables, by chunks."""

    def __init__(self, store, *, books):
        self.store, self.books = store, books
        self.customers, self.orders, self.purchases, self.skus, self.numbers = {}, {}, {}, {}, {}
        self.rows = 0

    def load(self, path):
        """Write the whole file."""
        opened = lzma.open if path.endswith(".xz") else open
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            while chunk := list(islice(rows, CHUNK)):
                with transaction.atomic():
                    self.write(chunk)
                self.rows += len(chunk)

    def write(self, chunk):
        """One chunk, parents before children."""
        self.add_skus({row["StockCode"].upper(): row["Description"] for row in chunk} if self.books else {})
        self.add_customers({row["CustomerID"] for row in chunk if row["CustomerID"]} - self.customers.keys())
        first = {row["InvoiceNo"]: row for row in reversed(chunk)}
        self.add_orders([row for number, row in first.items() if number not in self.orders])
        lines = OrderLine.objects.bulk_create([self.line(row) for row in chunk])
        if self.books:
            self.book(chunk, lines)

    def add_skus(self, titles):
        """SKUs that were not met before."""
        new = [code for code in titles if code not in self.skus]
        products = Product.objects.bulk_create([Product(code=code, name=titles[code][:120] or code) for code in new])
        made = Sku.objects.bulk_create([Sku(code=product.code, product=product) for product in products])
        Listing.objects.bulk_create(
            [Listing(store=self.store, code=sku.code, title=titles[sku.code][:300], sku=sku) for sku in made]
        )
        self.skus.update({sku.code: sku.pk for sku in made})

    def add_customers(self, names):
        """Customers that were not met before."""
        made = Customer.objects.bulk_create([Customer(number=f"CU{name}", first_store=self.store) for name in names])
        self.customers.update({one.number[2:]: one.pk for one in made})
        if self.books:
            CustomerIdentity.objects.bulk_create(
                [CustomerIdentity(customer=one, store=self.store, kind="buyer_id", key_hash=one.number) for one in made]
            )

    def add_orders(self, rows):
        """Orders that were not met before."""
        made = Order.objects.bulk_create([self.order(row) for row in rows])
        self.orders.update({one.external_number: one.pk for one in made})
        if not self.books:
            return
        Payment.objects.bulk_create(
            [
                Payment(order=one, amount=1, currency="GBP", paid_at=one.placed_at, source_ref=f"pay:{one.number}")
                for one in made
            ]
        )
        bought = Purchase.objects.bulk_create([self.purchase(one) for one in made])
        self.purchases.update({one.source_ref: one.pk for one in bought})

    def order(self, row):
        """The order of a row's invoice."""
        at = moment(row)
        return Order(
            number=f"S{row['InvoiceNo']}",
            store=self.store,
            external_number=row["InvoiceNo"],
            customer_id=self.customers.get(row["CustomerID"]),
            source="file",
            is_history=True,
            state="closed",
            closed_at=at,
            payment_state="paid",
            currency="GBP",
            country=row["Country"],
            placed_at=at,
            placed_on=at.date(),
            paid_at=at,
            paid_on=at.date(),
        )

    def purchase(self, order):
        """What a customer bought with an order."""
        return Purchase(
            source_ref=order.external_number,
            checkout_ref=order.external_number,
            customer_id=order.customer_id,
            store=self.store,
            paid_at=order.placed_at,
            paid_on=order.placed_on,
            currency="GBP",
            amount=1,
            goods_amount=1,
        )

    def line(self, row):
        """The order line of a row."""
        number = row["InvoiceNo"]
        self.numbers[number] = self.numbers.get(number, 0) + 1
        quantity, price = int(row["Quantity"]), Decimal(row["UnitPrice"])
        amount = (quantity * price).quantize(Decimal("0.01"))
        return OrderLine(
            order_id=self.orders[number],
            number=self.numbers[number],
            sku_id=self.skus.get(row["StockCode"].upper()),
            code=row["StockCode"],
            title=row["Description"][:200],
            quantity=abs(quantity),
            unit_price=price,
            net_amount=amount,
        )

    def book(self, chunk, lines):
        """The ledger and the purchase lines."""
        SalesEntry.objects.bulk_create(
            [
                SalesEntry(
                    source_ref=f"line:{line.pk}",
                    store=self.store,
                    order_id=line.order_id,
                    order_line=line,
                    customer_id=self.customers.get(row["CustomerID"]),
                    kind="sale",
                    line_kind="goods",
                    sku_id=line.sku_id,
                    store_date=moment(row).date(),
                    occurred_at=moment(row),
                    quantity=line.quantity,
                    gross_amount=line.net_amount,
                    currency="GBP",
                )
                for row, line in zip(chunk, lines, strict=True)
            ]
        )
        PurchaseLine.objects.bulk_create(
            [
                PurchaseLine(
                    purchase_id=self.purchases[row["InvoiceNo"]],
                    sku_id=line.sku_id,
                    quantity=line.quantity,
                    net_amount=line.net_amount,
                )
                for row, line in zip(chunk, lines, strict=True)
            ]
        )


def moment(row):
    """When a row's invoice was written."""
    return datetime.fromisoformat(row["InvoiceDate"]).replace(tzinfo=UTC)


def main(path, *, books):
    """Load a file. Garbage is collected as seldom as by the importer's command."""
    gc.freeze()
    gc.set_threshold(50_000)
    channel = Channel.objects.create(code="plain", name="plain")
    store = Store.objects.create(code="plain", name="plain", channel=channel, currency="GBP")
    loader = Loader(store, books=books)
    loader.load(path)
    tell(rows=loader.rows, orders=len(loader.orders), customers=len(loader.customers))


if __name__ == "__main__":
    main(sys.argv[1], books="books" in sys.argv[2:])
