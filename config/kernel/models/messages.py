"""What leaves the house and what comes in: both are rows first."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.append_only import AppendOnlyModel
from config.kernel.fields import EncryptedTextField
from config.kernel.words import code_word


class OutboxMessage(models.Model):
    """A side effect written in the transaction that causes it, carried out after commit, tried again when it fails."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("outbox state", "waiting")
        SENDING = "sending", pgettext_lazy("outbox state", "sending")
        SENT = "sent", pgettext_lazy("outbox state", "sent")
        DEAD = "dead", pgettext_lazy("outbox state", "given up")

    kind = models.CharField(_("kind"), max_length=40)
    # The same key again is the same message: it is sent once.
    key = models.CharField(_("key"), max_length=160, unique=True)
    payload = models.JSONField(_("payload"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due at"))
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outbox_due",
                condition=Q(state__in=["waiting", "sending"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="outbox_sent_at_iff_sent",
            ),
        ]

    def __str__(self) -> str:
        return code_word("kind", self.kind)


class DeliveryAttempt(AppendOnlyModel):
    """The record of one try to deliver an outgoing message."""

    message = models.ForeignKey(OutboxMessage, models.PROTECT, related_name="tries", verbose_name=_("message"))
    number = models.PositiveSmallIntegerField(_("attempt"))
    succeeded = models.BooleanField(_("succeeded"))
    answer = models.TextField(_("answer"), blank=True)
    attempted_at = models.DateTimeField(_("attempted at"))

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.message} / {self.number}"


class InboxMessage(models.Model):
    """A raw payload from outside, kept until it was taken in; what cannot be taken in is parked where a person sees it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("inbox state", "waiting")
        WORKING = "working", pgettext_lazy("inbox state", "working")
        DONE = "done", pgettext_lazy("inbox state", "done")
        PARKED = "parked", pgettext_lazy("inbox state", "parked")
        DISCARDED = "discarded", pgettext_lazy("inbox state", "discarded")

    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("external number"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40)
    payload_hash = models.CharField(max_length=64)
    # Payloads carry names and addresses: they are kept encrypted.
    payload = EncryptedTextField(_("payload"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    error_message = models.TextField(_("error"), blank=True)
    error_detail = models.JSONField(_("detail"), default=dict, blank=True)
    result_ref = models.CharField(_("became"), max_length=120, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("incoming message")
        verbose_name_plural = _("incoming messages")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "id"], name="inbox_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "external_id", "payload_hash"],
                name="inbox_same_payload_once",
            ),
        ]
        permissions = [("replay_inboxmessage", _("Can send parked messages again"))]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class Notice(models.Model):
    """A line in a staff member's own inbox."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="notices",
        verbose_name=_("who"),
    )
    key = models.CharField(max_length=160)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notice_once")]

    def __str__(self) -> str:
        return self.title


class IdempotencyKey(models.Model):
    """A write over HTTP that carries a key is carried out once; the same key again gets the first answer."""

    class State(models.TextChoices):
        WORKING = "working", pgettext_lazy("idempotency state", "working")
        DONE = "done", pgettext_lazy("idempotency state", "done")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    request_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=7, choices=State, default=State.WORKING)
    lease_until = models.DateTimeField()
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    # An answer may repeat personal data: encrypted as well.
    response_body = EncryptedTextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
