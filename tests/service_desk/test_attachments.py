"""Files on messages: by what is in them, under names that do no harm, and never unpacked."""

import io
import zipfile

import pytest

from config.kernel.errors import InvalidInput
from service_desk.forms import ReplyForm
from service_desk.media_types import OFFICE_PARTS, fits_its_name, media_type_of
from service_desk.services.attachments import LARGEST_BYTES, attach_file, check_size, shown_name

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def office(*parts, flags=0, content=b"x"):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", "xl/workbook.xml", *parts):
            archive.writestr(part, content)
    raw = bytearray(packed.getvalue())
    if flags:
        place = raw.find(b"PK\x01\x02")
        raw[place + 8] |= flags
    return bytes(raw)


def test_a_workbook_is_let_in():
    assert media_type_of(office()) == OFFICE_PARTS["xl/"]


@pytest.mark.parametrize(
    "content",
    [
        office("xl/bomb.xml", content=bytes(20_000_000)),
        office("../../etc/passwd"),
        office("/etc/passwd"),
        office("xl/vbaProject.bin"),
        office(flags=1),
        b"PK\x03\x04" + bytes(100),
        b"MZ" + bytes(100),
    ],
    ids=["bomb", "out of its folder", "absolute", "macros", "locked", "broken", "program"],
)
def test_what_does_harm_when_opened_is_not_let_in(content):
    assert media_type_of(content) is None


@pytest.mark.parametrize(
    ("name", "kind", "fits"),
    [
        ("apple.png", "image/png", True),
        ("APPLE.PNG", "image/png", True),
        ("apple", "image/png", True),
        ("2026.06.30", "text/plain", True),
        ("apple.jpg", "image/png", False),
        ("apple.pdf", "text/plain", False),
        ("apple.png.exe", "image/png", False),
        ("page.html", "text/plain", False),
        ("drawing.svg", "text/plain", False),
        ("old.xls", OFFICE_PARTS["xl/"], False),
    ],
)
def test_a_name_promises_what_the_file_holds(name, kind, fits):
    assert fits_its_name(name, kind) is fits


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\apple.png", "apple.png"),
        ("exe.\u202egnp", "exe.gnp"),
        ("a\0b\r\n.png", "ab.png"),
        ("\u200fapple\u200e.png", "apple.png"),
        ("", "file"),
        ("...", "file"),
        ("苹果.png", "苹果.png"),
    ],
)
def test_a_name_is_shown_without_path_control_and_direction(name, shown):
    assert shown_name(name) == shown


def test_a_long_name_keeps_its_ending():
    assert shown_name("x" * 300 + ".png") == "x" * 196 + ".png"


def test_the_kind_is_refused_before_anything_is_written():
    with pytest.raises(InvalidInput) as refused:
        attach_file(None, file_name="apple.exe", content=PNG)
    assert refused.value.code == "file_name_refused"


@pytest.mark.parametrize(("size", "code"), [(0, "file_empty"), (LARGEST_BYTES + 1, "file_too_large")])
def test_a_size_is_refused_in_words(size, code):
    with pytest.raises(InvalidInput) as refused:
        check_size(size)
    assert refused.value.code == code


class Sent(dict):
    """Files of a form as Django hands them on."""

    def getlist(self, name):
        return self.get(name, [])


class File:
    """A file of which only name and size are known, as of one that was too large to be kept."""

    def __init__(self, name, size):
        self.name, self.size = name, size


def test_an_answer_with_a_file_that_is_too_large_keeps_its_text():
    form = ReplyForm({"body": "long text", "last_seen": 0}, Sent(attachment=[File("film.png", LARGEST_BYTES + 1)]))
    assert not form.is_valid()
    assert "film.png" in form.non_field_errors()[0]
    assert form["body"].value() == "long text"
