"""What was said: messages, notes, attachments and drafts."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.fields import EncryptedTextField
from service_desk.models.tickets import Ticket


class TicketMessage(models.Model):
    """One message of a ticket. A note is seen by staff only and can never become public."""

    class Author(models.TextChoices):
        CUSTOMER = "customer", pgettext_lazy("message author", "customer")
        AGENT = "agent", pgettext_lazy("message author", "agent")
        BOT = "bot", pgettext_lazy("message author", "assistant")
        SYSTEM = "system", pgettext_lazy("message author", "automatic")

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages", verbose_name=_("ticket"))
    author = models.CharField(_("author"), max_length=8, choices=Author)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agent"),
    )
    is_note = models.BooleanField(_("internal note"), default=False)
    # What customers write holds names, phones and addresses.
    body = EncryptedTextField(_("text"))
    # The channel's own id: the same message twice is one message.
    external_id = models.CharField(_("message id"), max_length=200, blank=True)
    # Where it was written, when its ticket was merged into another one.
    origin_ticket = models.ForeignKey(
        Ticket,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("written on"),
    )
    sent_at = models.DateTimeField(_("sent at"))
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["ticket", "sent_at"], name="ticket_message_talk")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "external_id"],
                condition=~Q(external_id=""),
                name="ticket_message_once",
            ),
            models.CheckConstraint(
                condition=Q(is_note=False) | Q(author="agent"),
                name="ticket_note_by_agent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.author} {self.sent_at}"


def attachment_path(attachment: "Attachment", file_name: str) -> str:
    """A random name: what the sender called the file never reaches the disk."""
    return f"attachments/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """A file of a message; its kind is what its bytes say, and it is served only through a checked, sandboxed view."""

    message = models.ForeignKey(
        TicketMessage,
        models.PROTECT,
        related_name="attachments",
        verbose_name=_("message"),
    )
    file = models.FileField(_("file"), upload_to=attachment_path)
    file_name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("kind"), max_length=80)
    file_bytes = models.PositiveBigIntegerField(_("size"))
    file_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return self.file_name


class Draft(models.Model):
    """What an agent has typed and not sent: one answer and one note a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts", verbose_name=_("ticket"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("agent"),
    )
    body = EncryptedTextField(_("text"), blank=True)
    is_note = models.BooleanField(_("internal note"), default=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["ticket", "user", "is_note"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.user_id}"


class TicketTerm(models.Model):
    """One term of a ticket's subject or talk as a keyed hash: finds encrypted messages without showing them."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="terms", verbose_name=_("ticket"))
    term = models.BigIntegerField(_("term"))

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        constraints = [models.UniqueConstraint(fields=["term", "ticket"], name="ticket_term_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.term}"
