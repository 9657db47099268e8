"""Files on tickets: taken for what their bytes are, named by us, served so that nothing in them runs."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalog.models import ProductImage
from config.kernel.errors import InvalidInput
from config.kernel.models import RoleScope, User
from config.roles import install_roles
from service_desk.media_types import INLINE_TYPES, media_type_of
from service_desk.models import Attachment, Ticket
from service_desk.services import attach_file, receive_message
from service_desk.services.tickets import NewTicket, open_ticket
from tests.membership.factories import make_customer, make_store

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]
SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
PNG, JPEG, GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a"


def zipped(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def pixel_bomb(side=60_000):
    """A picture of a few kilobytes that unpacks to gigabytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


@pytest.fixture
def message():
    install_roles()
    return receive_message(make_ticket(make_store("shop")), body="Hello", sent_at=timezone.now())


def make_ticket(store):
    chat = Ticket.ContactChannel.CHAT
    new = NewTicket(subject="x", store=store, contact_channel=chat, customer=make_customer(), order=None)
    return open_ticket(new, now=timezone.now())


def agent(name="a", store=None):
    user = User.objects.create_user(name, password="x", is_staff=True, language="en")
    group = Group.objects.get(name="service_agent")
    user.groups.add(group)
    if store is not None:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store.code)
    client = Client()
    client.force_login(user)
    return client


def served(client, attachment):
    return client.get(reverse("service_desk:attachment", args=[attachment.message.ticket.number, attachment.pk]))


REFUSED = {
    "a web page": b"<!DOCTYPE html><html>" + SCRIPT,
    "a web page behind spaces": b"\xef\xbb\xbf \n\t<HTML>" + SCRIPT,
    "a web page behind a comment": b"<!-- x -->" + SCRIPT,
    "a drawing": SVG,
    "a drawing behind its declaration": b'<?xml version="1.0"?>' + SVG,
    "a program": b"MZ\x90\x00",
    "a program of Linux": b"\x7fELF\x02\x01\x01\x00",
    "an archive": zipped(a="x"),
    "a Java archive": zipped(**{"META-INF__MANIFEST.MF": "x"}),
    "an office document with macros": zipped(
        **{"[Content_Types].xml": "x", "word__document.xml": "x", "word__vbaProject.bin": "x"}
    ),
    "an office document with macros by another name": zipped(
        **{"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml", "word__document.xml": "x"}
    ),
    "an old office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "half an archive": zipped(**{"[Content_Types].xml": "x", "xl__workbook.xml": "x"})[:40],
    "a text with a byte 0": b"x\0y",
    "a text of no encoding": b"\xff\xfe\xfd",
    "nothing": b"",
}


def test_what_may_run_is_refused_whatever_its_name(message):
    for kind, content in REFUSED.items():
        assert media_type_of(content) is None, kind
        for name in ("a.png", "a.jpg", "a.pdf", "a.txt", "a.docx"):
            with pytest.raises(InvalidInput):
                attach_file(message, file_name=name, content=content)
    assert not Attachment.objects.exists()


POLYGLOTS = {
    "a picture that is a page too": GIF + b"/*" + SCRIPT + b"*/=1;",
    "a picture with a script behind": PNG + bytes(20) + SCRIPT,
    "a photo with a page in its comment": JPEG + b"\xff\xfe" + SCRIPT,
    "a picture that is an archive too": PNG + bytes(20) + zipped(a="x"),
    "a document that is a page too": b"%PDF-1.7\n" + SCRIPT,
}


ENDINGS = {"image/gif": ".gif", "image/png": ".png", "image/jpeg": ".jpg", "application/pdf": ".pdf"}


def test_a_file_of_two_natures_is_served_as_the_harmless_one_and_in_a_sandbox(message):
    client = agent()
    for kind, content in POLYGLOTS.items():
        kept = attach_file(message, file_name=f"a{ENDINGS[media_type_of(content)]}", content=content)
        answer = served(client, kept)
        assert answer["Content-Type"] == media_type_of(content), kind
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"].startswith("inline" if kept.media_type in INLINE_TYPES else "attachment")
        assert answer.getvalue() == content
        for name in ("a.html", "a.svg", "a.js"):
            with pytest.raises(InvalidInput):
                attach_file(message, file_name=name, content=content)


