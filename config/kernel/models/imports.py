"""Files that people bring in: the batch, its troubled rows, and saved column mappings."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from config.kernel.fields import EncryptedTextField
from config.kernel.models.jobs import JobRun


class ImportMapping(models.Model):
    """Which heading of a file holds which field, saved under a name and used again."""

    layout = models.CharField(_("layout"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    # {field code: heading as it stands in the file}
    columns = models.JSONField(_("columns"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        constraints = [models.UniqueConstraint(fields=["layout", "name"], name="import_mapping_once")]

    def __str__(self) -> str:
        return f"{self.layout}: {self.name}"


class ImportBatch(models.Model):
    """One file on its way in: uploaded, checked, applied, perhaps undone."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", pgettext_lazy("import state", "uploaded")
        CHECKING = "checking", pgettext_lazy("import state", "checking")
        CHECKED = "checked", pgettext_lazy("import state", "checked")
        APPLYING = "applying", pgettext_lazy("import state", "applying")
        APPLIED = "applied", pgettext_lazy("import state", "applied")
        REFUSED = "refused", pgettext_lazy("import state", "refused")
        UNDOING = "undoing", pgettext_lazy("import state", "being undone")
        UNDONE = "undone", pgettext_lazy("import state", "undone")

    class Policy(models.TextChoices):
        REJECT_ALL = "reject-all", _("one bad row refuses the whole file")
        REJECT_ROWS = "reject-rows", _("bad orders are left out and kept for mending")
        IGNORE_FIELDS = (
            "ignore-fields",
            _("bad optional fields are left empty, bad orders are left out"),
        )

    layout = models.CharField(_("layout"), max_length=40)
    store_code = models.CharField(_("store"), max_length=40, blank=True)
    file = models.FileField(_("file"), upload_to="imports/%Y/%m/")
    file_name = models.CharField(_("file name"), max_length=200)
    file_hash = models.CharField(max_length=64, db_index=True)
    file_bytes = models.PositiveBigIntegerField(_("size"), default=0)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    # The headings as they stand in the file: the error file has the same.
    headings = models.JSONField(default=list, blank=True)
    policy = models.CharField(_("policy"), max_length=13, choices=Policy, default=Policy.REJECT_ROWS)
    options = models.JSONField(_("options"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.UPLOADED)
    # How many units of the file were applied: where a restart goes on.
    cursor = models.PositiveBigIntegerField(_("units applied"), default=0)
    figures = models.JSONField(_("figures"), default=dict, blank=True)
    error_code = models.CharField(_("error code"), max_length=60, blank=True)
    error_message = models.TextField(_("error"), blank=True)
    job_run = models.ForeignKey(
        JobRun,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="import_batches",
        verbose_name=_("job run"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False) | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="import_undone_at_iff_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} #{self.pk}"


class ImportRow(models.Model):
    """A row of a file with an error or a warning, as it came, until somebody mended or discarded it."""

    class State(models.TextChoices):
        REJECTED = "rejected", pgettext_lazy("import row state", "rejected")
        WARNED = "warned", pgettext_lazy("import row state", "taken with a warning")
        MENDED = "mended", pgettext_lazy("import row state", "mended")
        DISCARDED = "discarded", pgettext_lazy("import row state", "discarded")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name=_("import"))
    row_number = models.PositiveBigIntegerField(_("row"))
    unit_key = models.CharField(_("order number"), max_length=200, blank=True)
    # The row as it came may hold names and addresses: JSON, encrypted.
    raw = EncryptedTextField(_("row as it came"), blank=True)
    # [{"column": ..., "code": ..., "message": ...}]
    issues = models.JSONField(_("issues"), default=list)
    first_code = models.CharField(_("kind of issue"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State)

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        ordering = ["batch", "row_number"]
        indexes = [models.Index(fields=["batch", "first_code"], name="import_row_code")]
        constraints = [models.UniqueConstraint(fields=["batch", "row_number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.batch} / {self.row_number}"
