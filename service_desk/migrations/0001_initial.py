import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import config.kernel.fields
import service_desk.models.conversation


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("fulfillment", "0001_initial"),
        ("kernel", "__first__"),
        ("membership", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalTicketQueue",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
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
                "verbose_name": "historical ticket queue",
                "verbose_name_plural": "historical ticket queues",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="TicketQueue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("english_name", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "ticket queue",
                "verbose_name_plural": "ticket queues",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="catalog.store",
                        verbose_name="store",
                    ),
                ),
                (
                    "queue",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="service_desk.ticketqueue",
                        verbose_name="queue",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="membership.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="fulfillment.order",
                        verbose_name="order",
                    ),
                ),
                (
                    "contact_channel",
                    models.CharField(
                        choices=[
                            ("chat", "chat"),
                            ("email", "e-mail"),
                            ("phone", "phone"),
                            ("wecom", "WeCom"),
                            ("review", "review"),
                            ("staff", "staff"),
                        ],
                        max_length=6,
                        verbose_name="contact channel",
                    ),
                ),
                (
                    "external_ref",
                    models.CharField(blank=True, max_length=120, verbose_name="conversation on the channel"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("enquiry", "enquiry"),
                            ("after_sales", "after-sales"),
                            ("complaint", "complaint"),
                            ("bad_review", "bad review"),
                            ("incident_mention", "public mention"),
                        ],
                        default="enquiry",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "urgent"), (2, "high"), (3, "normal"), (4, "low")],
                        default=3,
                        verbose_name="priority",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("bot", "with the assistant"),
                            ("new", "new"),
                            ("open", "open"),
                            ("waiting_customer", "waiting for the customer"),
                            ("waiting_parcel", "waiting for a parcel"),
                            ("waiting_supplier", "waiting for a supplier"),
                            ("resolved", "resolved"),
                            ("closed", "closed"),
                            ("merged", "merged"),
                            ("spam", "spam"),
                        ],
                        default="new",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
                ("tags", models.JSONField(blank=True, default=list, verbose_name="tags")),
                (
                    "follow_up_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to="service_desk.ticket",
                        verbose_name="follow-up of",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="service_desk.ticket",
                        verbose_name="merged into",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="opened at")),
                ("first_replied_at", models.DateTimeField(blank=True, null=True, verbose_name="first reply")),
                (
                    "last_customer_message_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="customer wrote"),
                ),
                ("last_message_at", models.DateTimeField(blank=True, null=True, verbose_name="last message")),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved at")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed at")),
                ("reopen_count", models.PositiveSmallIntegerField(default=0, verbose_name="re-opened")),
            ],
            options={
                "verbose_name": "ticket",
                "verbose_name_plural": "tickets",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["state", "priority", "-last_message_at"], name="ticket_queue_view"),
                    models.Index(fields=["assignee", "state"], name="ticket_agent"),
                    models.Index(fields=["customer", "-id"], name="ticket_customer"),
                    models.Index(fields=["store", "opened_at"], name="ticket_store_opened"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("external_ref", ""), _negated=True),
                            models.Q(("state__in", ["closed", "merged", "spam"]), _negated=True),
                        ),
                        fields=("store", "contact_channel", "external_ref"),
                        name="ticket_one_open_per_conversation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "resolved"), _negated=True),
                            ("resolved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="ticket_resolved_at_if_resolved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("state", "merged")),
                            models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="ticket_merged_into_iff_merged",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TicketEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="service_desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("state", "state"),
                            ("assigned", "assigned"),
                            ("priority", "priority"),
                            ("queue", "queue"),
                            ("tags", "tags"),
                            ("linked", "linked"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=200, verbose_name="before")),
                ("after", models.CharField(blank=True, max_length=200, verbose_name="after")),
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
                "verbose_name": "ticket event",
                "verbose_name_plural": "ticket events",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="TicketMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="service_desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "author",
                    models.CharField(
                        choices=[
                            ("customer", "customer"),
                            ("agent", "agent"),
                            ("bot", "assistant"),
                            ("system", "automatic"),
                        ],
                        max_length=8,
                        verbose_name="author",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
                ("is_note", models.BooleanField(default=False, verbose_name="internal note")),
                ("body", config.kernel.fields.EncryptedTextField(verbose_name="text")),
                ("external_id", models.CharField(blank=True, max_length=200, verbose_name="message id")),
                ("sent_at", models.DateTimeField(verbose_name="sent at")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["sent_at", "id"],
                "indexes": [models.Index(fields=["ticket", "sent_at"], name="ticket_message_talk")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("ticket", "external_id"),
                        name="ticket_message_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_note", False), ("author", "agent"), _connector="OR"),
                        name="ticket_note_by_agent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="service_desk.ticketmessage",
                        verbose_name="message",
                    ),
                ),
                (
                    "file",
                    models.FileField(upload_to=service_desk.models.conversation.attachment_path, verbose_name="file"),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="name")),
                ("media_type", models.CharField(max_length=80, verbose_name="kind")),
                ("file_bytes", models.PositiveBigIntegerField(verbose_name="size")),
                ("file_hash", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to="service_desk.ticket",
                        verbose_name="ticket",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
                ("body", config.kernel.fields.EncryptedTextField(blank=True, verbose_name="text")),
                ("is_note", models.BooleanField(default=False, verbose_name="internal note")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "constraints": [models.UniqueConstraint(fields=("ticket", "user"), name="draft_once")],
            },
        ),
    ]
