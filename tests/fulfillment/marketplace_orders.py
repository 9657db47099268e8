"""The orders of the sample file: sound ones of many sorts, and a broken one of every sort.

Each order has its own random source, so that both files hold the same sound orders.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

START = datetime(2026, 3, 1, 0, 0, 0)
ZERO = Decimal("0.00")

Edit = Callable[["Draft", random.Random], None]


@dataclass
class Line:
    code: str
    title: str
    quantity: int
    price: Decimal


@dataclass
class Row:
    """Cells by field; `findings` are (field or "", code) of errors and of warnings that this row must give."""

    cells: dict[str, str]
    errors: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    is_put_last: bool = False
    cut_cells: int = 0
    extra_cells: int = 0


@dataclass
class Draft:
    """An order before it is written: what is true, and how the file tells it."""

    number: str
    placed: datetime
    lines: list[Line]
    buyer: dict[str, str]
    phone_key: str | None
    status: str = "交易成功"
    is_paid: bool = True
    has_lines: bool = True
    shop: Decimal = ZERO
    platform: Decimal = ZERO
    postage: Decimal = ZERO
    refund: Decimal = ZERO
    deposit: Decimal | None = None
    is_balance_paid: bool = True
    is_paid_after_refund: bool = False
    goods_off: Decimal = ZERO
    paid_off: Decimal = ZERO
    note: str = ""
    is_far_apart: bool = False
    repeats_order: bool = True
    writes_oddly: bool = False
    warnings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def goods(self) -> Decimal:
        return sum((line.quantity * line.price for line in self.lines), ZERO) - self.shop + self.goods_off

    @property
    def total(self) -> Decimal:
        return self.goods + self.postage

    @property
    def received(self) -> Decimal:
        if not self.is_paid:
            return ZERO
        if self.deposit is not None and not self.is_balance_paid:
            return self.deposit
        return self.total - self.platform + self.paid_off

    @property
    def paid_cell(self) -> Decimal:
        return self.received - self.refund if self.is_paid_after_refund else self.received


def sound_order(index: int, *, seed: int) -> Draft:
    """Order number `index`, the same for the same seed."""
    source = random.Random(f"{seed}:{index}")
    lines = [_line(source) for _ in range(source.randint(1, 4))]
    buyer, phone_key = _buyer(source)
    placed = START + timedelta(minutes=13 * index, seconds=source.randint(0, 59))
    draft = Draft(
        number=str(2026030100000000000 + index * 7919), placed=placed, lines=lines, buyer=buyer, phone_key=phone_key
    )
    draft.postage = source.choice([ZERO, ZERO, Decimal("6.00"), Decimal("12.50")])
    draft.repeats_order = source.random() < 0.5
    draft.writes_oddly = source.random() < 0.2
    draft.is_far_apart = len(lines) > 1 and source.random() < 0.15
    names, weights = zip(*_VARIANTS.items(), strict=True)
    chosen = source.choices(names, weights=[weight for weight, _ in weights])[0]
    _VARIANTS[chosen][1](draft, source)
    return draft


def _line(source: random.Random) -> Line:
    number = source.randint(1, 120)
    price = Decimal(source.randint(990, 19990)) / 100
    return Line(f"SKU-{number:04d}", f"坚果礼盒，{number}号", source.randint(1, 3), price)


def _buyer(source: random.Random) -> tuple[dict[str, str], str | None]:
    """What the file says of the buyer, and the only key to him: a telephone number that can be called."""
    person = source.randint(0, 399)
    number = f"138{person:08d}"
    cells = {
        "buyer_nick": f"t**{person % 10}",
        "name": "王小明",
        "address": "浙江省杭州市西湖区文三路 1 号",
        "phone": number,
    }
    way = source.random()
    if way < 0.35:
        return cells | {"name": "王**", "phone": f"138****{person:04d}", "address": "上海 上海市 **路**号"}, None
    if way < 0.45:
        return cells | {"name": "王小明[5678]", "phone": f"{number}-5678"}, None
    if way < 0.5:
        return cells | {"name": "王**", "phone": ""}, None
    if way < 0.6:
        cells["phone"] = f"+86 138-{person // 10000:04d}-{person % 10000:04d}"
    return cells, f"+86{number}"


def _unpaid(draft: Draft, source: random.Random) -> None:
    draft.status, draft.is_paid = "等待买家付款", False


def _closed_unpaid(draft: Draft, source: random.Random) -> None:
    draft.status, draft.is_paid = "交易关闭", False


def _on_the_way(draft: Draft, source: random.Random) -> None:
    draft.status = source.choice(["买家已付款,等待卖家发货", "卖家已发货,等待买家确认", "卖家部分发货"])


def _with_discounts(draft: Draft, source: random.Random) -> None:
    draft.shop, draft.platform = Decimal("3.00"), Decimal("1.50")


def _without_lines(draft: Draft, source: random.Random) -> None:
    draft.has_lines = False
    draft.is_far_apart = False


def _partly_refunded(draft: Draft, source: random.Random) -> None:
    draft.refund = (draft.received / 3).quantize(Decimal("0.01"))


def _fully_refunded(draft: Draft, source: random.Random) -> None:
    draft.status, draft.refund = "交易关闭", draft.received


def _presale(draft: Draft, source: random.Random) -> None:
    draft.deposit = Decimal("5.00")


def _deposit_only(draft: Draft, source: random.Random) -> None:
    draft.status, draft.deposit, draft.is_balance_paid = "定金已付,等待尾款", Decimal("5.00"), False


def _with_gift(draft: Draft, source: random.Random) -> None:
    draft.lines.append(Line("GIFT-0001", "试吃装", 1, ZERO))


def _paid_after_refund(draft: Draft, source: random.Random) -> None:
    draft.status, draft.refund, draft.is_paid_after_refund = "交易成功", draft.received, True
    draft.warnings.append(("paid", "paid_after_refund"))


def _goods_off(draft: Draft, source: random.Random) -> None:
    draft.goods_off = Decimal("0.10")
    draft.warnings.append(("goods_amount", "lines_do_not_add_up"))


def _paid_off(draft: Draft, source: random.Random) -> None:
    draft.paid_off = Decimal("-0.35")
    draft.warnings.append(("paid", "paid_does_not_add_up"))


def _unknown_state(draft: Draft, source: random.Random) -> None:
    draft.status = "神秘状态"
    draft.warnings.append(("status", "status_unknown"))


def _long_note(draft: Draft, source: random.Random) -> None:
    draft.note = "请尽快发货" * 500
    draft.warnings.append(("buyer_note", "text_cut"))


def _wild_note(draft: Draft, source: random.Random) -> None:
    draft.note = source.choice(['=HYPERLINK("x")', '第一行\n第二行, "引号"', "谢谢😀", "+1"])


def _plain(draft: Draft, source: random.Random) -> None:
    """Nothing special."""


_VARIANTS: dict[str, tuple[float, Edit]] = {
    "plain": (40, _plain),
    "on the way": (8, _on_the_way),
    "unpaid": (6, _unpaid),
    "closed unpaid": (3, _closed_unpaid),
    "discounts": (10, _with_discounts),
    "without lines": (8, _without_lines),
    "partly refunded": (6, _partly_refunded),
    "fully refunded": (3, _fully_refunded),
    "presale": (3, _presale),
    "deposit only": (2, _deposit_only),
    "gift": (3, _with_gift),
    "paid after refund": (2, _paid_after_refund),
    "goods off": (1, _goods_off),
    "paid off": (1, _paid_off),
    "unknown state": (1, _unknown_state),
    "long note": (1, _long_note),
    "wild note": (2, _wild_note),
}
