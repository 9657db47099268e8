"""RFM by the words of the specification, one customer at a time, in exact fractions. Imports nothing of the software."""

from fractions import Fraction
from statistics import median

# A letter for each of the 25 cells: rows are R = 5 to 1, columns FM = 1 to 5.
CELLS = {
    5: "N P P C C",
    4: "O P P L C",
    3: "S S A L L",
    2: "H H R R R",
    1: "X X R R K",
}
NAMES = {
    "C": "champions",
    "L": "loyal",
    "P": "potential_loyalist",
    "N": "new",
    "O": "promising",
    "A": "need_attention",
    "S": "about_to_sleep",
    "K": "cannot_lose",
    "R": "at_risk",
    "H": "hibernating",
    "X": "lost",
}
VALUE_NAMES = {
    "R F M": "key_value",
    "R . M": "key_develop",
    ". F M": "key_keep",
    ". . M": "key_win_back",
    "R F .": "plain_value",
    "R . .": "plain_develop",
    ". F .": "plain_keep",
    ". . .": "plain_win_back",
}


def by_rank(value, everybody, *, lower_is_better=False):
    """1 + floor(5 x (rank - 1) / n); the rank counts who is strictly worse."""
    worse = [other for other in everybody if (other > value if lower_is_better else other < value)]
    return 1 + (5 * len(worse)) // len(everybody)


def by_days(days, cuts=(30, 60, 120, 240)):
    """At most 30 days 5, 60 days 4, 120 days 3, 240 days 2, else 1."""
    for score, cut in zip((5, 4, 3, 2), cuts, strict=True):
        if days <= cut:
            return score
    return 1


def by_cuts(value, cuts):
    """One more than the number of cuts strictly below."""
    return 1 + sum(1 for cut in cuts if cut < value)


def named(r, f, m):
    """The segment of the cell; FM is the mean of F and M, half up."""
    fm = int(Fraction(f + m, 2) + Fraction(1, 2))
    return NAMES[CELLS[r].split()[fm - 1]]


def middle(values, cut):
    """Mean or median as an exact number."""
    if cut == "mean":
        return Fraction(sum(values), len(values))
    return Fraction(median(map(Fraction, values)))


def valued(days, count, cents, cuts):
    """The value segment: each axis is high from its cut on, days at most."""
    letters = ("R" if days <= cuts[0] else ".", "F" if count >= cuts[1] else ".", "M" if cents >= cuts[2] else ".")
    return VALUE_NAMES[" ".join(letters)]


def segment(customers, *, mode="rank", cut="mean", dormant_days=90):
    """(R, F, M, segment, value segment, dormant) of each (days, count, cents)."""
    days, counts, cents = (list(axis) for axis in zip(*customers, strict=True))
    cuts = tuple(middle(axis, cut) for axis in (days, counts, cents))
    rows = []
    for one in customers:
        if mode == "rank" and len(customers) >= 50:
            r = by_rank(one[0], days, lower_is_better=True)
            f, m = by_rank(one[1], counts), by_rank(one[2], cents)
        else:
            r = by_days(one[0])
            f = by_cuts(one[1], (1, 2, 3, 5))
            m = by_cuts(Fraction(one[2], 100), (100, 300, 1000, 3000))
        rows.append((r, f, m, named(r, f, m), valued(*one, cuts), r <= 2 and one[0] >= dormant_days))
    return rows
