"""A row of a channel's spend report: a day, a traffic source, and what it cost and brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Self

from django.utils.translation import gettext_lazy as _

from config.kernel.importing.headings import FieldRow, FieldSpec
from config.kernel.importing.problems import ROW_TEXTS, RowIssue, Texts
from config.kernel.importing.row_reader import RowReader

NOTHING = Decimal("0.00")
FIELDS = (
    FieldSpec("day", _("Day"), ("Day", "Date", "日期", "统计日期", "时间"), required=True),
    FieldSpec("source", _("Traffic source"), ("Traffic source", "Source", "流量来源", "来源", "渠道", "推广渠道"), required=True),
    FieldSpec("plan", _("Plan"), ("Plan", "Campaign", "计划", "计划名称", "推广计划")),
    FieldSpec("audience", _("Audience layer"), ("Audience layer", "Audience", "人群", "人群包", "人群名称")),
    FieldSpec("impressions", _("Impressions"), ("Impressions", "展现量", "曝光", "曝光量", "展示量")),
    FieldSpec("clicks", _("Clicks"), ("Clicks", "点击量", "点击", "点击数")),
    FieldSpec("cost", _("Cost"), ("Cost", "Spend", "花费", "消耗", "费用"), required=True),
    FieldSpec("conversions", _("Conversions"), ("Conversions", "Orders", "成交笔数", "转化数", "成交订单数")),
    FieldSpec("revenue", _("Revenue"), ("Revenue", "Sales", "成交金额", "成交额", "支付金额")),
    FieldSpec("new_customers", _("New customers"), ("New customers", "新客数", "新客", "新客户数")),
)  # fmt: skip
COUNTS = ("impressions", "clicks", "conversions", "new_customers")
TEXTS: Texts = MappingProxyType(
    {
        **ROW_TEXTS,
        "source_unknown": _(
            "“%(value)s” is not a traffic source. Enter it under Traffic sources first, or correct it."
        ),
        "day_to_come": _("The day %(value)s is still to come."),
        "below_zero": _("“%(value)s” is below zero."),
        "not_whole": _("“%(value)s” is not a whole number."),
        "row_repeated": _("Row %(first)s has the same day, source, plan and audience. Which one is right?"),
        "more_clicks": _("There are more clicks (%(clicks)s) than impressions (%(impressions)s)."),
        "more_conversions": _("There are more conversions (%(conversions)s) than clicks (%(clicks)s)."),
        "more_new": _("There are more new customers (%(new)s) than conversions (%(conversions)s)."),
        "not_written": _("The row could not be written: %(reason)s."),
    }
)


@dataclass(frozen=True, slots=True)
class SpendRow:
    """One day of one source, plan and audience layer in a store; money in the store's currency."""

    row: int
    day: date
    source: str
    plan: str
    audience: str
    impressions: int
    clicks: int
    cost: Decimal
    conversions: int
    revenue: Decimal
    new_customers: int


@dataclass(frozen=True, slots=True)
class SpendCount:
    """How many rows a file has, how many of them were rejected, and what the others cost."""

    rows: int = 0
    rejected: int = 0
    rejected_units: int = 0
    warnings: int = 0
    cost: Decimal = NOTHING

    def __add__(self, other: Self) -> Self:
        return type(self)(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def to_json(self) -> dict[str, int | str]:
        """Whole numbers, and the cost as text."""
        values = ((f.name, getattr(self, f.name)) for f in fields(self))
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in values}

    @classmethod
    def from_json(cls, data: Mapping[str, int | str]) -> Self:
        """What `to_json` wrote."""
        return cls(**{n: Decimal(data[n]) if n == "cost" else int(data[n]) for n in data})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class SpendUnit:
    """What a row became; rows with the same key are one unit, and all but alone they are rejected."""

    key: str
    rows: tuple[int, ...]
    count: SpendCount
    spend: SpendRow | None = None
    issues: tuple[RowIssue, ...] = ()

    @property
    def is_rejected(self) -> bool:
        return self.count.rejected_units > 0


