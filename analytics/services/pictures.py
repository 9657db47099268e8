"""Pictures for reports, drawn without a browser; labels in Chinese only where a font on the machine can write them."""

import io
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext as _

from analytics import reading
from analytics.models import Report, ReportPicture
from analytics.short_numbers import short_number

LANGUAGES = ("zh-hans", "en")
ENGLISH = "en"
PROBE = "支付金额按日商品库存环比同比"
FAMILIES = ("CJK", "Source Han", "WenQuanYi", "Hei", "Song", "Kai", "YaHei", "PingFang", "Heiti", "Ming")
SHOWN_PRODUCTS = 5
BLUE, BROWN, GREY = "#1d4ed8", "#b45309", "#9ca3af"
Draw = Callable[[Any, Report], None]


@lru_cache(maxsize=1)
def chinese_font() -> str | None:
    """The family of an installed font that has the characters of our labels, checked glyph by glyph; None without one."""
    from matplotlib import font_manager

    candidates = [font for font in font_manager.fontManager.ttflist if any(mark in font.name for mark in FAMILIES)]
    for font in sorted(candidates, key=lambda one: ("SC" not in one.name, "Sans" not in one.name, one.name)):
        if can_write(font.fname, PROBE):
            return str(font.name)
    return None


def can_write(font_file: str, text: str) -> bool:
    """Whether a font file has a glyph for every character of a text."""
    from matplotlib.ft2font import FT2Font

    try:
        glyphs = FT2Font(font_file).get_charmap()
    except (RuntimeError, OSError):
        return False
    return all(ord(character) in glyphs for character in text)


def draw_pictures(report: Report) -> int:
    """Draw each picture of a report in each language that is not there yet; returns how many were drawn."""
    there = set(report.pictures.values_list("name", "language"))
    wanted = [(name, language) for language in LANGUAGES for name in PICTURES]
    missing = [one for one in wanted if one not in there]
    for name, language in missing:
        content = draw_picture(report, name, language=language)
        picture = ReportPicture(report=report, name=name, language=language)
        picture.file.save(f"report-{report.pk}-{name}-{language}.png", ContentFile(content), save=True)
    return len(missing)


def draw_picture(report: Report, name: str, *, language: str) -> bytes:
    """One picture as PNG. Without a Chinese font the labels are English: boxes help nobody."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    font = chinese_font()
    labels = language if font else ENGLISH
    families = [font, "DejaVu Sans"] if font else ["DejaVu Sans"]
    with mpl.rc_context({"font.family": families, "axes.unicode_minus": False}), translation.override(labels):
        figure = Figure(figsize=(8, 3.2), dpi=110, layout="constrained")
        PICTURES[name](figure, report)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _trend(figure: Any, report: Report) -> None:
    """GMV by day, the period shaded, events hatched, outliers circled; provisional reports dashed."""
    from matplotlib.dates import DateFormatter

    axes = figure.subplots()
    style = "--" if report.is_provisional else "-"
    for section in report.content["sections"]:
        days = [date.fromisoformat(point["day"]) for point in section["trend"]]
        values = [float(point["gmv"]) for point in section["trend"]]
        axes.plot(days, values, style, marker=".", label=section["currency"])
        marked = {mark["day"] for mark in section["outliers"] if mark["metric"] == "gmv"}
        spots = [(day, value) for day, value in zip(days, values, strict=True) if day.isoformat() in marked]
        axes.plot([day for day, _value in spots], [value for _day, value in spots], "o", mfc="none", ms=12, color=BROWN)
    axes.axvspan(report.first_day, report.last_day, alpha=0.12)
    for event in report.content["events"]:
        span = (date.fromisoformat(event[name]) for name in ("first", "last"))
        axes.axvspan(*span, facecolor="none", edgecolor=GREY, hatch="//", alpha=0.4, linewidth=0)
    axes.set_ylim(bottom=0)
    # A long campaign reaches beyond what is drawn.
    axes.set_xlim(left=min(axes.lines[0].get_xdata()), right=report.last_day)
    currencies = [section["currency"] for section in report.content["sections"]]
    title = _("GMV by day")
    _finish(axes, axes.yaxis, title=f"{title} ({currencies[0]})" if len(currencies) == 1 else title)
    formatter: Any = DateFormatter
    axes.xaxis.set_major_formatter(formatter("%m-%d"))
    axes.grid(axis="y", alpha=0.3)
    if len(currencies) > 1:
        axes.legend(frameon=False)


def _products(figure: Any, report: Report) -> None:
    """The SKUs that rose and fell most, labelled at the bar."""
    axes = figure.subplots()
    products = report.content["products"]
    moved = [*products["up"][:SHOWN_PRODUCTS], *reversed(products["down"][:SHOWN_PRODUCTS])]
    rows = [(_label(row), float(row["change"])) for row in reversed(moved)]
    places = range(len(rows))
    bars = axes.barh(
        places, [change for _name, change in rows], color=[BROWN if one < 0 else BLUE for _name, one in rows]
    )
    axes.set_yticks(places, [name for name, _change in rows])
    axes.bar_label(bars, [short_number(change, chinese=_is_chinese()) for _name, change in rows], padding=3)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.margins(x=0.18)
    _finish(axes, axes.xaxis, title=_("Change of net sales by SKU"))
    axes.grid(axis="x", alpha=0.3)


def _label(row: dict[str, Any]) -> str:
    """Code and name; the code alone where the name could not be written."""
    name = reading.own_name(row)[:18]
    return f"{row['sku']} {name}".strip() if chinese_font() or name.isascii() else row["sku"]


def _is_chinese() -> bool:
    return not (translation.get_language() or "").startswith(ENGLISH)


def _finish(axes: Any, axis: Any, *, title: str) -> None:
    chinese = _is_chinese()
    axes.set_title(title)
    axis.set_major_formatter(lambda value, _place: short_number(value, chinese=chinese))


PICTURES: dict[str, Draw] = {"trend": _trend, "products": _products}
