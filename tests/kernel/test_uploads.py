"""What is sent to the house is refused by its size before it is kept, and everything else in words."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import path, reverse

from config.kernel.models import ImportBatch, User
from config.kernel.uploads import RefusedFile, takes_uploads
from config.urls import urlpatterns as house

pytestmark = pytest.mark.django_db(databases="__all__")
MEGABYTE = 1024 * 1024
UPLOAD = "/imports/new/"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@takes_uploads(setting="UPLOAD_LIMIT_BYTES")
def tell(request):
    file = request.FILES.get("file")
    return HttpResponse(f"{type(file).__name__} {file.size if file else 0} {request.POST.get('note', '')}")


urlpatterns = [*house, path("x/tell", tell)]


@pytest.fixture
def boss(client, settings, tmp_path):
    settings.ROOT_URLCONF = __name__
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.UPLOAD_LIMIT_BYTES = 3 * MEGABYTE
    client.force_login(User.objects.create_superuser("boss", password="x", language="en"))
    return client


def of_size(size, name="sales.csv"):
    return SimpleUploadedFile(name, b"x" * size)


def bomb(*, megabytes):
    """A workbook whose sheet is zeros all over: small until it is unpacked."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(megabytes * MEGABYTE))
    return stream.getvalue()


def test_a_file_within_the_limit_is_kept(boss):
    answer = boss.post("/x/tell", {"file": of_size(3 * MEGABYTE), "note": "typed"})
    assert answer.text == f"TemporaryUploadedFile {3 * MEGABYTE} typed"


@pytest.mark.parametrize("size", [3 * MEGABYTE + 1, 5 * MEGABYTE])
def test_a_file_above_it_is_dropped_and_the_rest_of_the_form_is_read(boss, tmp_path, size):
    answer = boss.post("/x/tell", {"file": of_size(size), "note": "typed"})
    assert answer.text == f"{RefusedFile.__name__} {size} typed"
    assert list(tmp_path.iterdir()) == []


def test_a_request_far_above_it_is_not_read_at_all(boss):
    class Unread:
        """A body that nobody may read."""

        def read(self, *_size):
            raise AssertionError("it was read")

        readline = read

    answer = boss.generic(
        "POST",
        "/x/tell",
        b"x",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(8 * MEGABYTE),
        **{"wsgi.input": Unread()},
    )
    assert answer.status_code == 413
    assert "That is too large" in answer.text


def test_a_long_text_is_told_to_be_too_large_as_well(boss):
    answer = boss.post(
        reverse("shift-note"), "text=" + "x" * 3 * MEGABYTE, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "That is too large" in answer.text


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (of_size(3 * MEGABYTE + 1), "Split it"),
        (of_size(0), "empty"),
        (of_size(10, "picture.png"), "is not a table"),
        (of_size(10, "table.csv.exe"), "is not a table"),
        (of_size(10, "x" * 246 + ".csv"), "longer than 200 characters"),
        (SimpleUploadedFile("really.csv", b"\x89PNG\r\n\x1a\n" + bytes(200)), ""),
        (SimpleUploadedFile("page.csv", b"<!doctype html><html></html>"), ""),
        (SimpleUploadedFile("old.xlsx", OLD_CONTAINER + bytes(600)), ""),
        (
            SimpleUploadedFile("locked.xlsx", OLD_CONTAINER + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
            "protected by a password",
        ),
        (SimpleUploadedFile("bomb.xlsx", bomb(megabytes=200)), "unpacks to more than"),
        (SimpleUploadedFile("broken.xlsx", b"PK\x03\x04" + b"x" * 200), ""),
    ],
    ids=[
        "large",
        "empty",
        "kind",
        "two endings",
        "long name",
        "a picture inside",
        "a web page",
        "old",
        "locked",
        "bomb",
        "broken",
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words_and_the_form_keeps_the_rest(boss, file, words):
    sent = {"file": file, "layout": "generic", "new_store": "north-7", "policy": "reject-all"}
    answer = boss.post(UPLOAD, sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"file"}
    assert words in " ".join(answer.context["form"].errors["file"])
    assert 'value="north-7"' in answer.text
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "C:\\evil\\sales.csv", "sa\u202eles.csv", "a\x00b.csv", "a\r\nb.csv"]
)
def test_a_hostile_name_is_shown_without_what_is_hostile(boss, name):
    body = (
        '--b\r\nContent-Disposition: form-data; name="layout"\r\n\r\ngeneric\r\n'
        '--b\r\nContent-Disposition: form-data; name="new_store"\r\n\r\nnorth\r\n'
        '--b\r\nContent-Disposition: form-data; name="policy"\r\n\r\nreject-rows\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: text/csv\r\n\r\norder,sku\r\n1,2\r\n\r\n--b--\r\n"
    )
    answer = boss.post(UPLOAD, body.encode(), content_type="multipart/form-data; boundary=b")
    assert answer.status_code in (200, 302)
    for batch in ImportBatch.objects.all():
        assert batch.file_name.isprintable()
        assert not set(batch.file_name) & set("/\\\u202e")
