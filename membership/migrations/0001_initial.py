import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import config.kernel.fields
import membership.models.segments


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("kernel", "0001_initial"),
        ("kernel", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("name", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="name")),
                ("phone", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="phone")),
                ("email", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="e-mail")),
                ("phone_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ("email_hash", models.CharField(blank=True, db_index=True, editable=False, max_length=64)),
                ("country", models.CharField(blank=True, max_length=60, verbose_name="country")),
                ("province", models.CharField(blank=True, max_length=40, verbose_name="province")),
                ("city", models.CharField(blank=True, max_length=60, verbose_name="city")),
                (
                    "first_store",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="first store",
                    ),
                ),
                ("first_seen_at", models.DateTimeField(blank=True, null=True, verbose_name="first seen")),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="membership.customer",
                        verbose_name="merged into",
                    ),
                ),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="erased at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
                "ordering": ["-id"],
                "permissions": [("unmask_customer", "Can see personal data in clear")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True),
                        name="customer_not_merged_into_itself",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomerIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="identities",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
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
                    "kind",
                    models.CharField(
                        choices=[("buyer_id", "channel buyer id"), ("phone", "phone"), ("email", "e-mail")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("key_hash", models.CharField(max_length=64)),
                ("value", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="buyer id")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "identity",
                "verbose_name_plural": "identities",
                "constraints": [
                    models.UniqueConstraint(fields=("store", "kind", "key_hash"), name="identity_once_per_store")
                ],
            },
        ),
        migrations.CreateModel(
            name="MergeCandidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="membership.customer",
                        verbose_name="other customer",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[("buyer_id", "channel buyer id"), ("phone", "phone"), ("email", "e-mail")],
                        max_length=8,
                        verbose_name="what they share",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("merged", "merged"), ("apart", "kept apart")],
                        default="open",
                        max_length=6,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "constraints": [
                    models.UniqueConstraint(fields=("first", "second", "reason"), name="merge_candidate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="merge_candidate_ordered"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_ref", models.CharField(max_length=120, unique=True, verbose_name="source")),
                ("checkout_ref", models.CharField(max_length=120, verbose_name="checkout")),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("paid_at", models.DateTimeField(verbose_name="paid at")),
                ("paid_on", models.DateField(verbose_name="paid on")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "amount",
                    config.kernel.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="paid amount"),
                ),
                (
                    "base_amount",
                    config.kernel.fields.MoneyField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="paid amount in base currency",
                    ),
                ),
                (
                    "goods_amount",
                    config.kernel.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="of which goods"),
                ),
                ("goods_units", models.PositiveIntegerField(default=0, verbose_name="goods units")),
                (
                    "cost",
                    config.kernel.fields.MoneyField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="cost"
                    ),
                ),
            ],
            options={
                "verbose_name": "purchase",
                "verbose_name_plural": "purchases",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["customer", "paid_on"], name="purchase_customer"),
                    models.Index(fields=["store", "paid_on"], name="purchase_store_day"),
                    models.Index(fields=["paid_on"], name="purchase_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="PurchaseLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="membership.purchase",
                        verbose_name="purchase",
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
                ("quantity", models.IntegerField(verbose_name="quantity")),
                (
                    "net_amount",
                    config.kernel.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="net amount"),
                ),
                (
                    "cost",
                    config.kernel.fields.MoneyField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="cost"
                    ),
                ),
            ],
            options={
                "verbose_name": "purchase line",
                "verbose_name_plural": "purchase lines",
            },
        ),
        migrations.CreateModel(
            name="PurchaseRefund",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_ref", models.CharField(max_length=120, unique=True, verbose_name="source")),
                (
                    "purchase",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="membership.purchase",
                        verbose_name="purchase",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_refunds",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                ("refunded_at", models.DateTimeField(verbose_name="refunded at")),
                ("refunded_on", models.DateField(verbose_name="refunded on")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "amount",
                    config.kernel.fields.MoneyField(
                        decimal_places=2,
                        help_text="Positive: what went back to the customer.",
                        max_digits=14,
                        verbose_name="amount",
                    ),
                ),
                (
                    "base_amount",
                    config.kernel.fields.MoneyField(
                        blank=True, decimal_places=2, max_digits=14, null=True, verbose_name="amount in base currency"
                    ),
                ),
                ("goods_units", models.PositiveIntegerField(default=0, verbose_name="goods units taken back")),
            ],
            options={
                "verbose_name": "refund fact",
                "verbose_name_plural": "refund facts",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["customer", "refunded_on"], name="purchase_refund_customer"),
                    models.Index(fields=["store", "refunded_on"], name="purchase_refund_store_day"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="purchase_refund_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalRfmPolicy",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("rank", "ranks (five equal parts, ties kept together)"),
                            ("thresholds", "fixed thresholds"),
                        ],
                        default="rank",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                ("window_days", models.PositiveIntegerField(default=365, verbose_name="window (days)")),
                (
                    "recency_days",
                    models.JSONField(
                        default=membership.models.segments.default_recency_days, verbose_name="recency thresholds"
                    ),
                ),
                (
                    "purchase_counts",
                    models.JSONField(
                        default=membership.models.segments.default_purchase_counts, verbose_name="frequency thresholds"
                    ),
                ),
                (
                    "spent",
                    models.JSONField(
                        default=membership.models.segments.default_spent, verbose_name="monetary thresholds"
                    ),
                ),
                (
                    "value_cut",
                    models.CharField(
                        choices=[("mean", "mean"), ("median", "median"), ("fixed", "fixed values")],
                        default="mean",
                        max_length=6,
                        verbose_name="cut of the eight segments",
                    ),
                ),
                ("fixed_cuts", models.JSONField(blank=True, default=dict, verbose_name="fixed cuts")),
                ("dormant_days", models.PositiveIntegerField(default=90, verbose_name="dormant after (days)")),
                (
                    "store",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        help_text="Empty: all stores together.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="catalog.store",
                        verbose_name="store",
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
                "verbose_name": "historical RFM policy",
                "verbose_name_plural": "historical RFM policies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RfmPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "store",
                    models.OneToOneField(
                        blank=True,
                        help_text="Empty: all stores together.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rfm_policy",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("rank", "ranks (five equal parts, ties kept together)"),
                            ("thresholds", "fixed thresholds"),
                        ],
                        default="rank",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                ("window_days", models.PositiveIntegerField(default=365, verbose_name="window (days)")),
                (
                    "recency_days",
                    models.JSONField(
                        default=membership.models.segments.default_recency_days, verbose_name="recency thresholds"
                    ),
                ),
                (
                    "purchase_counts",
                    models.JSONField(
                        default=membership.models.segments.default_purchase_counts, verbose_name="frequency thresholds"
                    ),
                ),
                (
                    "spent",
                    models.JSONField(
                        default=membership.models.segments.default_spent, verbose_name="monetary thresholds"
                    ),
                ),
                (
                    "value_cut",
                    models.CharField(
                        choices=[("mean", "mean"), ("median", "median"), ("fixed", "fixed values")],
                        default="mean",
                        max_length=6,
                        verbose_name="cut of the eight segments",
                    ),
                ),
                ("fixed_cuts", models.JSONField(blank=True, default=dict, verbose_name="fixed cuts")),
                ("dormant_days", models.PositiveIntegerField(default=90, verbose_name="dormant after (days)")),
            ],
            options={
                "verbose_name": "RFM policy",
                "verbose_name_plural": "RFM policies",
            },
        ),
        migrations.CreateModel(
            name="RfmRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "job_run",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="rfm_run",
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
                ("as_of", models.DateField(verbose_name="as of")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("rank", "ranks (five equal parts, ties kept together)"),
                            ("thresholds", "fixed thresholds"),
                        ],
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                ("window_days", models.PositiveIntegerField(verbose_name="window (days)")),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
                ("cuts", models.JSONField(default=dict, verbose_name="cuts")),
                ("warnings", models.JSONField(blank=True, default=list, verbose_name="warnings")),
                ("customer_count", models.PositiveIntegerField(default=0, verbose_name="customers")),
                (
                    "prospect_count",
                    models.PositiveIntegerField(default=0, verbose_name="without a purchase in the window"),
                ),
                ("is_current", models.BooleanField(default=False, verbose_name="current")),
                ("has_scores", models.BooleanField(default=True, verbose_name="scores kept")),
                (
                    "compared_with",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="membership.rfmrun",
                        verbose_name="compared with",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "RFM run",
                "verbose_name_plural": "RFM runs",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("store",),
                        name="rfm_one_current_run_per_store",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True), ("store__isnull", True)),
                        fields=("is_current",),
                        name="rfm_one_current_run_for_all",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RfmScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="membership.rfmrun",
                        verbose_name="RFM run",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rfm_scores",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                ("recency_days", models.PositiveIntegerField(verbose_name="days since the last purchase")),
                ("frequency", models.PositiveIntegerField(verbose_name="purchases")),
                (
                    "monetary",
                    config.kernel.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="net spending"),
                ),
                ("recency_score", models.PositiveSmallIntegerField(verbose_name="R")),
                ("frequency_score", models.PositiveSmallIntegerField(verbose_name="F")),
                ("monetary_score", models.PositiveSmallIntegerField(verbose_name="M")),
                (
                    "segment",
                    models.CharField(
                        choices=[
                            ("champions", "Champions"),
                            ("loyal", "Loyal"),
                            ("potential_loyalist", "Potential loyalist"),
                            ("new", "New customers"),
                            ("promising", "Promising"),
                            ("need_attention", "Need attention"),
                            ("about_to_sleep", "About to sleep"),
                            ("cannot_lose", "Cannot lose them"),
                            ("at_risk", "At risk"),
                            ("hibernating", "Hibernating"),
                            ("lost", "Lost"),
                        ],
                        max_length=18,
                        verbose_name="segment",
                    ),
                ),
                (
                    "value_segment",
                    models.CharField(
                        choices=[
                            ("key_value", "Key value"),
                            ("key_develop", "Key to develop"),
                            ("key_keep", "Key to keep"),
                            ("key_win_back", "Key to win back"),
                            ("plain_value", "Ordinary value"),
                            ("plain_develop", "Ordinary to develop"),
                            ("plain_keep", "Ordinary to keep"),
                            ("plain_win_back", "Ordinary to win back"),
                        ],
                        max_length=14,
                        verbose_name="value segment",
                    ),
                ),
                ("is_dormant", models.BooleanField(default=False, verbose_name="dormant")),
            ],
            options={
                "verbose_name": "RFM score",
                "verbose_name_plural": "RFM scores",
                "indexes": [models.Index(fields=["run", "segment"], name="rfm_score_segment")],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "customer"), name="rfm_score_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("frequency_score__range", (1, 5)),
                            ("monetary_score__range", (1, 5)),
                            ("recency_score__range", (1, 5)),
                        ),
                        name="rfm_scores_1_to_5",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RfmSegmentTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="totals",
                        to="membership.rfmrun",
                        verbose_name="RFM run",
                    ),
                ),
                (
                    "map",
                    models.CharField(
                        choices=[("named", "eleven segments"), ("value", "eight value segments")],
                        max_length=5,
                        verbose_name="map",
                    ),
                ),
                ("segment", models.CharField(max_length=18, verbose_name="segment")),
                ("customer_count", models.PositiveIntegerField(default=0, verbose_name="customers")),
                ("dormant_count", models.PositiveIntegerField(default=0, verbose_name="of which dormant")),
                (
                    "monetary",
                    config.kernel.fields.MoneyField(
                        decimal_places=2, default=0, max_digits=14, verbose_name="net spending"
                    ),
                ),
            ],
            options={
                "verbose_name": "segment total",
                "verbose_name_plural": "segment totals",
                "constraints": [models.UniqueConstraint(fields=("run", "map", "segment"), name="rfm_total_once")],
            },
        ),
        migrations.CreateModel(
            name="RfmTransition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="transitions",
                        to="membership.rfmrun",
                        verbose_name="RFM run",
                    ),
                ),
                (
                    "map",
                    models.CharField(
                        choices=[("named", "eleven segments"), ("value", "eight value segments")],
                        max_length=5,
                        verbose_name="map",
                    ),
                ),
                ("from_segment", models.CharField(blank=True, max_length=18, verbose_name="from")),
                ("to_segment", models.CharField(blank=True, max_length=18, verbose_name="to")),
                ("customer_count", models.PositiveIntegerField(verbose_name="customers")),
            ],
            options={
                "verbose_name": "movement",
                "verbose_name_plural": "movements",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "map", "from_segment", "to_segment"), name="rfm_transition_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSegmentStrategy",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "map",
                    models.CharField(
                        choices=[("named", "eleven segments"), ("value", "eight value segments")],
                        max_length=5,
                        verbose_name="map",
                    ),
                ),
                ("segment", models.CharField(max_length=18, verbose_name="segment")),
                ("title", models.CharField(max_length=120, verbose_name="strategy")),
                ("english_title", models.CharField(blank=True, max_length=120, verbose_name="strategy in English")),
                ("action", models.TextField(blank=True, verbose_name="what to do")),
                ("english_action", models.TextField(blank=True, verbose_name="what to do, in English")),
                ("owner_role", models.CharField(blank=True, max_length=60, verbose_name="role")),
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
                "verbose_name": "historical segment strategy",
                "verbose_name_plural": "historical segment strategies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SegmentStrategy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "map",
                    models.CharField(
                        choices=[("named", "eleven segments"), ("value", "eight value segments")],
                        max_length=5,
                        verbose_name="map",
                    ),
                ),
                ("segment", models.CharField(max_length=18, verbose_name="segment")),
                ("title", models.CharField(max_length=120, verbose_name="strategy")),
                ("english_title", models.CharField(blank=True, max_length=120, verbose_name="strategy in English")),
                ("action", models.TextField(blank=True, verbose_name="what to do")),
                ("english_action", models.TextField(blank=True, verbose_name="what to do, in English")),
                ("owner_role", models.CharField(blank=True, max_length=60, verbose_name="role")),
            ],
            options={
                "verbose_name": "segment strategy",
                "verbose_name_plural": "segment strategies",
                "constraints": [models.UniqueConstraint(fields=("map", "segment"), name="segment_strategy_once")],
            },
        ),
    ]
