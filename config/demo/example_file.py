"""An order file to try an import with: orders of the demo's own goods, and three rows that a person has to mend."""

import io
from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalog.models import Sku
from config.demo.trade import BEIJING
from config.kernel.import_pages.reach import ADD
from config.kernel.importing.export import write_csv

ORDERS = 12
HEADINGS = (
    "订单编号",
    "下单时间",
    "付款时间",
    "订单状态",
    "客户编号",
    "商家编码",
    "商品名称",
    "数量",
    "单价",
    "实付金额",
)
# Which column of which order is spoilt, and with what: a quantity in words, a day that does not exist, a price left out.
MISTAKES = {3: (7, "两件"), 6: (1, "2026-02-30 10:00:00"), 9: (8, "")}


def example_rows(now: datetime, skus: list[tuple[str, str]]) -> list[list[str]]:
    """One row for each of twelve orders of yesterday; `skus` are codes and names."""
    yesterday = now.astimezone(BEIJING).replace(hour=9, minute=0, second=0) - timedelta(days=1)
    rows = []
    for place in range(ORDERS):
        code, name = skus[place % len(skus)]
        placed = yesterday + timedelta(minutes=40 * place)
        count, cents = place % 3 + 1, 1990 + 500 * (place % 4)
        row = [
            f"LX{yesterday:%Y%m%d}{place + 1:02d}",
            f"{placed:%Y-%m-%d %H:%M:%S}",
            f"{placed + timedelta(minutes=4):%Y-%m-%d %H:%M:%S}",
            "交易成功",
            f"example-{place % 5}",
            code,
            name,
            str(count),
            f"{cents / 100:.2f}",
            f"{count * cents / 100:.2f}",
        ]
        if place in MISTAKES:
            column, text = MISTAKES[place]
            row[column] = text
        rows.append(row)
    return rows


@require_safe
@login_required
@permission_required(ADD, raise_exception=True)
def download(request: HttpRequest) -> HttpResponse:
    """The example as CSV."""
    skus = list(Sku.objects.filter(is_kit=False).order_by("code").values_list("code", "product__name")[:ORDERS])
    stream = io.BytesIO()
    write_csv(stream, headings=HEADINGS, rows=example_rows(timezone.now(), skus) if skus else [])
    response = HttpResponse(stream.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="example-orders.csv"'
    return response
