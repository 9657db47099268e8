"""What the ticket pages keep for those who work on them: who is where, canned answers, changes to many tickets."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from service_desk.models.tickets import Ticket

LONGEST_MACRO = 4000


class TicketPresence(models.Model):
    """Somebody has a ticket open; who says nothing for a while has gone."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="presences", verbose_name=_("ticket"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("agent"))
    seen_at = models.DateTimeField(_("last sign"))
    is_writing = models.BooleanField(_("writing"), default=False)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.user_id}"


class Macro(models.Model):
    """A canned answer; its variables are filled in before it is sent, and it never sends by itself."""

    class Language(models.TextChoices):
        CHINESE = "zh-hans", pgettext_lazy("language", "Chinese")
        ENGLISH = "en", pgettext_lazy("language", "English")

    code = models.SlugField(
        _("code"), max_length=40, unique=True, help_text=_("Short word that the picker finds it by.")
    )
    title = models.CharField(_("title"), max_length=80)
    language = models.CharField(_("language"), max_length=10, choices=Language, default=Language.CHINESE)
    body = models.TextField(_("text"), max_length=LONGEST_MACRO)
    is_active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("canned answer")
        verbose_name_plural = _("canned answers")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class BulkChange(models.Model):
    """One press that changed many tickets, so that it is applied once and can be taken back."""

    class Action(models.TextChoices):
        TAKE = "take", pgettext_lazy("bulk action", "take")
        HAND_OVER = "hand_over", pgettext_lazy("bulk action", "hand over")
        QUEUE = "queue", pgettext_lazy("bulk action", "move to a queue")
        STATE = "state", pgettext_lazy("bulk action", "change the state")
        PRIORITY = "priority", pgettext_lazy("bulk action", "change the priority")

    press = models.CharField(_("press"), max_length=40, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    action = models.CharField(_("action"), max_length=10, choices=Action)
    changed_at = models.DateTimeField(_("when"))
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.changed_at:%Y-%m-%d %H:%M}"


class BulkChangeItem(models.Model):
    """What a press changed on one ticket: column -> value before and after."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="items", verbose_name=_("bulk change"))
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", verbose_name=_("ticket"))
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))

    class Meta:
        verbose_name = _("changed ticket")
        verbose_name_plural = _("changed tickets")
        constraints = [models.UniqueConstraint(fields=["change", "ticket"], name="bulk_item_once")]

    def __str__(self) -> str:
        return f"{self.change_id} {self.ticket_id}"


class DeskPreference(models.Model):
    """How a person likes the ticket pages to behave."""

    class AfterReply(models.TextChoices):
        STAY = "stay", pgettext_lazy("after sending", "stay on the ticket")
        NEXT = "next", pgettext_lazy("after sending", "go to the next ticket")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_preference", verbose_name=_("agent")
    )
    after_reply = models.CharField(_("after sending"), max_length=4, choices=AfterReply, default=AfterReply.STAY)

    class Meta:
        verbose_name = _("desk preference")
        verbose_name_plural = _("desk preferences")

    def __str__(self) -> str:
        return f"{self.user_id} {self.after_reply}"
