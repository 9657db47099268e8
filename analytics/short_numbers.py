"""Large numbers in little room: 万 and 亿 in Chinese, K, M and B in English. Pure."""

CHINESE_STEPS = ((1e8, "亿"), (1e4, "万"))
ENGLISH_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))
# Four figures are shown: from here on a number is rounded up to five.
TOO_LONG = 9999.5


def short_number(value: float, *, chinese: bool) -> str:
    """At most four figures and a unit; the exact number belongs into the table beside the picture."""
    steps = CHINESE_STEPS if chinese else ENGLISH_STEPS
    for place, (size, unit) in enumerate(steps):
        # What would be rounded up to 10000 of the next unit is one of this.
        if abs(value) >= size or (abs(value) >= size * TOO_LONG / 1e4 and place < len(steps) - 1):
            return f"{_four(value / size)}{unit}"
    return _four(value)


def _four(value: float) -> str:
    shown = f"{value:.4g}"
    return f"{value:.0f}" if "e+" in shown else shown
