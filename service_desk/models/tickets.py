"""Tickets, their queues and their event log."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models import Store
from catalog.models.stores import in_language
from config.kernel.append_only import AppendOnlyModel
from fulfillment.models import Order
from membership.models import Customer


class TicketQueue(models.Model):
    """A line that tickets wait in: pre-sales, after-sales, complaints."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    english_name = models.CharField(_("English name"), max_length=80, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("ticket queue")
        verbose_name_plural = _("ticket queues")
        ordering = ["code"]

    def __str__(self) -> str:
        return in_language(self.name, self.english_name)


_WAITS_SINCE = Coalesce("last_customer_message_at", "opened_at")
_SPOKE_AT = Coalesce("last_message_at", "opened_at")


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Named filters of tickets."""

    def open(self) -> "TicketQuerySet":
        """Tickets that are not finished."""
        return self.filter(state__in=Ticket.OPEN_STATES)

    def unassigned(self) -> "TicketQuerySet":
        """Open tickets that nobody has taken."""
        return self.open().filter(assignee__isnull=True)


class Ticket(models.Model):
    """A customer's matter, from the first message to its end. States move only through `service_desk.services`."""

    class State(models.TextChoices):
        BOT = "bot", pgettext_lazy("ticket state", "with the assistant")
        NEW = "new", pgettext_lazy("ticket state", "new")
        OPEN = "open", pgettext_lazy("ticket state", "open")
        WAITING_CUSTOMER = (
            "waiting_customer",
            pgettext_lazy("ticket state", "waiting for the customer"),
        )
        WAITING_PARCEL = (
            "waiting_parcel",
            pgettext_lazy("ticket state", "waiting for a parcel"),
        )
        WAITING_SUPPLIER = (
            "waiting_supplier",
            pgettext_lazy("ticket state", "waiting for a supplier"),
        )
        RESOLVED = "resolved", pgettext_lazy("ticket state", "resolved")
        CLOSED = "closed", pgettext_lazy("ticket state", "closed")
        MERGED = "merged", pgettext_lazy("ticket state", "merged")
        SPAM = "spam", pgettext_lazy("ticket state", "spam")

    OPEN_STATES = (
        State.BOT,
        State.NEW,
        State.OPEN,
        State.WAITING_CUSTOMER,
        State.WAITING_PARCEL,
        State.WAITING_SUPPLIER,
    )

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", pgettext_lazy("ticket kind", "enquiry")
        AFTER_SALES = "after_sales", pgettext_lazy("ticket kind", "after-sales")
        COMPLAINT = "complaint", pgettext_lazy("ticket kind", "complaint")
        BAD_REVIEW = "bad_review", pgettext_lazy("ticket kind", "bad review")
        INCIDENT = "incident_mention", pgettext_lazy("ticket kind", "public mention")

    class Priority(models.IntegerChoices):
        URGENT = 1, pgettext_lazy("priority", "urgent")
        HIGH = 2, pgettext_lazy("priority", "high")
        NORMAL = 3, pgettext_lazy("priority", "normal")
        LOW = 4, pgettext_lazy("priority", "low")

    class ContactChannel(models.TextChoices):
        CHAT = "chat", pgettext_lazy("contact channel", "chat")
        EMAIL = "email", pgettext_lazy("contact channel", "e-mail")
        PHONE = "phone", pgettext_lazy("contact channel", "phone")
        WECOM = "wecom", pgettext_lazy("contact channel", "WeCom")
        REVIEW = "review", pgettext_lazy("contact channel", "review")
        STAFF = "staff", pgettext_lazy("contact channel", "staff")

    number = models.CharField(_("number"), max_length=20, unique=True)
    subject = models.CharField(_("subject"), max_length=200)
    store = models.ForeignKey(Store, models.PROTECT, related_name="tickets", verbose_name=_("store"))
    queue = models.ForeignKey(
        TicketQueue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("queue"),
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("customer"),
    )
    order = models.ForeignKey(
        Order,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("order"),
    )
    contact_channel = models.CharField(_("contact channel"), max_length=6, choices=ContactChannel)
    external_ref = models.CharField(_("conversation on the channel"), max_length=120, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.ENQUIRY)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.NEW)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="tickets",
        verbose_name=_("agent"),
    )
    tags = models.JSONField(_("tags"), default=list, blank=True)
    follow_up_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("follow-up of"),
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    opened_at = models.DateTimeField(_("opened at"))
    first_replied_at = models.DateTimeField(_("first reply"), null=True, blank=True)
    last_customer_message_at = models.DateTimeField(_("customer wrote"), null=True, blank=True)
    last_message_at = models.DateTimeField(_("last message"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    # The next of its clocks, so that a list of tickets asks for nothing more; kept by services.sla.
    sla_due_at = models.DateTimeField(_("due at"), null=True, blank=True, editable=False)
    sla_metric = models.CharField(_("due is"), max_length=14, blank=True, editable=False)
    sla_is_paused = models.BooleanField(_("clock paused"), default=False, editable=False)
    reopen_count = models.PositiveSmallIntegerField(_("re-opened"), default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["state", "priority", "-last_message_at"],
                name="ticket_queue_view",
            ),
            models.Index(fields=["assignee", "state"], name="ticket_agent"),
            models.Index(fields=["customer", "-id"], name="ticket_customer"),
            models.Index(fields=["store", "opened_at"], name="ticket_store_opened"),
            # One for each order that the queue can be listed by; see queue_order.
            models.Index("priority", _WAITS_SINCE, "id", name="ticket_by_priority"),
            models.Index(_WAITS_SINCE, "id", name="ticket_by_waiting"),
            models.Index(_SPOKE_AT, "id", name="ticket_by_latest"),
            models.Index(fields=["opened_at"], name="ticket_opened"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["store", "contact_channel", "external_ref"],
                condition=~Q(external_ref="") & ~Q(state__in=["closed", "merged", "spam"]),
                name="ticket_one_open_per_conversation",
            ),
            models.CheckConstraint(
                condition=~Q(state="resolved") | Q(resolved_at__isnull=False),
                name="ticket_resolved_at_if_resolved",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="ticket_merged_into_iff_merged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def is_open(self) -> bool:
        """Whether it is not finished."""
        return self.state in self.OPEN_STATES

    @property
    def may_be_merged(self) -> bool:
        """Whether it may end in another ticket as it stands."""
        return self.state in (self.State.NEW, self.State.OPEN)


class TicketEvent(AppendOnlyModel):
    """Everything that happened to a ticket besides its messages."""

    class Kind(models.TextChoices):
        STATE = "state", pgettext_lazy("ticket event", "state")
        ASSIGNED = "assigned", pgettext_lazy("ticket event", "assigned")
        PRIORITY = "priority", pgettext_lazy("ticket event", "priority")
        QUEUE = "queue", pgettext_lazy("ticket event", "queue")
        TAGS = "tags", pgettext_lazy("ticket event", "tags")
        LINKED = "linked", pgettext_lazy("ticket event", "linked")
        SUBJECT = "subject", pgettext_lazy("ticket event", "subject")
        KIND = "kind", pgettext_lazy("ticket event", "kind")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="events", verbose_name=_("ticket"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    before = models.CharField(_("before"), max_length=200, blank=True)
    after = models.CharField(_("after"), max_length=200, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    occurred_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}: {self.before} -> {self.after}"

    def in_words(self, value: str) -> str:
        """What it was before or after, as people say it: states have names."""
        return str(dict(Ticket.State.choices).get(value, value)) if self.kind == self.Kind.STATE else value
