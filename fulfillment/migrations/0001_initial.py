from decimal import Decimal

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import config.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("kernel", "0001_initial"),
        ("kernel", "__first__"),
        ("membership", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalWarehouse",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("own", "own"),
                            ("platform", "run by a platform"),
                            ("third_party", "third party"),
                            ("forward", "forward"),
                            ("overseas", "overseas"),
                        ],
                        default="own",
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=60, verbose_name="country")),
                ("province", models.CharField(blank=True, max_length=40, verbose_name="province")),
                ("city", models.CharField(blank=True, max_length=60, verbose_name="city")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "is_assumed",
                    models.BooleanField(
                        default=False,
                        help_text="Made up to try the software on orders alone; its stock was never counted.",
                        verbose_name="assumed",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical warehouse",
                "verbose_name_plural": "historical warehouses",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("own", "own"),
                            ("platform", "run by a platform"),
                            ("third_party", "third party"),
                            ("forward", "forward"),
                            ("overseas", "overseas"),
                        ],
                        default="own",
                        max_length=11,
                        verbose_name="kind",
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=60, verbose_name="country")),
                ("province", models.CharField(blank=True, max_length=40, verbose_name="province")),
                ("city", models.CharField(blank=True, max_length=60, verbose_name="city")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "is_assumed",
                    models.BooleanField(
                        default=False,
                        help_text="Made up to try the software on orders alone; its stock was never counted.",
                        verbose_name="assumed",
                    ),
                ),
            ],
            options={
                "verbose_name": "warehouse",
                "verbose_name_plural": "warehouses",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalStoreSupply",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "share",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("1"),
                        help_text="0 to 1; the shares of a store add up to 1.",
                        max_digits=7,
                        verbose_name="share of demand",
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                (
                    "buffer_units",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Never offered to this store: the store sees that much less.",
                        verbose_name="held back (units)",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical supply of a store",
                "verbose_name_plural": "historical supply of stores",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="StoreSupply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supplies",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supplies",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "share",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("1"),
                        help_text="0 to 1; the shares of a store add up to 1.",
                        max_digits=7,
                        verbose_name="share of demand",
                    ),
                ),
                ("priority", models.PositiveSmallIntegerField(default=1, verbose_name="order")),
                (
                    "buffer_units",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Never offered to this store: the store sees that much less.",
                        verbose_name="held back (units)",
                    ),
                ),
            ],
            options={
                "verbose_name": "supply of a store",
                "verbose_name_plural": "supply of stores",
                "ordering": ["store", "priority"],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "warehouse"), name="store_supply_once"),
                    models.CheckConstraint(
                        condition=models.Q(("share__gte", 0), ("share__lte", 1)), name="store_supply_share_0_to_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSupplier",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "lead_days",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("7"), max_digits=6, verbose_name="lead time (days)"
                    ),
                ),
                (
                    "lead_days_deviation",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        help_text="Standard deviation; enters the safety stock as d² · s_L².",
                        max_digits=6,
                        verbose_name="deviation of the lead time (days)",
                    ),
                ),
                (
                    "minimum_order_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="minimum order value"
                    ),
                ),
                ("payment_terms", models.CharField(blank=True, max_length=120, verbose_name="payment terms")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_assumed", models.BooleanField(default=False, verbose_name="assumed")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical supplier",
                "verbose_name_plural": "historical suppliers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Supplier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=120, verbose_name="English name")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "lead_days",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("7"), max_digits=6, verbose_name="lead time (days)"
                    ),
                ),
                (
                    "lead_days_deviation",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        help_text="Standard deviation; enters the safety stock as d² · s_L².",
                        max_digits=6,
                        verbose_name="deviation of the lead time (days)",
                    ),
                ),
                (
                    "minimum_order_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="minimum order value"
                    ),
                ),
                ("payment_terms", models.CharField(blank=True, max_length=120, verbose_name="payment terms")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("is_assumed", models.BooleanField(default=False, verbose_name="assumed")),
            ],
            options={
                "verbose_name": "supplier",
                "verbose_name_plural": "suppliers",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("lead_days__gte", 0), ("lead_days_deviation__gte", 0)),
                        name="supplier_lead_not_negative",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSupplierItem",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("supplier_code", models.CharField(blank=True, max_length=80, verbose_name="supplier's code")),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="unit cost"
                    ),
                ),
                ("pack_units", models.PositiveIntegerField(default=1, verbose_name="pack (pieces)")),
                ("minimum_units", models.PositiveIntegerField(default=0, verbose_name="minimum order (pieces)")),
                (
                    "lead_days",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: the supplier's.",
                        max_digits=6,
                        null=True,
                        verbose_name="lead time (days)",
                    ),
                ),
                ("is_preferred", models.BooleanField(default=True, verbose_name="preferred")),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="fulfillment.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical supplier's item",
                "verbose_name_plural": "historical suppliers' items",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SupplierItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="fulfillment.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supplier_items",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                ("supplier_code", models.CharField(blank=True, max_length=80, verbose_name="supplier's code")),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="unit cost"
                    ),
                ),
                ("pack_units", models.PositiveIntegerField(default=1, verbose_name="pack (pieces)")),
                ("minimum_units", models.PositiveIntegerField(default=0, verbose_name="minimum order (pieces)")),
                (
                    "lead_days",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: the supplier's.",
                        max_digits=6,
                        null=True,
                        verbose_name="lead time (days)",
                    ),
                ),
                ("is_preferred", models.BooleanField(default=True, verbose_name="preferred")),
            ],
            options={
                "verbose_name": "supplier's item",
                "verbose_name_plural": "suppliers' items",
                "ordering": ["supplier", "sku"],
                "constraints": [
                    models.UniqueConstraint(fields=("supplier", "sku"), name="supplier_item_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_preferred", True)), fields=("sku",), name="supplier_item_one_preferred"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pack_units__gt", 0)), name="supplier_item_pack_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("external_number", models.CharField(max_length=120, verbose_name="channel's number")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("file", "file"), ("api", "API"), ("staff", "staff")],
                        max_length=5,
                        verbose_name="source",
                    ),
                ),
                (
                    "is_history",
                    models.BooleanField(
                        default=False, help_text="Imported as past: it moved no stock here.", verbose_name="history"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("risk_hold", "held for a check"),
                            ("confirmed", "confirmed"),
                            ("closed", "closed"),
                            ("cancelled", "cancelled"),
                        ],
                        default="new",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "payment_state",
                    models.CharField(
                        choices=[
                            ("unpaid", "unpaid"),
                            ("partial", "paid in part"),
                            ("paid", "paid"),
                            ("over", "overpaid"),
                        ],
                        default="unpaid",
                        max_length=7,
                        verbose_name="payment",
                    ),
                ),
                (
                    "fulfilment_state",
                    models.CharField(
                        choices=[
                            ("unshipped", "not shipped"),
                            ("part_shipped", "shipped in part"),
                            ("shipped", "shipped"),
                            ("nothing", "nothing to ship"),
                        ],
                        default="unshipped",
                        max_length=12,
                        verbose_name="dispatch",
                    ),
                ),
                ("channel_state", models.CharField(blank=True, max_length=80, verbose_name="state on the channel")),
                ("risk_reasons", models.JSONField(blank=True, default=list, verbose_name="reasons for the check")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "exchange_rate",
                    config.kernel.fields.ExchangeRateField(
                        blank=True, decimal_places=8, max_digits=18, null=True, verbose_name="exchange rate"
                    ),
                ),
                (
                    "goods_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="goods"
                    ),
                ),
                (
                    "shop_discount_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="shop discount"
                    ),
                ),
                (
                    "platform_discount_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="platform-funded discount"
                    ),
                ),
                (
                    "shipping_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="postage"
                    ),
                ),
                (
                    "payable_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="payable"
                    ),
                ),
                (
                    "paid_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="paid"
                    ),
                ),
                (
                    "refunded_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="refunded"
                    ),
                ),
                (
                    "commission_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="commission"
                    ),
                ),
                (
                    "receivable_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2,
                        default=Decimal("0"),
                        help_text="Buyer paid + platform-funded discount − commission.",
                        max_digits=14,
                        verbose_name="receivable",
                    ),
                ),
                ("payment_method", models.CharField(blank=True, max_length=40, verbose_name="payment method")),
                ("buyer_id", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="channel buyer id")),
                ("buyer_name", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="recipient")),
                ("buyer_phone", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="phone")),
                ("buyer_address", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="address")),
                ("country", models.CharField(blank=True, max_length=60, verbose_name="country")),
                ("province", models.CharField(blank=True, max_length=40, verbose_name="province")),
                ("city", models.CharField(blank=True, max_length=60, verbose_name="city")),
                ("buyer_note", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="buyer's note")),
                ("seller_memo", models.TextField(blank=True, verbose_name="seller's memo")),
                ("flag", models.PositiveSmallIntegerField(default=0, verbose_name="flag")),
                ("placed_at", models.DateTimeField(verbose_name="placed at")),
                ("placed_on", models.DateField(verbose_name="placed on")),
                ("paid_at", models.DateTimeField(blank=True, null=True, verbose_name="paid at")),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="unpaid until")),
                ("dispatch_due_at", models.DateTimeField(blank=True, null=True, verbose_name="dispatch due")),
                ("shipped_at", models.DateTimeField(blank=True, null=True, verbose_name="shipped at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled at")),
                ("is_presale", models.BooleanField(default=False, verbose_name="presale")),
                ("settlement_ref", models.CharField(blank=True, max_length=120, verbose_name="settlement")),
                ("invoice_ref", models.CharField(blank=True, max_length=120, verbose_name="invoice")),
                ("source_version", models.BigIntegerField(default=0, verbose_name="version at the source")),
                ("payload_hash", models.CharField(blank=True, max_length=64)),
                (
                    "import_batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="orders",
                        to="kernel.importbatch",
                        verbose_name="import",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
            ],
            options={
                "verbose_name": "order",
                "verbose_name_plural": "orders",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["store", "placed_on"], name="order_store_placed"),
                    models.Index(fields=["placed_on"], name="order_placed_day"),
                    models.Index(fields=["customer", "-placed_at"], name="order_customer"),
                    models.Index(fields=["-placed_at"], name="order_newest"),
                    models.Index(
                        condition=models.Q(
                            ("fulfilment_state__in", ["unshipped", "part_shipped"]),
                            ("is_history", False),
                            ("state", "confirmed"),
                        ),
                        fields=["dispatch_due_at"],
                        name="order_to_ship",
                    ),
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False), ("state", "new")),
                        fields=["expires_at"],
                        name="order_unpaid",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("store", "external_number"), name="order_external_number_once"),
                    models.CheckConstraint(condition=models.Q(("paid_amount__gte", 0)), name="order_paid_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("refunded_amount__gte", 0), ("refunded_amount__lte", models.F("paid_amount"))
                        ),
                        name="order_refunds_within_payments",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="order_cancelled_at_iff_cancelled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="order_closed_at_iff_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_at__isnull", True), ("paid_on__isnull", True)),
                            models.Q(("paid_at__isnull", False), ("paid_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="order_paid_at_with_paid_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="fulfillment.order",
                        verbose_name="order",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="line")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("goods", "goods"),
                            ("gift", "gift"),
                            ("shipping", "postage"),
                            ("discount", "discount"),
                            ("fee", "fee"),
                            ("voucher", "voucher"),
                        ],
                        default="goods",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order_lines",
                        to="catalog.sku",
                        verbose_name="SKU or kit",
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.listing",
                        verbose_name="listing",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=120, verbose_name="code as received")),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="title")),
                ("quantity", models.IntegerField(verbose_name="quantity")),
                (
                    "list_price",
                    config.kernel.fields.UnitPriceField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="list price"
                    ),
                ),
                (
                    "unit_price",
                    config.kernel.fields.UnitPriceField(decimal_places=4, max_digits=14, verbose_name="unit price"),
                ),
                (
                    "shop_discount_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="shop discount"
                    ),
                ),
                (
                    "platform_discount_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="platform-funded discount"
                    ),
                ),
                (
                    "net_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2,
                        help_text="What the buyer pays for the line.",
                        max_digits=14,
                        verbose_name="net amount",
                    ),
                ),
                (
                    "receivable_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="receivable"
                    ),
                ),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="unit cost"
                    ),
                ),
                (
                    "commission_rate",
                    config.kernel.fields.RateField(
                        decimal_places=6, default=Decimal("0"), max_digits=7, verbose_name="commission"
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                ("shipped_quantity", models.PositiveIntegerField(default=0, verbose_name="shipped")),
                ("refunded_quantity", models.PositiveIntegerField(default=0, verbose_name="taken back")),
                (
                    "refunded_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="refunded"
                    ),
                ),
            ],
            options={
                "verbose_name": "order line",
                "verbose_name_plural": "order lines",
                "ordering": ["order", "number"],
                "indexes": [models.Index(fields=["sku"], name="order_line_sku")],
                "constraints": [
                    models.UniqueConstraint(fields=("order", "number"), name="order_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["goods", "gift"]), _negated=True),
                            ("quantity__gt", 0),
                            _connector="OR",
                        ),
                        name="order_line_goods_quantity_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ["goods", "gift"]), _negated=True),
                            models.Q(
                                ("refunded_quantity__lte", models.F("quantity")),
                                ("shipped_quantity__lte", models.F("quantity")),
                            ),
                            _connector="OR",
                        ),
                        name="order_line_not_more_than_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="fulfillment.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "axis",
                    models.CharField(
                        choices=[
                            ("state", "order"),
                            ("payment", "payment"),
                            ("fulfilment", "dispatch"),
                            ("note", "note"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("from_state", models.CharField(blank=True, max_length=20, verbose_name="from")),
                ("to_state", models.CharField(blank=True, max_length=20, verbose_name="to")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("occurred_at", models.DateTimeField(verbose_name="when")),
            ],
            options={
                "verbose_name": "order event",
                "verbose_name_plural": "order events",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SalesEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_ref", models.CharField(max_length=160, unique=True, verbose_name="source")),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sales_entries",
                        to="fulfillment.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sales_entries",
                        to="fulfillment.orderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("sale", "sale"),
                            ("cancel_after_pay", "cancelled after payment"),
                            ("refund", "refund"),
                            ("shipping_refund", "postage refund"),
                            ("exchange_out", "exchange out"),
                            ("exchange_in", "exchange in"),
                            ("edit", "edit"),
                            ("adjustment", "adjustment"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "line_kind",
                    models.CharField(
                        choices=[
                            ("goods", "goods"),
                            ("gift", "gift"),
                            ("shipping", "postage"),
                            ("discount", "discount"),
                            ("fee", "fee"),
                            ("voucher", "voucher"),
                        ],
                        max_length=8,
                        verbose_name="line kind",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "kit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="kit",
                    ),
                ),
                ("store_date", models.DateField(verbose_name="store day")),
                ("occurred_at", models.DateTimeField(verbose_name="when")),
                ("quantity", models.IntegerField(default=0, verbose_name="quantity")),
                (
                    "gross_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="gross"
                    ),
                ),
                (
                    "discount_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="discount"
                    ),
                ),
                (
                    "shipping_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="postage"
                    ),
                ),
                (
                    "tax_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="tax"
                    ),
                ),
                (
                    "cost_amount",
                    config.kernel.fields.MoneyField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="cost"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "exchange_rate",
                    config.kernel.fields.ExchangeRateField(
                        blank=True, decimal_places=8, max_digits=18, null=True, verbose_name="exchange rate"
                    ),
                ),
                (
                    "import_batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.importbatch",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "sales entry",
                "verbose_name_plural": "sales ledger",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["store", "store_date"], name="sales_entry_store_day"),
                    models.Index(fields=["sku", "store_date"], name="sales_entry_sku_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="fulfillment.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[("full", "in full"), ("deposit", "deposit"), ("balance", "balance")],
                        default="full",
                        max_length=7,
                        verbose_name="stage",
                    ),
                ),
                ("method", models.CharField(blank=True, max_length=40, verbose_name="method")),
                ("amount", config.kernel.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("paid_at", models.DateTimeField(verbose_name="paid at")),
                ("source_ref", models.CharField(max_length=160, unique=True, verbose_name="reference")),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["id"],
                "constraints": [models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="payment_positive")],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="fulfillment.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                ("source_ref", models.CharField(max_length=160, unique=True, verbose_name="reference")),
                ("external_number", models.CharField(blank=True, max_length=120, verbose_name="channel's number")),
                ("payload_hash", models.CharField(blank=True, max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cancellation", "cancellation"),
                            ("refund_only", "refund only"),
                            ("return", "return and refund"),
                        ],
                        default="refund_only",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "pending"), ("succeeded", "paid back"), ("failed", "failed")],
                        default="pending",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("amount", config.kernel.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("refunded_at", models.DateTimeField(blank=True, null=True, verbose_name="refunded at")),
                ("refunded_on", models.DateField(blank=True, null=True, verbose_name="refunded on")),
                (
                    "import_batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="refunds",
                        to="kernel.importbatch",
                        verbose_name="import",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["store", "refunded_on"], name="refund_store_day"),
                    models.Index(fields=["store", "external_number"], name="refund_external_number"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="refund_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "succeeded"), _negated=True),
                            models.Q(("refunded_at__isnull", False), ("refunded_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="refund_date_if_succeeded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RefundLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "refund",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="fulfillment.refund",
                        verbose_name="refund",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_lines",
                        to="fulfillment.orderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("goods", "goods"),
                            ("gift", "gift"),
                            ("shipping", "postage"),
                            ("discount", "discount"),
                            ("fee", "fee"),
                            ("voucher", "voucher"),
                        ],
                        default="goods",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=0, verbose_name="quantity")),
                ("amount", config.kernel.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("is_restocked", models.BooleanField(default=False, verbose_name="back in stock")),
            ],
            options={
                "verbose_name": "refund line",
                "verbose_name_plural": "refund lines",
            },
        ),
        migrations.CreateModel(
            name="HistoricalRestockPolicy",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "velocity_class",
                    models.CharField(
                        choices=[("fast", "fast"), ("mid", "middle"), ("long_tail", "long tail")],
                        max_length=9,
                        verbose_name="velocity class",
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("cycle", "cycle service: no stock-out between two orders"),
                            ("fill", "fill rate: share of the demand met at once"),
                        ],
                        default="cycle",
                        max_length=5,
                        verbose_name="measure",
                    ),
                ),
                (
                    "service_level",
                    config.kernel.fields.RateField(
                        decimal_places=6, default=Decimal("0.95"), max_digits=7, verbose_name="service level"
                    ),
                ),
                ("review_days", models.PositiveSmallIntegerField(default=1, verbose_name="review period (days)")),
                (
                    "cover_min_days",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=6, verbose_name="safety stock, least (days)"
                    ),
                ),
                (
                    "cover_max_days",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("7"), max_digits=6, verbose_name="safety stock, most (days)"
                    ),
                ),
                (
                    "max_cover_days",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("60"),
                        help_text="No order lifts the stock above so many days of demand unless the minimum order forces it.",
                        max_digits=6,
                        verbose_name="stock, most (days)",
                    ),
                ),
                (
                    "days_between_orders",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=6, verbose_name="least days between orders"
                    ),
                ),
                (
                    "pack_tolerance_rate",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("0.1"),
                        help_text="A rest of a pack below this share is rounded down.",
                        max_digits=7,
                        verbose_name="pack tolerance",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty: all warehouses.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical restock policy",
                "verbose_name_plural": "historical restock policies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RestockPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "velocity_class",
                    models.CharField(
                        choices=[("fast", "fast"), ("mid", "middle"), ("long_tail", "long tail")],
                        max_length=9,
                        verbose_name="velocity class",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all warehouses.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="restock_policies",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("cycle", "cycle service: no stock-out between two orders"),
                            ("fill", "fill rate: share of the demand met at once"),
                        ],
                        default="cycle",
                        max_length=5,
                        verbose_name="measure",
                    ),
                ),
                (
                    "service_level",
                    config.kernel.fields.RateField(
                        decimal_places=6, default=Decimal("0.95"), max_digits=7, verbose_name="service level"
                    ),
                ),
                ("review_days", models.PositiveSmallIntegerField(default=1, verbose_name="review period (days)")),
                (
                    "cover_min_days",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=6, verbose_name="safety stock, least (days)"
                    ),
                ),
                (
                    "cover_max_days",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("7"), max_digits=6, verbose_name="safety stock, most (days)"
                    ),
                ),
                (
                    "max_cover_days",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("60"),
                        help_text="No order lifts the stock above so many days of demand unless the minimum order forces it.",
                        max_digits=6,
                        verbose_name="stock, most (days)",
                    ),
                ),
                (
                    "days_between_orders",
                    models.DecimalField(
                        decimal_places=2, default=Decimal("0"), max_digits=6, verbose_name="least days between orders"
                    ),
                ),
                (
                    "pack_tolerance_rate",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("0.1"),
                        help_text="A rest of a pack below this share is rounded down.",
                        max_digits=7,
                        verbose_name="pack tolerance",
                    ),
                ),
            ],
            options={
                "verbose_name": "restock policy",
                "verbose_name_plural": "restock policies",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("warehouse__isnull", False)),
                        fields=("velocity_class", "warehouse"),
                        name="restock_policy_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("warehouse__isnull", True)),
                        fields=("velocity_class",),
                        name="restock_policy_once_for_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("service_level__gt", 0), ("service_level__lt", 1)),
                        name="restock_policy_level_between_0_and_1",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cover_max_days__gte", models.F("cover_min_days"))),
                        name="restock_policy_cover_ordered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RestockRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "job_run",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="restock_run",
                        to="kernel.jobrun",
                        verbose_name="job run",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("scope", models.CharField(default="all", max_length=60, verbose_name="scope")),
                ("business_date", models.DateField(verbose_name="as of")),
                ("slot", models.CharField(max_length=60, verbose_name="slot")),
                ("is_finished", models.BooleanField(default=False, verbose_name="finished")),
                ("figures", models.JSONField(blank=True, default=dict, verbose_name="figures")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "restock check",
                "verbose_name_plural": "restock checks",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "business_date", "slot"), name="restock_run_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SkuForecast",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecasts",
                        to="fulfillment.restockrun",
                        verbose_name="restock check",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                ("demand_class", models.CharField(max_length=14, verbose_name="demand class")),
                (
                    "velocity_class",
                    models.CharField(
                        choices=[("fast", "fast"), ("mid", "middle"), ("long_tail", "long tail")],
                        max_length=9,
                        verbose_name="velocity class",
                    ),
                ),
                ("method", models.CharField(max_length=40, verbose_name="method")),
                ("daily_mean", models.FloatField(verbose_name="units a day")),
                ("horizon_days", models.PositiveSmallIntegerField(verbose_name="days ahead")),
                ("daily_units", models.JSONField(default=list, verbose_name="units by day")),
                ("evidence", models.JSONField(default=dict, verbose_name="evidence")),
            ],
            options={
                "verbose_name": "forecast",
                "verbose_name_plural": "forecasts",
                "constraints": [models.UniqueConstraint(fields=("run", "sku", "warehouse"), name="sku_forecast_once")],
            },
        ),
        migrations.CreateModel(
            name="RestockSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suggestions",
                        to="fulfillment.restockrun",
                        verbose_name="restock check",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="suggestions",
                        to="fulfillment.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("prepared", "being prepared"),
                            ("open", "open"),
                            ("accepted", "accepted"),
                            ("ordered", "ordered"),
                            ("rejected", "rejected"),
                            ("superseded", "replaced by a later check"),
                        ],
                        default="prepared",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("suggested_quantity", models.PositiveIntegerField(verbose_name="suggested")),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="unit cost"
                    ),
                ),
                (
                    "value",
                    config.kernel.fields.MoneyField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="value"
                    ),
                ),
                ("order_by", models.DateField(blank=True, null=True, verbose_name="order by")),
                ("stock_out_on", models.DateField(blank=True, null=True, verbose_name="runs out on")),
                ("flags", models.JSONField(blank=True, default=list, verbose_name="flags")),
                ("inputs", models.JSONField(verbose_name="inputs")),
                ("arithmetic", models.JSONField(verbose_name="arithmetic")),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="edited by",
                    ),
                ),
                ("edit_reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided at")),
            ],
            options={
                "verbose_name": "restock suggestion",
                "verbose_name_plural": "restock suggestions",
                "ordering": ["-run", "supplier", "sku"],
                "permissions": [("approve_restocksuggestion", "Can approve restock suggestions")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "sku", "warehouse"), name="suggestion_once_per_run"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("sku", "warehouse"),
                        name="suggestion_one_open_line",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ForecastAccuracy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateField(verbose_name="as of")),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("weeks", models.PositiveSmallIntegerField(verbose_name="weeks")),
                ("level", models.CharField(max_length=20, verbose_name="level")),
                ("method", models.CharField(max_length=40, verbose_name="method")),
                ("series_count", models.PositiveIntegerField(default=0, verbose_name="series")),
                (
                    "wape",
                    models.FloatField(help_text="Σ|y − f| / Σy; accuracy = 1 − WAPE.", null=True, verbose_name="WAPE"),
                ),
                ("bias", models.FloatField(help_text="Σ(f − y) / Σy.", null=True, verbose_name="bias")),
                ("rmse", models.FloatField(null=True, verbose_name="RMSE")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "forecast accuracy",
                "verbose_name_plural": "forecast accuracy",
                "ordering": ["-as_of", "level", "method"],
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lots",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="lot")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="expires on")),
            ],
            options={
                "verbose_name": "lot",
                "verbose_name_plural": "lots",
                "ordering": ["sku", "expires_on", "id"],
                "constraints": [models.UniqueConstraint(fields=("sku", "code"), name="lot_once")],
            },
        ),
        migrations.CreateModel(
            name="StockMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("idempotency_key", models.CharField(max_length=160, unique=True, verbose_name="key")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "receipt"),
                            ("ship", "shipment"),
                            ("return", "return"),
                            ("adjust", "adjustment"),
                            ("count", "count"),
                            ("transfer_out", "transfer out"),
                            ("transfer_in", "transfer in"),
                            ("scrap", "scrapped"),
                            ("revalue", "revaluation"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "bucket",
                    models.CharField(
                        choices=[
                            ("available", "for sale"),
                            ("hold", "on hold"),
                            ("damaged", "damaged"),
                            ("transit", "on the way"),
                        ],
                        default="available",
                        max_length=9,
                        verbose_name="bucket",
                    ),
                ),
                ("quantity", models.IntegerField(help_text="Positive in, negative out.", verbose_name="quantity")),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="unit cost"
                    ),
                ),
                (
                    "value",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="value"
                    ),
                ),
                ("on_hand_after", models.IntegerField(verbose_name="on hand after")),
                ("document_ref", models.CharField(blank=True, max_length=120, verbose_name="document")),
                (
                    "reverses",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.stockmovement",
                        verbose_name="reverses",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("is_assumed", models.BooleanField(default=False, verbose_name="assumed")),
                ("occurred_at", models.DateTimeField(verbose_name="when")),
                ("posted_at", models.DateTimeField(auto_now_add=True, verbose_name="posted at")),
            ],
            options={
                "verbose_name": "stock movement",
                "verbose_name_plural": "stock movements",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["sku", "warehouse", "-id"], name="movement_sku_warehouse"),
                    models.Index(fields=["document_ref"], name="movement_document"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockBalance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="balances",
                        to="fulfillment.lot",
                        verbose_name="lot",
                    ),
                ),
                (
                    "bucket",
                    models.CharField(
                        choices=[
                            ("available", "for sale"),
                            ("hold", "on hold"),
                            ("damaged", "damaged"),
                            ("transit", "on the way"),
                        ],
                        default="available",
                        max_length=9,
                        verbose_name="bucket",
                    ),
                ),
                ("on_hand", models.IntegerField(default=0, verbose_name="on hand")),
                ("reserved", models.IntegerField(default=0, verbose_name="reserved")),
                (
                    "value",
                    config.kernel.fields.MoneyField(
                        decimal_places=2,
                        default=Decimal("0"),
                        help_text="At moving average cost, in the base currency.",
                        max_digits=14,
                        verbose_name="value",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock",
                "verbose_name_plural": "stock",
                "ordering": ["sku", "warehouse"],
                "constraints": [
                    models.UniqueConstraint(fields=("sku", "warehouse", "lot", "bucket"), name="stock_balance_once"),
                    models.CheckConstraint(condition=models.Q(("on_hand__gte", 0)), name="stock_on_hand_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__gte", 0)), name="stock_reserved_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reserved__lte", models.F("on_hand"))), name="stock_reserved_within_on_hand"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("idempotency_key", models.CharField(max_length=200, unique=True, verbose_name="key")),
                (
                    "order_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="fulfillment.orderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reservations",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.lot",
                        verbose_name="lot",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "held"),
                            ("committed", "committed"),
                            ("shipped", "shipped"),
                            ("released", "released"),
                            ("expired", "expired"),
                        ],
                        default="held",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="held until")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "reservation",
                "verbose_name_plural": "reservations",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "held")), fields=["expires_at"], name="reservation_expiry"
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["held", "committed"])),
                        fields=["sku", "warehouse"],
                        name="reservation_active",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="reservation_quantity_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShortLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shortages",
                        to="fulfillment.orderline",
                        verbose_name="order line",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shortages",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="missing")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("filled", "filled"), ("cancelled", "cancelled")],
                        default="open",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
            ],
            options={
                "verbose_name": "shortage",
                "verbose_name_plural": "shortages",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("order_line", "sku"), name="short_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="short_line_quantity_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StockSnapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day")),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                ("on_hand", models.IntegerField(verbose_name="on hand")),
                ("reserved", models.IntegerField(default=0, verbose_name="reserved")),
                (
                    "value",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="value"
                    ),
                ),
                ("out_of_stock_seconds", models.PositiveIntegerField(default=0, verbose_name="out of stock (s)")),
                (
                    "source",
                    models.CharField(
                        choices=[("own", "ledger"), ("import", "file")],
                        default="own",
                        max_length=6,
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "stock snapshot",
                "verbose_name_plural": "stock snapshots",
                "ordering": ["-day"],
                "constraints": [
                    models.UniqueConstraint(fields=("day", "warehouse", "sku"), name="stock_snapshot_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DemandDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("units", models.DecimalField(decimal_places=4, max_digits=14, verbose_name="units")),
            ],
            options={
                "verbose_name": "daily demand",
                "verbose_name_plural": "daily demand",
                "indexes": [models.Index(fields=["day"], name="demand_day_day")],
                "constraints": [models.UniqueConstraint(fields=("warehouse", "sku", "day"), name="demand_day_once")],
            },
        ),
        migrations.CreateModel(
            name="PurchaseOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("creation_key", models.CharField(max_length=120, unique=True)),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_orders",
                        to="fulfillment.supplier",
                        verbose_name="supplier",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_orders",
                        to="fulfillment.warehouse",
                        verbose_name="warehouse",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("approved", "approved"),
                            ("sent", "sent"),
                            ("confirmed", "confirmed"),
                            ("part_received", "received in part"),
                            ("received", "received"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=13,
                        verbose_name="state",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "total_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="total"
                    ),
                ),
                ("expected_on", models.DateField(blank=True, null=True, verbose_name="expected on")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent at")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="received at")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="cancelled at")),
            ],
            options={
                "verbose_name": "purchase order",
                "verbose_name_plural": "purchase orders",
                "ordering": ["-id"],
                "permissions": [
                    ("send_purchaseorder", "Can send purchase orders"),
                    ("receive_purchaseorder", "Can receive goods"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at__isnull", False), ("state", "cancelled")),
                            models.Q(models.Q(("state", "cancelled"), _negated=True), ("cancelled_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="purchase_order_cancelled_at_iff_cancelled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("received_at__isnull", False), ("state", "received")),
                            models.Q(models.Q(("state", "received"), _negated=True), ("received_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="purchase_order_received_at_iff_received",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseOrderLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="fulfillment.purchaseorder",
                        verbose_name="purchase order",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_order_lines",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "suggestion",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="purchase_order_line",
                        to="fulfillment.restocksuggestion",
                        verbose_name="suggestion",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(verbose_name="quantity")),
                ("received_quantity", models.PositiveIntegerField(default=0, verbose_name="received")),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        decimal_places=4, default=Decimal("0"), max_digits=14, verbose_name="unit cost"
                    ),
                ),
                ("is_hand_edited", models.BooleanField(default=False, verbose_name="edited by hand")),
            ],
            options={
                "verbose_name": "purchase order line",
                "verbose_name_plural": "purchase order lines",
                "constraints": [
                    models.UniqueConstraint(fields=("order", "sku"), name="purchase_order_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0)), name="purchase_order_line_quantity_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GoodsReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("idempotency_key", models.CharField(max_length=160, unique=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="fulfillment.purchaseorder",
                        verbose_name="purchase order",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received at")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
            ],
            options={
                "verbose_name": "goods receipt",
                "verbose_name_plural": "goods receipts",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="GoodsReceiptLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="fulfillment.goodsreceipt",
                        verbose_name="goods receipt",
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipt_lines",
                        to="fulfillment.purchaseorderline",
                        verbose_name="purchase order line",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="fulfillment.lot",
                        verbose_name="lot",
                    ),
                ),
                ("accepted_quantity", models.PositiveIntegerField(default=0, verbose_name="accepted")),
                ("damaged_quantity", models.PositiveIntegerField(default=0, verbose_name="damaged")),
            ],
            options={
                "verbose_name": "goods receipt line",
                "verbose_name_plural": "goods receipt lines",
            },
        ),
    ]
