"""One way to break an order for each kind of error that its row must be rejected with."""

from collections.abc import Callable

from tests.fulfillment.marketplace_orders import Row

Break = Callable[[list[Row]], None]


def _cell(name: str, value: str, code: str, *, row: int = 0) -> Break:
    """Write this into a cell; the row must then give this error in this column."""

    def apply(rows: list[Row]) -> None:
        rows[row].cells[name] = value
        rows[row].errors.append((name, code))

    return apply


def _everywhere(name: str, value: str, code: str) -> Break:
    """An order number is broken on every row, and each row then stands alone."""

    def apply(rows: list[Row]) -> None:
        del rows[1:]
        rows[0].cells[name] = value
        rows[0].errors.append((name, code))

    return apply


def _on_every_row(name: str, value: str, code: str) -> Break:
    """The rows agree, so only the first is told."""

    def apply(rows: list[Row]) -> None:
        for row in rows:
            row.cells[name] = value
        rows[0].errors.append((name, code))

    return apply


def _nowhere(name: str) -> Break:
    return _on_every_row(name, "", "required_empty")


def _second_row_differs(rows: list[Row]) -> None:
    rows[1].cells["paid"] = "0.01"
    rows[1].errors.append(("paid", "values_differ"))


def _line_number_twice(rows: list[Row]) -> None:
    rows[1].cells["line_number"] = rows[0].cells["line_number"]
    rows[1].errors.append(("line_number", "line_repeated"))


def _two_errors_in_two_rows(rows: list[Row]) -> None:
    rows[0].cells["quantity"] = "两件"
    rows[0].cells["placed_at"] = "昨天"
    rows[1].cells["unit_price"] = "免费"
    rows[0].errors += [("quantity", "not_a_number"), ("placed_at", "not_a_date")]
    rows[1].errors.append(("unit_price", "not_a_number"))
    rows[1].is_put_last = True


def _neither_code_nor_title(rows: list[Row]) -> None:
    rows[0].cells["sku_code"] = rows[0].cells["title"] = ""
    rows[0].errors.append(("sku_code", "required_empty"))


def _too_few_cells(rows: list[Row]) -> None:
    rows[0].cut_cells = 2
    rows[0].errors.append(("", "too_few_cells"))


def _too_many_cells(rows: list[Row]) -> None:
    rows[0].extra_cells = 1
    rows[0].errors.append(("", "too_many_cells"))


IN_ANY_FILE: tuple[Break, ...] = (
    _everywhere("order_number", "", "required_empty"),
    _everywhere("order_number", "2.02603E+17", "number_lost_digits"),
    _everywhere("order_number", "20260301\u200b7777777", "control_character"),
    _everywhere("order_number", "9" * 65, "identifier_too_long"),
    _nowhere("placed_at"),
    _nowhere("paid"),
    _cell("paid_at", "2026-02-30 10:00:00", "not_a_date"),
    _cell("shipped_at", "3/4/2026 10:00", "date_ambiguous"),
    _cell("shipped_at", "1899-12-31 10:00:00", "date_out_of_range"),
    _cell("total", "十二元", "not_a_number"),
    _cell("postage", "6.005", "too_many_decimals"),
    _cell("goods_amount", "999999999999.00", "amount_too_large"),
    _on_every_row("refund", "-5.00", "amount_negative"),
    _cell("quantity", "1.5", "not_whole"),
    _cell("quantity", "0", "quantity_zero"),
    _cell("quantity", "-1", "quantity_negative"),
    _cell("quantity", "1000001", "quantity_absurd"),
    _cell("quantity", "", "required_empty"),
    _cell("unit_price", "-9.90", "price_negative"),
    _cell("unit_price", "", "required_empty"),
    _neither_code_nor_title,
    _second_row_differs,
    _line_number_twice,
    _two_errors_in_two_rows,
)
IN_CSV_ONLY: tuple[Break, ...] = (
    _too_few_cells,
    _too_many_cells,
    _cell("title", "坏\ufffe字", "undecodable"),
    _cell("title", "空\0字", "nul_byte"),
    _cell("buyer_note", "长" * 32_769, "cell_too_long"),
)
IN_WORKBOOK_ONLY: tuple[Break, ...] = (
    _cell("total", "formula:=1+1", "formula_without_value"),
    _cell("postage", "#N/A", "cell_error"),
    _cell("line_number", "float:2.02601234567891E+17", "number_lost_digits"),
)
