"""Large numbers in little room: 万 and 亿 in Chinese, K, M and B in English. Pure."""

CHINESE_STEPS = ((1e8, "亿"), (1e4, "万"))
ENGLISH_STEPS = ((1e9, "B"), (1e6, "M"), (1e3, "K"))


def short_number(value: float, *, chinese: bool) -> str:
    """At most four figures and a unit; the exact number belongs into the table beside the picture."""
    for size, unit in CHINESE_STEPS if chinese else ENGLISH_STEPS:
        if abs(value) >= size:
            return f"{value / size:.4g}{unit}"
    return f"{value:.4g}"
