"""Write an order export of the kind that Chinese marketplaces give, and say exactly what it must become.

Nothing is imported from the apps: the expected figures are kept while the rows are made. The same seed gives the same
bytes. `write_csv` writes GB18030; `write_xlsx` writes a workbook with other headings, to be read with `MAPPING`.
"""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from tests.fulfillment.marketplace_breaks import IN_ANY_FILE, IN_CSV_ONLY, IN_WORKBOOK_ONLY, Break
from tests.fulfillment.marketplace_orders import ZERO, Draft, Line, Row, sound_order

ORDERS = 2_000
SEED = 20_261_123
BREAK_EVERY = 50

# Field of the layout -> heading in the CSV file, heading in the renamed workbook.
COLUMNS = {
    "order_number": ("订单编号", "平台单号"),
    "line_number": ("子订单编号", "明细号"),
    "buyer_nick": ("买家会员名", "顾客昵称"),
    "goods_amount": ("买家应付货款", "商品应付"),
    "postage": ("买家应付邮费", "配送费用"),
    "total": ("总金额", "合计（元）"),
    "shop_discount": ("店铺优惠", "本店让利"),
    "platform_discount": ("平台承担优惠", "平台让利"),
    "paid": ("买家实际支付金额(元)", "顾客付款"),
    "deposit": ("定金", "先付"),
    "balance": ("尾款", "后付"),
    "refund": ("退款金额", "退回顾客"),
    "status": ("订单状态", "进度"),
    "buyer_note": ("买家留言", "顾客的话"),
    "name": ("收货人姓名", "收件者"),
    "address": (" 收货地址 ", "寄往"),
    "phone": ("联系手机", "移动电话"),
    "placed_at": ("订单创建时间", "落单"),
    "paid_at": ("订单付款时间 ", "付清"),
    "shipped_at": ("发货时间", "寄出"),
    "title": ("宝贝标题", "品名"),
    "sku_code": ("商家编码", "货号"),
    "quantity": ("购买数量", "件"),
    "unit_price": ("商品单价", "每件"),
    "seller_memo": ("订单备注", "自己记"),
    "flag": ("旗帜", "小旗"),
    "tracking_number": ("快递单号", "包裹"),
}
MAPPING = {name: renamed for name, (_, renamed) in COLUMNS.items()}
LINE_COLUMNS = frozenset({"line_number", "title", "sku_code", "quantity", "unit_price"})
TIMES = frozenset({"placed_at", "paid_at", "shipped_at"})
AMOUNTS = frozenset({"goods_amount", "postage", "total", "shop_discount", "platform_discount", "paid", "refund"})

STATES = {
    "交易成功": "completed",
    "等待买家付款": "unpaid",
    "交易关闭": "closed",
    "买家已付款,等待卖家发货": "paid",
    "卖家已发货,等待买家确认": "shipped",
    "卖家部分发货": "part_shipped",
    "定金已付,等待尾款": "deposit_paid",
    "神秘状态": "paid",
}


@dataclass
class Expected:
    """What the file must become. `located` holds (row, heading, code) of every error and warning."""

    rows: int = 0
    orders: int = 0
    orders_without_lines: int = 0
    lines: int = 0
    gifts: int = 0
    rejected: int = 0
    customers: set[str] = field(default_factory=set)
    refund_amount: Decimal = ZERO
    net_amount: Decimal = ZERO
    states: Counter[str] = field(default_factory=Counter)
    error_codes: Counter[str] = field(default_factory=Counter)
    warning_codes: Counter[str] = field(default_factory=Counter)
    located: set[tuple[int, str, str]] = field(default_factory=set)


def write_csv(path: Path, *, orders: int = ORDERS, seed: int = SEED) -> Expected:
    """A GB18030 file with the usual headings."""
    rows, expected = _rows(orders, seed=seed, breaks=IN_ANY_FILE + IN_CSV_ONLY, renamed=False)
    lines = [_csv_line([heading for heading, _ in COLUMNS.values()]), *(_csv_line(_cells(row)) for row in rows)]
    path.write_bytes(b"".join(lines))
    return expected


def write_xlsx(path: Path, *, orders: int = ORDERS, seed: int = SEED) -> Expected:
    """A workbook with other headings, numbers and times as a workbook stores them, and a cover sheet hidden in front."""
    rows, expected = _rows(orders, seed=seed, breaks=IN_ANY_FILE + IN_WORKBOOK_ONLY, renamed=True)
    book = Workbook(write_only=True)
    book.create_sheet("封面").sheet_state = "hidden"
    sheet = book.create_sheet("订单")
    sheet.append([renamed for _, renamed in COLUMNS.values()])
    for row in rows:
        sheet.append([_workbook_value(name, row.cells[name], sheet) for name in COLUMNS])
    book.save(path)
    return expected


