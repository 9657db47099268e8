"""Pictures for reports, drawn without a browser; labels in Chinese only where a font on the machine can write them."""

import io
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.files.base import ContentFile
from django.utils import translation
from django.utils.translation import gettext as _

from analytics.models import Report, ReportPicture

LANGUAGES = ("zh-hans", "en")
PROBE = "支付金额销售"
Draw = Callable[[Any, Report], None]


@lru_cache(maxsize=1)
def chinese_font() -> str | None:
    """The family of an installed font that has the characters of our labels, checked glyph by glyph; None without one."""
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    for entry in sorted(
        font_manager.fontManager.ttflist, key=lambda one: ("SC" not in one.name, "CJK" not in one.name, one.name)
    ):
        if not any(
            mark in entry.name for mark in ("CJK", "Hei", "Song", "Kai", "YaHei", "PingFang", "WenQuanYi", "Han")
        ):
            continue
        try:
            glyphs = FT2Font(entry.fname).get_charmap()
        except RuntimeError:
            continue
        if all(ord(character) in glyphs for character in PROBE):
            return entry.name
    return None


def draw_pictures(report: Report) -> int:
    """Draw each picture of a report in each language that is not there yet; returns how many were drawn."""
    there = set(report.pictures.values_list("name", "language"))
    drawn = 0
    for language in LANGUAGES:
        for name, draw in PICTURES.items():
            if (name, language) not in there:
                _keep(report, name, language, draw)
                drawn += 1
    return drawn


def _keep(report: Report, name: str, language: str, draw: Draw) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    font = chinese_font()
    # Boxes instead of characters help nobody: without a font both pictures are labelled in English.
    labels = language if font or language == "en" else "en"
    families = [font, "DejaVu Sans"] if font else ["DejaVu Sans"]
    with mpl.rc_context({"font.family": families, "axes.unicode_minus": False}), translation.override(labels):
        figure = Figure(figsize=(8, 3.2), dpi=110, layout="constrained")
        draw(figure, report)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
    picture = ReportPicture(report=report, name=name, language=language)
    picture.file.save(f"report-{report.pk}-{name}-{language}.png", ContentFile(buffer.getvalue()), save=True)


def _trend(figure: Any, report: Report) -> None:
    axes = figure.subplots()
    for section in report.content["sections"]:
        days = [date.fromisoformat(point["day"]) for point in section["trend"]]
        axes.plot(days, [float(point["gmv"]) for point in section["trend"]], marker=".", label=section["currency"])
    first, last = report.first_day, report.last_day
    axes.axvspan(first, last, alpha=0.12)
    axes.set_ylim(bottom=0)
    axes.set_title(_("GMV by day"))
    axes.grid(axis="y", alpha=0.3)
    axes.legend(frameon=False)
    figure.autofmt_xdate()


def _products(figure: Any, report: Report) -> None:
    axes = figure.subplots()
    moved = [*report.content["products"]["up"][:5], *report.content["products"]["down"][:5]]
    changes = [float(row["change"]) for row in reversed(moved)]
    axes.barh(
        [row["sku"] for row in reversed(moved)], changes, color=["#b45309" if one < 0 else "#1d4ed8" for one in changes]
    )
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_title(_("Change of net sales by SKU"))
    axes.grid(axis="x", alpha=0.3)


PICTURES: dict[str, Draw] = {"trend": _trend, "products": _products}
