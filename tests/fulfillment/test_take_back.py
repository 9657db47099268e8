"""Which earlier lines a cancellation takes back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fulfillment.take_back import Goods, OpenLine, OpenLines, Piece, take_back

START = datetime(2011, 1, 3, 9, 0, tzinfo=UTC)


def line(name: str, *, units: int, price: str, day: int = 0) -> OpenLine:
    amount = (units * Decimal(price)).quantize(Decimal("0.01"))
    return OpenLine(name, START + timedelta(days=day), Decimal(price), units, amount)


def pieces(found: list[Piece]) -> list[tuple[object, int, str]]:
    return [(piece.line, piece.units, str(piece.amount)) for piece in found]


@pytest.mark.parametrize(
    ("earlier", "units", "price", "expected"),
    [
        # the latest line of the same price gives first
        ([("a", 5, "2.00"), ("b", 5, "2.00")], 3, "2.00", [("b", 3, "6.00")]),
        # an older line of the same price goes before a newer one of another price
        ([("a", 5, "2.00"), ("b", 5, "2.50")], 3, "2.00", [("a", 3, "6.00")]),
        # split over two lines, the rest from another price
        (
            [("a", 2, "2.00"), ("b", 1, "2.00"), ("c", 9, "3.00")],
            5,
            "2.00",
            [("b", 1, "2.00"), ("a", 2, "4.00"), ("c", 2, "4.00")],
        ),
        # what finds no line is unlinked
        ([("a", 2, "2.00")], 5, "2.00", [("a", 2, "4.00"), (None, 3, "6.00")]),
        ([], 5, "2.00", [(None, 5, "10.00")]),
        # a line gives back no more money than it brought
        ([("a", 2, "1.00")], 2, "3.00", [("a", 2, "2.00"), (None, 0, "4.00")]),
    ],
)
def test_a_cancellation_takes_back_the_latest_lines_of_the_same_price_first(
    earlier: list[tuple[str, int, str]], units: int, price: str, expected: list[tuple[object, int, str]]
) -> None:
    lines = [line(name, units=count, price=cost) for name, count, cost in earlier]
    amount = (units * Decimal(price)).quantize(Decimal("0.01"))
    assert pieces(take_back(lines, units=units, unit_price=Decimal(price), amount=amount)) == expected


def test_a_second_cancellation_finds_only_what_the_first_left() -> None:
    lines = [line("a", units=3, price="1.00"), line("b", units=2, price="1.00")]
    take_back(lines, units=2, unit_price=Decimal("1.00"), amount=Decimal("2.00"))
    again = take_back(lines, units=4, unit_price=Decimal("1.00"), amount=Decimal("4.00"))
    assert pieces(again) == [("a", 3, "3.00"), (None, 1, "1.00")]


def test_later_lines_and_lines_of_other_customers_are_not_taken_back() -> None:
    mine, yours = Goods(1, "goods", 7), Goods(2, "goods", 7)
    book = OpenLines()
    book.watch([mine])
    book.add(mine, line("early", units=1, price="1.00"))
    book.add(mine, line("late", units=1, price="1.00", day=2))
    book.add(yours, line("yours", units=1, price="1.00"))
    assert [found.line for found in book.before(mine, moment=START + timedelta(days=1))] == ["early"]
    assert book.before(yours, moment=START + timedelta(days=1)) == []


@given(
    earlier=st.lists(st.tuples(st.integers(1, 20), st.sampled_from(["0.00", "0.42", "1.25", "3.33"])), max_size=6),
    units=st.integers(1, 60),
    price=st.sampled_from(["0.42", "1.25", "3.33"]),
)
def test_pieces_add_up_and_no_line_gives_more_than_it_has(
    earlier: list[tuple[int, str]], units: int, price: str
) -> None:
    lines = [line(str(at), units=count, price=cost) for at, (count, cost) in enumerate(earlier)]
    had = {str(at): (count, count * Decimal(cost)) for at, (count, cost) in enumerate(earlier)}
    amount = (units * Decimal(price)).quantize(Decimal("0.01"))
    found = take_back(lines, units=units, unit_price=Decimal(price), amount=amount)
    assert sum(piece.units for piece in found) == units
    assert sum(piece.amount for piece in found) == amount
    for piece in found:
        if piece.line is not None:
            count, worth = had[str(piece.line)]
            assert 0 < piece.units <= count
            assert Decimal(0) <= piece.amount <= worth
