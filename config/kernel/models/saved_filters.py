"""Filters of lists that people keep under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedFilter(models.Model):
    """A list with its filters, kept by a person and, if they like, shown to everybody who may open that list."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters", verbose_name=_("owner")
    )
    path = models.CharField(_("list"), max_length=200)
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("filters"), max_length=2000)
    is_shared = models.BooleanField(_("shown to everybody"), default=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "path", "name"], name="saved_filter_once_a_name")]
        indexes = [models.Index(fields=["path", "is_shared"], name="saved_filter_of_a_list")]

    def __str__(self) -> str:
        return self.name
