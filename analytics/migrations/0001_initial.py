from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import config.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("kernel", "0001_initial"),
        ("kernel", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("daily", "daily report"), ("weekly", "weekly report"), ("monthly", "monthly report")],
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all stores.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("first_day", models.DateField(verbose_name="first day")),
                ("last_day", models.DateField(verbose_name="last day")),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="version")),
                (
                    "job_run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="kernel.jobrun",
                        verbose_name="job run",
                    ),
                ),
                ("content", models.JSONField(verbose_name="content")),
                ("content_hash", models.CharField(max_length=64)),
                ("metric_count", models.PositiveIntegerField(default=0, verbose_name="metrics")),
                ("anomaly_count", models.PositiveIntegerField(default=0, verbose_name="outliers")),
                ("is_provisional", models.BooleanField(default=False, verbose_name="provisional")),
                ("built_at", models.DateTimeField(verbose_name="built at")),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ["-last_day", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", False)),
                        fields=("kind", "store", "first_day", "version"),
                        name="report_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", True)),
                        fields=("kind", "first_day", "version"),
                        name="report_once_for_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_day__gte", models.F("first_day"))), name="report_ends_after_start"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pictures",
                        to="analytics.report",
                        verbose_name="report",
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name")),
                ("language", models.CharField(max_length=10, verbose_name="language")),
                ("file", models.FileField(upload_to="reports/%Y/%m/", verbose_name="file")),
            ],
            options={
                "verbose_name": "report picture",
                "verbose_name_plural": "report pictures",
                "constraints": [
                    models.UniqueConstraint(fields=("report", "name", "language"), name="report_picture_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_subscriptions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("daily", "daily report"), ("weekly", "weekly report"), ("monthly", "monthly report")],
                        max_length=7,
                        verbose_name="kind",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all stores.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "report subscription",
                "verbose_name_plural": "report subscriptions",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", False)),
                        fields=("user", "kind", "store"),
                        name="report_subscription_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("store__isnull", True)),
                        fields=("user", "kind"),
                        name="report_subscription_once_for_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="analytics.report",
                        verbose_name="report",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_deliveries",
                        to="kernel.outboxmessage",
                        verbose_name="message",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "report delivery",
                "verbose_name_plural": "report deliveries",
                "constraints": [models.UniqueConstraint(fields=("report", "user"), name="report_delivery_once")],
            },
        ),
        migrations.CreateModel(
            name="StoreDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("placed_orders", models.PositiveIntegerField(default=0, verbose_name="orders placed")),
                (
                    "placed_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="placed amount"
                    ),
                ),
                (
                    "paid_in_time_orders",
                    models.PositiveIntegerField(default=0, verbose_name="of which paid within 24 hours"),
                ),
                ("paid_orders", models.PositiveIntegerField(default=0, verbose_name="orders paid")),
                (
                    "paid_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="paid amount (GMV)"
                    ),
                ),
                (
                    "known_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="of which by known buyers"
                    ),
                ),
                ("buyers", models.PositiveIntegerField(default=0, verbose_name="buyers")),
                ("guest_orders", models.PositiveIntegerField(default=0, verbose_name="orders of unknown buyers")),
                ("units", models.IntegerField(default=0, verbose_name="units")),
                (
                    "gross_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="gross sales"
                    ),
                ),
                (
                    "discount_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="discounts"
                    ),
                ),
                (
                    "shipping_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="postage"
                    ),
                ),
                (
                    "reversal_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="reversals of net sales"
                    ),
                ),
                (
                    "refund_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="refunds"
                    ),
                ),
                ("refund_orders", models.PositiveIntegerField(default=0, verbose_name="orders with a refund")),
                ("refund_units", models.IntegerField(default=0, verbose_name="units taken back")),
                (
                    "cancelled_orders",
                    models.PositiveIntegerField(default=0, verbose_name="paid orders cancelled before dispatch"),
                ),
                (
                    "cost_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="cost of sales"
                    ),
                ),
                (
                    "uncosted_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="net sales without cost"
                    ),
                ),
                (
                    "adjustment_amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="adjustments"
                    ),
                ),
                ("tickets_opened", models.PositiveIntegerField(default=0, verbose_name="tickets opened")),
                ("tickets_resolved", models.PositiveIntegerField(default=0, verbose_name="tickets resolved")),
                (
                    "exchange_rate",
                    config.kernel.fields.ExchangeRateField(
                        blank=True, decimal_places=8, max_digits=18, null=True, verbose_name="exchange rate"
                    ),
                ),
                (
                    "refund_exchange_rate",
                    config.kernel.fields.ExchangeRateField(
                        blank=True,
                        decimal_places=8,
                        max_digits=18,
                        null=True,
                        verbose_name="exchange rate of the refunds",
                    ),
                ),
                ("generation", models.PositiveIntegerField(default=1, verbose_name="built so many times")),
                ("built_at", models.DateTimeField(verbose_name="built at")),
            ],
            options={
                "verbose_name": "store day",
                "verbose_name_plural": "store days",
                "ordering": ["-day", "store"],
                "indexes": [models.Index(fields=["day"], name="store_day_day")],
                "constraints": [models.UniqueConstraint(fields=("store", "day"), name="store_day_once")],
            },
        ),
    ]
