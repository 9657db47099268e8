"""Who changed or read what, and the seals that show when an entry was tampered with."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.append_only import AppendOnlyModel
from config.kernel.words import code_word


class AuditEntry(AppendOnlyModel):
    """One change, or one look at personal data. Holds references and differences, never personal values in clear."""

    class ActorKind(models.TextChoices):
        PERSON = "person", pgettext_lazy("actor kind", "person")
        PROGRAM = "program", pgettext_lazy("actor kind", "program")
        JOB = "job", pgettext_lazy("actor kind", "job")

    occurred_at = models.DateTimeField(_("when"), db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    actor_kind = models.CharField(_("kind"), max_length=8, choices=ActorKind, default=ActorKind.PERSON)
    ip_address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=36, blank=True)
    action = models.CharField(_("action"), max_length=80)
    object_type = models.CharField(_("object type"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=60, blank=True)
    object_label = models.CharField(_("label"), max_length=200, blank=True)
    store_code = models.CharField(_("store"), max_length=40, blank=True)
    before = models.JSONField(_("before"), default=dict, blank=True)
    after = models.JSONField(_("after"), default=dict, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    batch_ref = models.CharField(_("batch"), max_length=60, blank=True)
    # Set once, by the sealer: an entry committed late belongs to a later seal than its moment tells.
    sealed_hour = models.DateTimeField(_("sealed with the hour"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["sealed_hour", "id"], name="audit_sealed"),
        ]

    def __str__(self) -> str:
        return f"{code_word('action', self.action)} {self.object_label or self.object_id}"


class AuditSeal(AppendOnlyModel):
    """A hash over the entries that a closed hour found unsealed, and over the seal before it.

    A change behind it shows in `check_books`. `hour` is the key that its entries carry as `sealed_hour`; entries of
    earlier hours are among them when their transactions were committed after those hours had been sealed.
    """

    hour = models.DateTimeField(_("hour"), unique=True)
    first_entry_id = models.BigIntegerField(null=True)
    last_entry_id = models.BigIntegerField(null=True)
    entry_count = models.PositiveIntegerField(_("entries"))
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["hour"]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}"
