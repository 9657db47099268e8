"""Pictures: drawn from the report alone, in both languages, and never with boxes in the place of characters."""

import warnings
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from analytics.models import Report, ReportPicture
from analytics.services import pictures
from analytics.services.pictures import can_write, chinese_font, draw_picture, draw_pictures
from analytics.short_numbers import short_number
from tests.analytics.factories import at_noon, make_store

DAY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def fonts_looked_up_anew():
    chinese_font.cache_clear()
    yield
    chinese_font.cache_clear()


def content(name="松子", english_name="Pine nuts"):
    def product(sku, change):
        return {"sku": sku, "name": name, "english_name": english_name, "change": change}

    return {
        "sections": [
            {
                "currency": "CNY",
                "trend": [{"day": f"2026-03-{day:02d}", "gmv": str(day * 1000)} for day in range(1, 19)],
                "outliers": [{"metric": "gmv", "day": "2026-03-18"}],
            }
        ],
        "events": [{"first": "2026-03-08", "last": "2026-03-08"}],
        "products": {"up": [product("A1", "1200.00")], "down": [product("B2", "-300.00")]},
    }


def a_report(**names):
    return Report(kind="daily", first_day=DAY, last_day=DAY, content=content(**names), built_at=at_noon(DAY))


def no_chinese_font(monkeypatch):
    from matplotlib import font_manager

    latin = [font for font in font_manager.fontManager.ttflist if font.name.startswith("DejaVu")]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", latin)


def drawn(report, name, language):
    """The picture; a glyph that is missing is a warning of the drawing library, and fails here."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = Image.open(BytesIO(draw_picture(report, name, language=language)))
        picture.load()
    return picture


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["trend", "products"])
def test_every_picture_is_drawn_in_both_languages_without_a_missing_glyph(name, language):
    picture = drawn(a_report(), name, language)
    assert picture.size == (880, 352)
    assert len(picture.convert("RGB").getcolors(maxcolors=1_000_000)) > 20


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["trend", "products"])
def test_without_a_chinese_font_labels_are_english_and_names_give_way_to_codes(monkeypatch, name, language):
    no_chinese_font(monkeypatch)
    assert chinese_font() is None
    drawn(a_report(english_name=""), name, language)


def test_a_font_counts_only_when_it_has_the_glyphs():
    from matplotlib import font_manager

    latin = font_manager.findfont("DejaVu Sans", fallback_to_default=False)
    assert can_write(latin, "GMV by day")
    assert not can_write(latin, "支付金额")
    assert not can_write(__file__, "GMV")


def test_a_font_named_chinese_without_the_glyphs_is_passed_over(monkeypatch):
    monkeypatch.setattr(pictures, "can_write", lambda _file, _text: False)
    assert chinese_font() is None


@pytest.mark.django_db
def test_pictures_are_kept_once_in_each_language(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    report = a_report()
    report.store = make_store()
    report.save()
    assert (draw_pictures(report), draw_pictures(report)) == (4, 0)
    kept = set(ReportPicture.objects.values_list("name", "language"))
    assert kept == {(name, language) for name in ("trend", "products") for language in ("zh-hans", "en")}


@pytest.mark.django_db
def test_only_the_pictures_that_are_missing_are_drawn(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    report = a_report()
    report.store = make_store()
    report.save()
    ReportPicture.objects.create(report=report, name="trend", language="en", file="somewhere.png")
    assert draw_pictures(report) == 3


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0, "0", "0"),
        (999, "999", "999"),
        (12_345, "1.234万", "12.35K"),
        (-50_000, "-5万", "-50K"),
        (3_200_000, "320万", "3.2M"),
        (250_000_000, "2.5亿", "250M"),
        (1_200_000_000, "12亿", "1.2B"),
    ],
)
def test_large_numbers_are_short_in_the_way_of_each_language(value, chinese, english):
    assert short_number(value, chinese=True) == chinese
    assert short_number(value, chinese=False) == english
