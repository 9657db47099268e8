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
        ("kernel", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalCampaignEvent",
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
                "verbose_name": "historical event",
                "verbose_name_plural": "historical events",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="CampaignEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
            ],
            options={
                "verbose_name": "event",
                "verbose_name_plural": "events",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalEventPeriod",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("presale", "presale"),
                            ("warm_up", "warm-up"),
                            ("sale", "sale"),
                            ("after_dip", "after-dip"),
                            ("carrier_stop", "carriers stop"),
                        ],
                        max_length=12,
                        verbose_name="phase",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "assumed_uplift",
                    models.DecimalField(
                        decimal_places=3,
                        default=Decimal("1"),
                        help_text="Demand on such a day against an ordinary one, as long as it was not measured.",
                        max_digits=6,
                        verbose_name="assumed uplift",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="marketing.campaignevent",
                        verbose_name="event",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty: all channels.",
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
                "verbose_name": "historical event dates",
                "verbose_name_plural": "historical event dates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="EventPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="periods",
                        to="marketing.campaignevent",
                        verbose_name="event",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all channels.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="event_periods",
                        to="catalog.channel",
                        verbose_name="channel",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("presale", "presale"),
                            ("warm_up", "warm-up"),
                            ("sale", "sale"),
                            ("after_dip", "after-dip"),
                            ("carrier_stop", "carriers stop"),
                        ],
                        max_length=12,
                        verbose_name="phase",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "assumed_uplift",
                    models.DecimalField(
                        decimal_places=3,
                        default=Decimal("1"),
                        help_text="Demand on such a day against an ordinary one, as long as it was not measured.",
                        max_digits=6,
                        verbose_name="assumed uplift",
                    ),
                ),
            ],
            options={
                "verbose_name": "event dates",
                "verbose_name_plural": "event dates",
                "ordering": ["-starts_on"],
                "indexes": [models.Index(fields=["starts_on", "ends_on"], name="event_period_days")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("channel__isnull", False)),
                        fields=("event", "channel", "year", "phase"),
                        name="event_period_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("channel__isnull", True)),
                        fields=("event", "year", "phase"),
                        name="event_period_once_for_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="event_period_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("assumed_uplift__gt", 0)), name="event_period_uplift_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalTrafficSource",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "family",
                    models.CharField(
                        choices=[("search", "search"), ("ads", "ads"), ("content", "content"), ("social", "social")],
                        max_length=7,
                        verbose_name="family",
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
                "verbose_name": "historical traffic source",
                "verbose_name_plural": "historical traffic sources",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="TrafficSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                (
                    "family",
                    models.CharField(
                        choices=[("search", "search"), ("ads", "ads"), ("content", "content"), ("social", "social")],
                        max_length=7,
                        verbose_name="family",
                    ),
                ),
            ],
            options={
                "verbose_name": "traffic source",
                "verbose_name_plural": "traffic sources",
                "ordering": ["family", "code"],
            },
        ),
        migrations.CreateModel(
            name="ChannelSpend",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spend",
                        to="marketing.trafficsource",
                        verbose_name="traffic source",
                    ),
                ),
                ("day", models.DateField(verbose_name="day")),
                ("plan_name", models.CharField(blank=True, max_length=120, verbose_name="plan")),
                ("audience", models.CharField(blank=True, max_length=80, verbose_name="audience layer")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("impressions", models.PositiveBigIntegerField(default=0, verbose_name="impressions")),
                ("clicks", models.PositiveBigIntegerField(default=0, verbose_name="clicks")),
                (
                    "cost",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="cost"
                    ),
                ),
                ("conversions", models.PositiveIntegerField(default=0, verbose_name="conversions")),
                (
                    "revenue",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=Decimal("0"), max_digits=14, verbose_name="revenue"
                    ),
                ),
                ("new_customers", models.PositiveIntegerField(default=0, verbose_name="new customers")),
                ("batch_ref", models.CharField(blank=True, max_length=60, verbose_name="batch")),
            ],
            options={
                "verbose_name": "channel spend",
                "verbose_name_plural": "channel spend",
                "ordering": ["-day", "store", "source"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("store", "day", "source", "plan_name", "audience"), name="channel_spend_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cost__gte", 0)), name="channel_spend_cost_not_negative"
                    ),
                ],
            },
        ),
    ]
