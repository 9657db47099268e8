"""The shift book: what one shift leaves for the next, and what each day asks of a role."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ShiftNote(models.Model):
    """A hand-over note; it stays on the start page of its readers until somebody of the next shift has dealt with it."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    role = models.CharField(
        _("for the role"), max_length=40, blank=True, help_text=_("Empty: for everybody on the next shift.")
    )
    text = models.TextField(_("note"), max_length=2000)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dealt with by"),
    )
    done_at = models.DateTimeField(_("dealt with at"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift note")
        verbose_name_plural = _("shift notes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, done_by__isnull=True)
                | models.Q(done_at__isnull=False, done_by__isnull=False),
                name="shift_note_done_by_iff_done_at",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ChecklistItem(models.Model):
    """Something that a role does every day."""

    role = models.CharField(_("role"), max_length=40)
    text = models.CharField(_("Chinese"), max_length=200)
    text_en = models.CharField(_("English"), max_length=200)
    link = models.CharField(_("link"), max_length=300, blank=True, help_text=_("The page where it is done: /desk/"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["role", "position", "id"]
        constraints = [models.UniqueConstraint(fields=["role", "text"], name="checklist_item_once")]

    def __str__(self) -> str:
        return self.text


class ChecklistTick(models.Model):
    """An item done on a day: once for the role, whoever did it."""

    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="ticks", verbose_name=_("checklist item"))
    day = models.DateField(_("day"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    ticked_at = models.DateTimeField(_("done at"), auto_now_add=True)

    class Meta:
        verbose_name = _("checklist tick")
        verbose_name_plural = _("checklist ticks")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["item", "day"], name="checklist_tick_once_a_day")]

    def __str__(self) -> str:
        return f"{self.item} · {self.day}"
