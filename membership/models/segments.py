"""RFM segmentation: policy, runs, scores, movements and what to do with each segment."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from catalog.models import Store
from catalog.models.stores import in_language
from config.kernel.fields import MoneyField
from config.kernel.models import JobRun
from membership.models.customers import Customer


class Segment(models.TextChoices):
    """The eleven named segments of recency x (frequency and monetary)."""

    CHAMPIONS = "champions", pgettext_lazy("segment", "Champions")
    LOYAL = "loyal", pgettext_lazy("segment", "Loyal")
    POTENTIAL_LOYALIST = (
        "potential_loyalist",
        pgettext_lazy("segment", "Potential loyalist"),
    )
    NEW = "new", pgettext_lazy("segment", "New customers")
    PROMISING = "promising", pgettext_lazy("segment", "Promising")
    NEED_ATTENTION = "need_attention", pgettext_lazy("segment", "Need attention")
    ABOUT_TO_SLEEP = "about_to_sleep", pgettext_lazy("segment", "About to sleep")
    CANNOT_LOSE = "cannot_lose", pgettext_lazy("segment", "Cannot lose them")
    AT_RISK = "at_risk", pgettext_lazy("segment", "At risk")
    HIBERNATING = "hibernating", pgettext_lazy("segment", "Hibernating")
    LOST = "lost", pgettext_lazy("segment", "Lost")


class ValueSegment(models.TextChoices):
    """The Chinese eight-segment model: each of R, F, M high or low."""

    KEY_VALUE = "key_value", pgettext_lazy("value segment", "Key value")
    KEY_DEVELOP = "key_develop", pgettext_lazy("value segment", "Key to develop")
    KEY_KEEP = "key_keep", pgettext_lazy("value segment", "Key to keep")
    KEY_WIN_BACK = "key_win_back", pgettext_lazy("value segment", "Key to win back")
    PLAIN_VALUE = "plain_value", pgettext_lazy("value segment", "Ordinary value")
    PLAIN_DEVELOP = (
        "plain_develop",
        pgettext_lazy("value segment", "Ordinary to develop"),
    )
    PLAIN_KEEP = "plain_keep", pgettext_lazy("value segment", "Ordinary to keep")
    PLAIN_WIN_BACK = (
        "plain_win_back",
        pgettext_lazy("value segment", "Ordinary to win back"),
    )


def default_recency_days() -> list[int]:
    """At most so many days score 5, 4, 3, 2; more score 1."""
    return [30, 60, 120, 240]


def default_purchase_counts() -> list[int]:
    """A count above so many of these cuts scores one more: 1 / 2 / 3 / 4-5 / 6 and more."""
    return [1, 2, 3, 5]


def default_spent() -> list[str]:
    """Spending above so many of these cuts, in the run's currency, scores one more."""
    return ["100", "300", "1000", "3000"]


class RfmPolicy(models.Model):
    """How customers are scored; one row for all stores, and one for each store that differs."""

    class Mode(models.TextChoices):
        RANK = "rank", _("ranks (five equal parts, ties kept together)")
        THRESHOLDS = "thresholds", _("fixed thresholds")

    class Cut(models.TextChoices):
        MEAN = "mean", _("mean")
        MEDIAN = "median", _("median")
        FIXED = "fixed", _("fixed values")

    store = models.OneToOneField(
        Store,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rfm_policy",
        verbose_name=_("store"),
        help_text=_("Empty: all stores together."),
    )
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.RANK)
    window_days = models.PositiveIntegerField(_("window (days)"), default=365)
    recency_days = models.JSONField(_("recency thresholds"), default=default_recency_days)
    purchase_counts = models.JSONField(_("frequency thresholds"), default=default_purchase_counts)
    spent = models.JSONField(_("monetary thresholds"), default=default_spent)
    value_cut = models.CharField(_("cut of the eight segments"), max_length=6, choices=Cut, default=Cut.MEAN)
    # {"recency_days": 90, "frequency": 2, "monetary": "500"} when the cut is fixed.
    fixed_cuts = models.JSONField(_("fixed cuts"), default=dict, blank=True)
    dormant_days = models.PositiveIntegerField(_("dormant after (days)"), default=90)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("RFM policy")
        verbose_name_plural = _("RFM policies")

    def __str__(self) -> str:
        return " ".join(str(part) for part in ("RFM", self.store) if part)