NAMES = [
    "../../etc/passwd", "..\\..\\windows\\system32\\x.dll", "/etc/passwd", "C:\\x.txt", "a\0b.txt", "con", ".htaccess",
    "x" * 5_000 + ".txt", "a\r\nSet-Cookie: x=1.txt", "\u202egnp.exe", "<script>.txt", "...", "", "a;b=\"c\".txt", "文件.txt",
    "%2e%2e%2fx", "a/../b", "~root/.ssh/id",
]  # fmt: skip


def test_a_name_is_only_shown_and_never_a_path(message):
    client, media = agent(), Path(django_settings.MEDIA_ROOT).resolve()
    kept_names = 0
    for name in NAMES:
        try:
            kept = attach_file(message, file_name=name, content=b"plain text")
        except InvalidInput as refused:
            assert refused.code == "file_name_refused", name
            continue
        kept_names += 1
        assert Path(kept.file.path).resolve().is_relative_to(media), name
        assert set(kept.file_name) & set('\0\r\n/\\<>"\u202e') == set()
        assert 0 < len(kept.file_name) <= 200
        answer = served(client, kept)
        assert answer["Content-Disposition"].startswith("attachment")
        assert {"Set-Cookie", "x"} & set(answer.headers) == set()
        assert answer.getvalue() == b"plain text"
    assert kept_names >= 10


def test_a_bomb_of_pixels_is_kept_unopened_and_one_of_zeros_refused(message):
    zeros = zipped(**{"[Content_Types].xml": "x", "xl__workbook.xml": bytes(50_000_000)})
    assert len(zeros) < 100_000
    with pytest.raises(InvalidInput):
        attach_file(message, file_name="x.xlsx", content=zeros)
    bomb = pixel_bomb()
    assert attach_file(message, file_name="x.png", content=bomb).file_bytes == len(bomb)
    sources = list((ROOT / "service_desk").glob("**/*.py"))
    assert [path for path in sources if "PIL" in path.read_text(encoding="utf-8")] == [], "no picture is ever opened"


def test_a_large_file_is_refused_by_its_size(message):
    with pytest.raises(InvalidInput) as refused:
        attach_file(message, file_name="x.txt", content=b"x" * (10 * 1024 * 1024 + 1))
    assert refused.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("name", "content"),
    [("x.png", SVG), ("x.svg", SVG), ("x.png", pixel_bomb()), ("x.html", PNG), ("x.png", b"<html>"), ("x.png", b"")],
)
def test_a_picture_of_a_product_is_a_picture_of_bounded_size(name, content):
    form = modelform_factory(ProductImage, fields=["file"])
    assert form({}, {"file": SimpleUploadedFile(name, content, content_type="image/png")}).errors.keys() == {"file"}


def test_a_file_is_there_for_those_alone_who_see_its_ticket(message):
    kept = attach_file(message, file_name="x.txt", content=b"plain text")
    assert served(Client(), kept).status_code == 302
    assert served(agent("far", make_store("far")), kept).status_code == 404
    nobody = Client()
    nobody.force_login(User.objects.create_user("nobody", password="x", is_staff=True))
    assert served(nobody, kept).status_code == 403
    other = make_ticket(message.ticket.store)
    assert agent("b").get(reverse("service_desk:attachment", args=[other.number, kept.pk])).status_code == 404
    for path in (f"/media/{kept.file.name}", f"/static/../media/{kept.file.name}", f"/{kept.file.name}"):
        assert agent(f"c{len(path)}").get(path).status_code == 404


def test_a_page_as_a_picture_is_refused_on_the_form_and_the_answer_is_not_sent(message):
    client = agent()
    number = message.ticket.number
    upload = SimpleUploadedFile("photo.png", SVG, content_type="image/png")
    body = {"body": "Look", "last_seen": message.pk, "attachment": upload}
    answer = client.post(reverse("service_desk:reply", args=[number]), body)
    assert (answer.status_code, "Look" in answer.content.decode()) == (200, True)
    assert not message.ticket.messages.filter(author="agent").exists()
