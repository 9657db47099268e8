from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import config.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalChannel",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("marketplace", "marketplace"),
                            ("social", "content and live"),
                            ("own", "own site"),
                            ("cross_border", "cross-border"),
                        ],
                        default="marketplace",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "commission_rate",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("0"),
                        help_text="Share of the paid amount, 0 to 1.",
                        max_digits=7,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="commission",
                    ),
                ),
                (
                    "payment_fee_rate",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("0"),
                        max_digits=7,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="payment fee",
                    ),
                ),
                (
                    "deposit_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="deposit"
                    ),
                ),
                (
                    "yearly_fee_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="service fee a year"
                    ),
                ),
                (
                    "dispatch_hours",
                    models.PositiveSmallIntegerField(
                        default=48,
                        help_text="Hours from payment to hand-over that the channel allows.",
                        verbose_name="dispatch within (hours)",
                    ),
                ),
                (
                    "unpaid_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        help_text="An unpaid order gives its stock back then.",
                        verbose_name="unpaid orders expire after (minutes)",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
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
                "verbose_name": "historical channel",
                "verbose_name_plural": "historical channels",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("marketplace", "marketplace"),
                            ("social", "content and live"),
                            ("own", "own site"),
                            ("cross_border", "cross-border"),
                        ],
                        default="marketplace",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "commission_rate",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("0"),
                        help_text="Share of the paid amount, 0 to 1.",
                        max_digits=7,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="commission",
                    ),
                ),
                (
                    "payment_fee_rate",
                    config.kernel.fields.RateField(
                        decimal_places=6,
                        default=Decimal("0"),
                        max_digits=7,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="payment fee",
                    ),
                ),
                (
                    "deposit_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="deposit"
                    ),
                ),
                (
                    "yearly_fee_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="service fee a year"
                    ),
                ),
                (
                    "dispatch_hours",
                    models.PositiveSmallIntegerField(
                        default=48,
                        help_text="Hours from payment to hand-over that the channel allows.",
                        verbose_name="dispatch within (hours)",
                    ),
                ),
                (
                    "unpaid_minutes",
                    models.PositiveIntegerField(
                        default=30,
                        help_text="An unpaid order gives its stock back then.",
                        verbose_name="unpaid orders expire after (minutes)",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "channel",
                "verbose_name_plural": "channels",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalStore",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai",
                        help_text="The business day ends at midnight here.",
                        max_length=40,
                        verbose_name="time zone",
                    ),
                ),
                (
                    "commission_rate",
                    config.kernel.fields.RateField(
                        blank=True,
                        decimal_places=6,
                        help_text="Empty: the channel's.",
                        max_digits=7,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="commission",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.channel",
                        verbose_name="channel",
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
                "verbose_name": "historical store",
                "verbose_name_plural": "historical stores",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stores",
                        to="catalog.channel",
                        verbose_name="channel",
                    ),
                ),
                ("currency", models.CharField(default="CNY", max_length=3, verbose_name="currency")),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai",
                        help_text="The business day ends at midnight here.",
                        max_length=40,
                        verbose_name="time zone",
                    ),
                ),
                (
                    "commission_rate",
                    config.kernel.fields.RateField(
                        blank=True,
                        decimal_places=6,
                        help_text="Empty: the channel's.",
                        max_digits=7,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="commission",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "store",
                "verbose_name_plural": "stores",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="catalog.category",
                        verbose_name="parent",
                    ),
                ),
                (
                    "path",
                    models.CharField(db_index=True, default="", editable=False, max_length=400, verbose_name="path"),
                ),
            ],
            options={
                "verbose_name": "category",
                "verbose_name_plural": "categories",
                "ordering": ["path"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalBrand",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
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
                "verbose_name": "historical brand",
                "verbose_name_plural": "historical brands",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Brand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
            ],
            options={
                "verbose_name": "brand",
                "verbose_name_plural": "brands",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalProduct",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=60, verbose_name="code")),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=300, verbose_name="English name")),
                (
                    "role",
                    models.CharField(
                        choices=[("hero", "hero"), ("core", "core"), ("long_tail", "long tail"), ("new", "new")],
                        default="long_tail",
                        max_length=9,
                        verbose_name="role",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("unknown", "not judged yet"),
                            ("introduction", "introduction"),
                            ("growth", "growth"),
                            ("maturity", "maturity"),
                            ("decline", "decline"),
                        ],
                        default="unknown",
                        max_length=12,
                        verbose_name="life-cycle stage",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("active", "active"), ("retired", "retired")],
                        default="active",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "is_provisional",
                    models.BooleanField(
                        default=False,
                        help_text="Made by an import from a code that was not known; to be completed by a person.",
                        verbose_name="provisional",
                    ),
                ),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created at")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.brand",
                        verbose_name="brand",
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
                "verbose_name": "historical product",
                "verbose_name_plural": "historical products",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=300, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=300, verbose_name="English name")),
                (
                    "category",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="catalog.category",
                        verbose_name="category",
                    ),
                ),
                (
                    "brand",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="products",
                        to="catalog.brand",
                        verbose_name="brand",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("hero", "hero"), ("core", "core"), ("long_tail", "long tail"), ("new", "new")],
                        default="long_tail",
                        max_length=9,
                        verbose_name="role",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("unknown", "not judged yet"),
                            ("introduction", "introduction"),
                            ("growth", "growth"),
                            ("maturity", "maturity"),
                            ("decline", "decline"),
                        ],
                        default="unknown",
                        max_length=12,
                        verbose_name="life-cycle stage",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("active", "active"), ("retired", "retired")],
                        default="active",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "is_provisional",
                    models.BooleanField(
                        default=False,
                        help_text="Made by an import from a code that was not known; to be completed by a person.",
                        verbose_name="provisional",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "product",
                "verbose_name_plural": "products",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ProductImage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="images",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                ("file", models.ImageField(upload_to="products/%Y/%m/", verbose_name="picture")),
                ("alt_text", models.CharField(blank=True, max_length=200, verbose_name="alternative text")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSku",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.CharField(db_index=True, max_length=60, verbose_name="code")),
                ("option_values", models.JSONField(blank=True, default=dict, verbose_name="options")),
                ("barcode", models.CharField(blank=True, db_index=True, max_length=40, verbose_name="barcode")),
                ("weight_grams", models.PositiveIntegerField(blank=True, null=True, verbose_name="weight (g)")),
                (
                    "shelf_life_days",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="shelf life (days)"),
                ),
                ("is_kit", models.BooleanField(default=False, verbose_name="kit")),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        blank=True,
                        decimal_places=4,
                        help_text="The newest cost, in the base currency.",
                        max_digits=14,
                        null=True,
                        verbose_name="unit cost",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "active"), ("last_sale", "selling out"), ("retired", "retired")],
                        default="active",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(blank=True, editable=False, verbose_name="created at")),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.product",
                        verbose_name="product",
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
                "verbose_name": "historical SKU",
                "verbose_name_plural": "historical SKUs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Sku",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skus",
                        to="catalog.product",
                        verbose_name="product",
                    ),
                ),
                ("code", models.CharField(max_length=60, unique=True, verbose_name="code")),
                ("option_values", models.JSONField(blank=True, default=dict, verbose_name="options")),
                ("barcode", models.CharField(blank=True, db_index=True, max_length=40, verbose_name="barcode")),
                ("weight_grams", models.PositiveIntegerField(blank=True, null=True, verbose_name="weight (g)")),
                (
                    "shelf_life_days",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="shelf life (days)"),
                ),
                ("is_kit", models.BooleanField(default=False, verbose_name="kit")),
                (
                    "unit_cost",
                    config.kernel.fields.UnitPriceField(
                        blank=True,
                        decimal_places=4,
                        help_text="The newest cost, in the base currency.",
                        max_digits=14,
                        null=True,
                        verbose_name="unit cost",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "active"), ("last_sale", "selling out"), ("retired", "retired")],
                        default="active",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "SKU",
                "verbose_name_plural": "SKUs",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="KitPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="catalog.sku",
                        verbose_name="kit",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kits",
                        to="catalog.sku",
                        verbose_name="part",
                    ),
                ),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="quantity")),
                (
                    "revenue_weight",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("1"),
                        help_text="The kit's revenue is split over its parts by weight x quantity, to the cent.",
                        max_digits=12,
                        verbose_name="revenue weight",
                    ),
                ),
            ],
            options={
                "verbose_name": "kit part",
                "verbose_name_plural": "kit parts",
                "constraints": [
                    models.UniqueConstraint(fields=("kit", "part"), name="kit_part_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="kit_part_quantity_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("revenue_weight__gte", 0)), name="kit_part_weight_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kit", models.F("part")), _negated=True), name="kit_not_its_own_part"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkuPack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packs",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("units", models.PositiveIntegerField(verbose_name="pieces")),
                ("barcode", models.CharField(blank=True, max_length=40, verbose_name="barcode")),
            ],
            options={
                "verbose_name": "pack",
                "verbose_name_plural": "packs",
                "constraints": [
                    models.UniqueConstraint(fields=("sku", "name"), name="sku_pack_once"),
                    models.CheckConstraint(condition=models.Q(("units__gt", 0)), name="sku_pack_units_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SkuCost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="costs",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                (
                    "amount",
                    config.kernel.fields.UnitPriceField(decimal_places=4, max_digits=14, verbose_name="unit cost"),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("manual", "by hand"),
                            ("import", "import"),
                            ("receipt", "goods receipt"),
                            ("assumed", "assumed"),
                        ],
                        default="manual",
                        max_length=8,
                        verbose_name="source",
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
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "cost",
                "verbose_name_plural": "costs",
                "ordering": ["sku", "-valid_from", "-id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="sku_cost_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="DailySales",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="daily_sales",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("order_count", models.PositiveIntegerField(default=0, verbose_name="orders")),
                ("units", models.IntegerField(default=0, verbose_name="units")),
                ("gift_units", models.IntegerField(default=0, verbose_name="gift units")),
                (
                    "revenue",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="net sales"
                    ),
                ),
                (
                    "cost",
                    config.kernel.fields.MoneyField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="cost of sales"
                    ),
                ),
                ("refund_units", models.IntegerField(default=0, verbose_name="refunded units")),
                (
                    "refund_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="refunds"
                    ),
                ),
            ],
            options={
                "verbose_name": "daily sales",
                "verbose_name_plural": "daily sales",
                "indexes": [models.Index(fields=["sku", "day"], name="daily_sales_sku_day")],
                "constraints": [models.UniqueConstraint(fields=("store", "day", "sku"), name="daily_sales_once")],
            },
        ),
        migrations.CreateModel(
            name="DailyTraffic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="daily_traffic",
                        to="catalog.sku",
                        verbose_name="SKU",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("impressions", models.PositiveIntegerField(default=0, verbose_name="impressions")),
                ("clicks", models.PositiveIntegerField(default=0, verbose_name="clicks")),
                ("visitors", models.PositiveIntegerField(default=0, verbose_name="visitors")),
                ("page_views", models.PositiveIntegerField(default=0, verbose_name="page views")),
                ("cart_adds", models.PositiveIntegerField(default=0, verbose_name="added to cart")),
            ],
            options={
                "verbose_name": "daily traffic",
                "verbose_name_plural": "daily traffic",
                "constraints": [models.UniqueConstraint(fields=("store", "day", "sku"), name="daily_traffic_once")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalListing",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="The code that the store's orders carry.", max_length=120, verbose_name="listing code"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("live", "live"), ("paused", "paused"), ("ended", "ended")],
                        default="live",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("listed_on", models.DateField(blank=True, null=True, verbose_name="listed on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
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
                    "sku",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.sku",
                        verbose_name="SKU or kit",
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
                "verbose_name": "historical listing",
                "verbose_name_plural": "historical listings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listings",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="The code that the store's orders carry.", max_length=120, verbose_name="listing code"
                    ),
                ),
                (
                    "sku",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listings",
                        to="catalog.sku",
                        verbose_name="SKU or kit",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=300, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "draft"), ("live", "live"), ("paused", "paused"), ("ended", "ended")],
                        default="live",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("listed_on", models.DateField(blank=True, null=True, verbose_name="listed on")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
            ],
            options={
                "verbose_name": "listing",
                "verbose_name_plural": "listings",
                "ordering": ["store", "code"],
                "indexes": [
                    models.Index(condition=models.Q(("sku__isnull", True)), fields=["store"], name="listing_unmatched")
                ],
                "constraints": [models.UniqueConstraint(fields=("store", "code"), name="listing_code_once_per_store")],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCategory",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "path",
                    models.CharField(db_index=True, default="", editable=False, max_length=400, verbose_name="path"),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.category",
                        verbose_name="parent",
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
                "verbose_name": "historical category",
                "verbose_name_plural": "historical categories",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="catalog.listing",
                        verbose_name="listing",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("list", "list price"),
                            ("promotion", "promotional price"),
                            ("member", "member price"),
                        ],
                        default="list",
                        max_length=9,
                        verbose_name="kind",
                    ),
                ),
                ("amount", config.kernel.fields.UnitPriceField(decimal_places=4, max_digits=14, verbose_name="price")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("valid_from", models.DateTimeField(verbose_name="from")),
                ("valid_to", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("manual", "by hand"),
                            ("import", "import"),
                            ("promotion", "promotion"),
                            ("channel", "channel"),
                        ],
                        default="manual",
                        max_length=9,
                        verbose_name="source",
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
                ("batch_ref", models.CharField(blank=True, max_length=60, verbose_name="batch")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "price",
                "verbose_name_plural": "prices",
                "ordering": ["listing", "kind", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("valid_to__isnull", True)),
                        fields=("listing", "kind"),
                        name="price_one_open_row",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="price_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                        ),
                        name="price_ends_after_start",
                    ),
                ],
            },
        ),
    ]
