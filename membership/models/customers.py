"""Customers and the marks by which a channel knows them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Store
from config.kernel.fields import EncryptedTextField


class Customer(models.Model):
    """A person or firm that buys. Personal data is encrypted, found by keyed hash and shown masked."""

    number = models.CharField(_("number"), max_length=20, unique=True)
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True)
    phone_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    email_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    country = models.CharField(_("country"), max_length=60, blank=True)
    province = models.CharField(_("province"), max_length=40, blank=True)
    city = models.CharField(_("city"), max_length=60, blank=True)
    first_store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("first store"),
    )
    first_seen_at = models.DateTimeField(_("first seen"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")),
                name="customer_not_merged_into_itself",
            )
        ]
        permissions = [("unmask_customer", _("Can see personal data in clear"))]

    def __str__(self) -> str:
        return self.number


class CustomerIdentity(models.Model):
    """A key that finds a customer within a store: the channel's buyer id, else a real phone or mail address, hashed."""

    class Kind(models.TextChoices):
        BUYER_ID = "buyer_id", pgettext_lazy("identity kind", "channel buyer id")
        PHONE = "phone", pgettext_lazy("identity kind", "phone")
        EMAIL = "email", pgettext_lazy("identity kind", "e-mail")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="identities", verbose_name=_("customer"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    key_hash = models.CharField(max_length=64)
    # Only the channel's own id: phone and mail are kept once, with the customer.
    value = EncryptedTextField(_("buyer id"), blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.UniqueConstraint(fields=["store", "kind", "key_hash"], name="identity_once_per_store")]

    def __str__(self) -> str:
        return f"{self.customer} @ {self.store_id} {self.kind}"


class MergeCandidate(models.Model):
    """Two customers that share a real phone or mail address: a person decides."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("merge candidate state", "open")
        MERGED = "merged", pgettext_lazy("merge candidate state", "merged")
        APART = "apart", pgettext_lazy("merge candidate state", "kept apart")

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("customer"))
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("other customer"))
    reason = models.CharField(_("what they share"), max_length=8, choices=CustomerIdentity.Kind)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second", "reason"], name="merge_candidate_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="merge_candidate_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"
