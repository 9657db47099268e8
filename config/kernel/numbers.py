"""Numbers for people: a code, the day, and a running number that nobody else gets."""

from datetime import date

from django.db.models import F

from config.kernel.models import NumberSeries
from config.kernel.sql import insert_new, update_rows


def next_numbers(code: str, *, day: date, count: int) -> list[str]:
    """The next `count` numbers of a day's series, such as SO26112300001. Gaps are allowed, repeats impossible.

    Take numbers before the writing transaction begins: a transaction that took one would make all others wait for it.
    """
    if count < 1:
        return []
    series = f"{code}{day:%y%m%d}"
    row = NumberSeries.objects.filter(code=series)
    while not (moved := update_rows(row, values={"last": F("last") + count}, returning=["last"])):
        insert_new([NumberSeries(code=series)], conflict=["code"])
    last: int = moved[0][0]
    return [f"{series}{number:05d}" for number in range(last - count + 1, last + 1)]


def next_number(code: str, *, day: date) -> str:
    """The next number of a day's series."""
    return next_numbers(code, day=day, count=1)[0]