def key_of(row: FieldRow) -> str:
    """What makes two rows the same: day, source, plan and audience as written; "" for a row without day or source."""
    parts = [row.get(name).strip() for name in ("day", "source", "plan", "audience")]
    return "|".join(parts) if parts[0] and parts[1] else ""


def parse_unit(
    key: str, rows: Sequence[FieldRow], *, sources: Mapping[str, str], zone: str, last_day: date
) -> SpendUnit:
    """Read the row, or say of several rows with one key that only one can be right.

    `sources` gives the code of each traffic source by its code and names, in lower case.
    """
    if len(rows) > 1:
        return _repeated(key, rows)
    reader = RowReader(rows[0], zone=zone, texts=TEXTS)
    spend = _read(reader, sources=sources, last_day=last_day)
    if spend is None or any(issue.is_error for issue in reader.issues):
        return rejected_unit(key, (rows[0].number,), tuple(reader.issues))
    count = SpendCount(rows=1, warnings=len(reader.issues), cost=spend.cost)
    return SpendUnit(key, (rows[0].number,), count, spend, tuple(reader.issues))


def rejected_unit(key: str, rows: tuple[int, ...], issues: tuple[RowIssue, ...]) -> SpendUnit:
    """A unit that is not taken over."""
    warnings = sum(1 for issue in issues if not issue.is_error)
    return SpendUnit(key, rows, SpendCount(len(rows), len(rows), 1, warnings), issues=issues)


def _repeated(key: str, rows: Sequence[FieldRow]) -> SpendUnit:
    first = str(rows[0].number)
    issues = [RowIssue(row.number, "", "row_repeated", params={"first": first}, texts=TEXTS) for row in rows[1:]]
    second = {"first": str(rows[1].number)}
    issues.insert(0, RowIssue(rows[0].number, "", "row_repeated", params=second, texts=TEXTS))
    return rejected_unit(key, tuple(row.number for row in rows), tuple(issues))


def _read(reader: RowReader, *, sources: Mapping[str, str], last_day: date) -> SpendRow | None:
    reader.require("day", "source", "cost")
    moment, named = reader.moment("day"), reader.text("source", limit=80)
    code = sources.get(named.strip().lower(), "")
    if named and not code:
        reader.error("source", "source_unknown", value=named)
    if moment is not None and moment.on > last_day:
        reader.error("day", "day_to_come", value=moment.on)
    cost, revenue = _money(reader, "cost"), _money(reader, "revenue")
    counts = {name: _count(reader, name) for name in COUNTS}
    _compare(reader, counts)
    if moment is None:
        return None
    return SpendRow(
        row=reader.number,
        day=moment.on,
        source=code,
        plan=reader.text("plan", limit=120),
        audience=reader.text("audience", limit=80),
        cost=cost,
        revenue=revenue,
        **counts,
    )


def _money(reader: RowReader, name: str) -> Decimal:
    amount = reader.amount(name) or NOTHING
    if amount < 0:
        reader.error(name, "below_zero", value=amount)
    return amount


def _count(reader: RowReader, name: str) -> int:
    # Impressions of a big day go beyond what a quantity of pieces may be.
    number = reader.amount(name) or NOTHING
    if number < 0:
        reader.error(name, "below_zero", value=number)
    elif number != number.to_integral_value():
        reader.error(name, "not_whole", value=number)
    return int(number)


def _compare(reader: RowReader, counts: Mapping[str, int]) -> None:
    if counts["clicks"] > counts["impressions"] > 0:
        reader.warn("clicks", "more_clicks", clicks=counts["clicks"], impressions=counts["impressions"])
    if counts["conversions"] > counts["clicks"] > 0:
        reader.warn("conversions", "more_conversions", conversions=counts["conversions"], clicks=counts["clicks"])
    if counts["new_customers"] > counts["conversions"] > 0:
        reader.warn("new_customers", "more_new", new=counts["new_customers"], conversions=counts["conversions"])