def _rows(orders: int, *, seed: int, breaks: tuple[Break, ...], renamed: bool) -> tuple[list[Row], Expected]:
    expected = Expected()
    rows: list[Row] = []
    owners: list[tuple[list[Row], Draft]] = []
    for index in range(orders):
        draft = sound_order(index, seed=seed)
        is_broken = index % BREAK_EVERY == BREAK_EVERY - 1
        if is_broken:
            _make_breakable(draft)
        own = _written(draft)
        if is_broken:
            breaks[index // BREAK_EVERY % len(breaks)](own)
        rows.extend(own)
        owners.append((own, draft))
    rows.sort(key=lambda row: row.is_put_last)
    numbers = {id(row): number for number, row in enumerate(rows, start=2)}
    for own, draft in owners:
        _expect(expected, own, draft, numbers=numbers, renamed=renamed)
    expected.rows = len(rows)
    return rows, expected


def _make_breakable(draft: Draft) -> None:
    """Sound but for the break: two lines at least, written plainly, with nothing to warn of."""
    draft.lines = [Line("SKU-0001", "核桃", 1, Decimal("19.90")), Line("SKU-0002", "腰果", 2, Decimal("29.90"))]
    draft.status, draft.is_paid, draft.has_lines = "交易成功", True, True
    draft.shop = draft.platform = draft.refund = draft.goods_off = draft.paid_off = ZERO
    draft.deposit, draft.is_paid_after_refund = None, False
    draft.note, draft.writes_oddly, draft.repeats_order = "", False, True
    draft.warnings.clear()


def _written(draft: Draft) -> list[Row]:
    order = _order_cells(draft)
    if not draft.has_lines:
        titles = "；".join(line.title for line in draft.lines)
        blank = dict.fromkeys(LINE_COLUMNS, "")
        return [Row(order | blank | {"title": titles}, warnings=list(draft.warnings))]
    rows = []
    for position, line in enumerate(draft.lines, start=1):
        shared = order if position == 1 or draft.repeats_order else dict.fromkeys(order, "")
        shared = shared | {"order_number": order["order_number"]}
        cells = {
            "line_number": f"{draft.number}-{position}",
            "title": line.title,
            "sku_code": line.code,
            "quantity": f"{line.quantity}.0" if draft.writes_oddly else str(line.quantity),
            "unit_price": _money(line.price, odd=draft.writes_oddly),
        }
        # A note that is cut is cut on every row that repeats it.
        repeated = [finding for finding in draft.warnings if finding[1] == "text_cut" and shared["buyer_note"]]
        rows.append(Row(shared | cells, warnings=list(draft.warnings) if position == 1 else repeated))
    rows[-1].is_put_last = draft.is_far_apart
    return rows


def _order_cells(draft: Draft) -> dict[str, str]:
    odd = draft.writes_oddly
    has_balance = draft.deposit is not None
    balance = draft.total - draft.platform - (draft.deposit or ZERO)
    return draft.buyer | {
        "order_number": f'="{draft.number}"' if odd else draft.number,
        "goods_amount": _money(draft.goods, odd=odd),
        "postage": _money(draft.postage, odd=odd),
        "total": _money(draft.total, odd=odd),
        "shop_discount": _money(draft.shop, odd=odd),
        "platform_discount": _money(draft.platform, odd=odd),
        "paid": _money(draft.paid_cell, odd=odd),
        "deposit": _money(draft.deposit, odd=odd) if draft.deposit is not None else "",
        "balance": _money(balance, odd=odd) if has_balance else "",
        "refund": _money(draft.refund, odd=odd),
        "status": draft.status,
        "buyer_note": draft.note,
        "placed_at": _time(draft.placed, odd=odd),
        "paid_at": _time(draft.placed + timedelta(minutes=2), odd=odd) if draft.is_paid else "",
        "shipped_at": "",
        "seller_memo": "",
        "flag": "红旗" if odd else "",
        "tracking_number": f"SF{draft.number[-10:]}" if draft.is_paid else "",
    }


def _money(amount: Decimal, *, odd: bool) -> str:
    if not odd:
        return str(amount)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    return f"￥{amount:,.2f}" if amount >= 100 else str(amount).translate(wide)


def _time(moment: datetime, *, odd: bool) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}" if odd else f"{moment:%Y-%m-%d %H:%M:%S}"


def _expect(expected: Expected, own: list[Row], draft: Draft, *, numbers: dict[int, int], renamed: bool) -> None:
    is_rejected = any(row.errors for row in own)
    for row in own:
        for name, code in row.errors + row.warnings:
            heading = " ".join(COLUMNS[name][renamed].split()) if name else ""
            expected.located.add((numbers[id(row)], heading, code))
        expected.error_codes.update(code for _, code in row.errors)
        expected.warning_codes.update(code for _, code in row.warnings)
    if is_rejected:
        expected.rejected += len(own)
        return
    expected.orders += 1
    expected.states[STATES[draft.status]] += 1
    expected.refund_amount += draft.refund
    expected.net_amount += draft.received - draft.refund
    if draft.phone_key:
        expected.customers.add(draft.phone_key)
    if draft.has_lines:
        expected.lines += len(draft.lines)
        expected.gifts += sum(1 for line in draft.lines if line.price == 0)
    else:
        expected.orders_without_lines += 1


def _cells(row: Row) -> list[str]:
    cells = [row.cells[name] for name in COLUMNS]
    return [*cells[: len(cells) - row.cut_cells], *["多出来"] * row.extra_cells]


def _csv_line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    # The mark stands for bytes that no GB18030 text can hold.
    return text.getvalue().encode("gb18030").replace("\ufffe".encode("gb18030"), b"\xff\xff")


def _workbook_value(name: str, text: str, sheet: WriteOnlyWorksheet) -> object:
    """Numbers and times as a workbook stores them; text stays text even where it looks like a formula."""
    if text.startswith("float:"):
        return float(text.removeprefix("float:"))
    if text.startswith(("formula:", "#")):
        return text.removeprefix("formula:")
    if name == "quantity" and text.isdecimal():
        return int(text)
    if name in AMOUNTS and text.isascii() and text.replace(".", "", 1).isdecimal():
        return float(text)
    if name in TIMES and text.startswith("2026-03"):
        return datetime.fromisoformat(text)
    cell = WriteOnlyCell(sheet, value=text.removeprefix('="').removesuffix('"') if name == "order_number" else text)
    cell.data_type = "s"
    return cell if text else None