class RfmRun(models.Model):
    """One segmentation as of a day. Its scores are built under its id and made current by one short update.

    The current run of a scope is that of the latest day, and of one day the last: a run as of an earlier day is kept and
    can be looked at, and a warning of its own says that it was not made current.
    """

    job_run = models.OneToOneField(
        JobRun,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="rfm_run",
        verbose_name=_("job run"),
    )
    store = models.ForeignKey(
        Store,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("store"),
    )
    as_of = models.DateField(_("as of"))
    mode = models.CharField(_("mode"), max_length=10, choices=RfmPolicy.Mode)
    window_days = models.PositiveIntegerField(_("window (days)"))
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    is_in_base = models.BooleanField(
        _("in base currency"), default=False, help_text=_("Amounts are converted; otherwise all are of one currency.")
    )
    # The newest facts when the run was planned: what is recorded later belongs to the next run. Empty: no bound.
    newest_purchase = models.PositiveBigIntegerField(_("newest purchase fact"), null=True, blank=True)
    newest_refund = models.PositiveBigIntegerField(_("newest refund fact"), null=True, blank=True)
    # Everything the scores were made with: cut points, thresholds, value cuts, dormant days.
    cuts = models.JSONField(_("cuts"), default=dict)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    customer_count = models.PositiveIntegerField(_("customers"), default=0)
    prospect_count = models.PositiveIntegerField(_("without a purchase in the window"), default=0)
    is_current = models.BooleanField(_("current"), default=False)
    has_scores = models.BooleanField(_("scores kept"), default=True)
    compared_with = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compared with"),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("RFM run")
        verbose_name_plural = _("RFM runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["store"],
                condition=Q(is_current=True),
                name="rfm_one_current_run_per_store",
            ),
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True, store__isnull=True),
                name="rfm_one_current_run_for_all",
            ),
        ]

    def __str__(self) -> str:
        return f"RFM {self.as_of}"


class RfmScore(models.Model):
    """The scores of one customer in one run."""

    run = models.ForeignKey(RfmRun, models.CASCADE, related_name="scores", verbose_name=_("RFM run"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="rfm_scores", verbose_name=_("customer"))
    recency_days = models.PositiveIntegerField(_("days since the last purchase"))
    frequency = models.PositiveIntegerField(_("purchases"))
    monetary = MoneyField(_("net spending"))
    recency_score = models.PositiveSmallIntegerField("R")
    frequency_score = models.PositiveSmallIntegerField("F")
    monetary_score = models.PositiveSmallIntegerField("M")
    segment = models.CharField(_("segment"), max_length=18, choices=Segment)
    value_segment = models.CharField(_("value segment"), max_length=14, choices=ValueSegment)
    is_dormant = models.BooleanField(_("dormant"), default=False)

    class Meta:
        verbose_name = _("RFM score")
        verbose_name_plural = _("RFM scores")
        indexes = [models.Index(fields=["run", "segment"], name="rfm_score_segment")]
        constraints = [
            models.UniqueConstraint(fields=["run", "customer"], name="rfm_score_once"),
            models.CheckConstraint(
                condition=Q(
                    recency_score__range=(1, 5),
                    frequency_score__range=(1, 5),
                    monetary_score__range=(1, 5),
                ),
                name="rfm_scores_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.recency_score}{self.frequency_score}{self.monetary_score}"


class RfmSegmentTotal(models.Model):
    """Size and value of one segment in one run; kept when the scores are not."""

    class Map(models.TextChoices):
        NAMED = "named", _("eleven segments")
        VALUE = "value", _("eight value segments")

    run = models.ForeignKey(RfmRun, models.CASCADE, related_name="totals", verbose_name=_("RFM run"))
    map = models.CharField(_("map"), max_length=5, choices=Map)
    segment = models.CharField(_("segment"), max_length=18)
    customer_count = models.PositiveIntegerField(_("customers"), default=0)
    dormant_count = models.PositiveIntegerField(_("of which dormant"), default=0)
    monetary = MoneyField(_("net spending"), default=0)

    class Meta:
        verbose_name = _("segment total")
        verbose_name_plural = _("segment totals")
        constraints = [models.UniqueConstraint(fields=["run", "map", "segment"], name="rfm_total_once")]

    def __str__(self) -> str:
        return f"{self.run} {self.segment}"


class RfmTransition(models.Model):
    """How many customers moved from one segment to another since the run compared with. Empty: not scored there."""

    run = models.ForeignKey(RfmRun, models.CASCADE, related_name="transitions", verbose_name=_("RFM run"))
    map = models.CharField(_("map"), max_length=5, choices=RfmSegmentTotal.Map)
    from_segment = models.CharField(pgettext_lazy("segment movement", "from"), max_length=18, blank=True)
    to_segment = models.CharField(pgettext_lazy("segment movement", "to"), max_length=18, blank=True)
    customer_count = models.PositiveIntegerField(_("customers"))

    class Meta:
        verbose_name = pgettext_lazy("segment movement", "movement")
        verbose_name_plural = pgettext_lazy("segment movement", "movements")
        constraints = [
            models.UniqueConstraint(
                fields=["run", "map", "from_segment", "to_segment"],
                name="rfm_transition_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_segment} -> {self.to_segment}"


class SegmentStrategy(models.Model):
    """What the team does with a segment."""

    map = models.CharField(_("map"), max_length=5, choices=RfmSegmentTotal.Map)
    segment = models.CharField(_("segment"), max_length=18)
    title = models.CharField(_("strategy"), max_length=120)
    english_title = models.CharField(_("strategy in English"), max_length=120, blank=True)
    action = models.TextField(_("what to do"), blank=True)
    english_action = models.TextField(_("what to do, in English"), blank=True)
    owner_role = models.CharField(pgettext_lazy("segment strategy", "role"), max_length=60, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("segment strategy")
        verbose_name_plural = _("segment strategies")
        constraints = [models.UniqueConstraint(fields=["map", "segment"], name="segment_strategy_once")]

    def __str__(self) -> str:
        return in_language(self.title, self.english_title)
