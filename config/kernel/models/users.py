"""Staff accounts and how far each of their roles reaches."""

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who works here. Customers are never users."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("as the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    class ChartColours(models.TextChoices):
        RED_UP = "red_up", _("red is up")
        GREEN_UP = "green_up", _("green is up")

    display_name = models.CharField(_("display name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    chart_colours = models.CharField(
        _("chart colours"),
        max_length=8,
        choices=ChartColours,
        default=ChartColours.RED_UP,
    )
    quiet_from = models.TimeField(
        _("quiet from"),
        null=True,
        blank=True,
        help_text=_("No notices from this time on."),
    )
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    is_demo = models.BooleanField(
        _("demo sign-in"),
        default=False,
        editable=False,
        help_text=_("Refused as soon as DEBUG is off."),
    )

    class Meta(AbstractUser.Meta):
        verbose_name = _("staff member")  # type: ignore[assignment]
        verbose_name_plural = _("staff")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.display_name or self.username


class RoleScope(models.Model):
    """Limits one role of one person to a store, a channel or a warehouse. A role without rows reaches everything."""

    class Kind(models.TextChoices):
        STORE = "store", _("store")
        CHANNEL = "channel", _("channel")
        WAREHOUSE = "warehouse", _("warehouse")

    user = models.ForeignKey(User, models.CASCADE, related_name="role_scopes", verbose_name=_("staff member"))
    group = models.ForeignKey(Group, models.CASCADE, related_name="+", verbose_name=_("role"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # The ground knows no store: it keeps the code, and the rooms above read it.
    code = models.CharField(_("code"), max_length=40)

    class Meta:
        verbose_name = _("role scope")
        verbose_name_plural = _("role scopes")
        constraints = [
            models.UniqueConstraint(fields=["user", "group", "kind", "code"], name="role_scope_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.group} @ {self.kind} {self.code}"
