"""A session that ended meanwhile: sign-in leads back to the same place, and nowhere outside the house."""

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.kernel.models import ShiftNote, User

pytestmark = pytest.mark.django_db(databases="__all__")
PASSWORD = "a long pass phrase"
SIGN_IN = "/admin/login/"
HOSTILE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "/\t/evil.example",
    "/\r\nSet-Cookie: a=b",
    "a\0b",
    "%2f%2fevil.example",
    "https://testserver@evil.example/",
    "https://testserver.evil.example/",
]

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def person():
    return User.objects.create_superuser("li", password=PASSWORD, language="en")


def sign_in(client, page):
    return client.post(f"{SIGN_IN}?next={page}", {"username": "li", "password": PASSWORD, "next": page})


def led_to(answer):
    """The address of the sign-in and the page behind it."""
    parts = urlsplit(answer.get("HX-Redirect") or answer["Location"])
    return parts.path, parse_qs(parts.query)["next"][0]


@pytest.mark.parametrize("page", ["/orders/?q=SO1&state=new", "/admin/kernel/jobrun/?state=done&p=2", "/boards/sales/"])
def test_a_page_is_asked_for_again_with_its_question(client, person, page):
    assert led_to(client.get(page)) == (SIGN_IN, page)


def test_a_form_leads_back_to_the_page_it_stood_on(client, person):
    answer = client.post(
        reverse("shift-note"),
        {"text": "count the till"},
        headers={"Referer": "http://testserver/?from=note", **ENGLISH},
    )
    assert led_to(answer) == (SIGN_IN, "/?from=note")
    assert not ShiftNote.objects.exists()
    assert "your session had ended" in client.get(answer["Location"], headers=ENGLISH).text.lower()


@pytest.mark.parametrize("referer", ["", "https://evil.example/orders/", "http://testserver.evil.example/", "junk"])
def test_a_form_from_nowhere_leads_to_the_start_page(client, person, referer):
    answer = client.post(reverse("shift-note"), {"text": "x"}, headers={"Referer": referer})
    assert led_to(answer) == (SIGN_IN, "/")


@pytest.mark.parametrize(
    "path", ["/boards/today/", "/desk/T1/talk/", "/admin/kernel/jobrun/1/progress/", "/imports/1/progress/"]
)
def test_a_part_that_refreshes_itself_leads_the_whole_page_to_the_sign_in(client, person, path):
    answer = client.get(
        path, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/boards/today/?store=1"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert led_to(answer) == (SIGN_IN, "/boards/today/?store=1")


def test_a_part_of_a_page_elsewhere_leads_to_the_start_page(client, person):
    headers = {"HX-Request": "true", "HX-Current-URL": "https://evil.example/boards/today/"}
    assert led_to(client.get("/boards/today/", headers=headers)) == (SIGN_IN, "/")


def test_after_the_password_and_the_code_the_same_page_opens(client, person):
    device = TOTPDevice.objects.create(user=person, name="authenticator", confirmed=True)
    page = "/orders/?q=SO1"
    assert sign_in(client, "%2Forders%2F%3Fq%3DSO1").status_code == 302
    step = client.get(page)
    assert led_to(step) == (reverse("second-factor"), page)
    code = f"{totp(device.bin_key):06d}"
    assert client.post(step["Location"], {"code": code})["Location"] == page


def test_a_form_between_the_two_steps_leads_back_to_its_page(client, person):
    TOTPDevice.objects.create(user=person, name="authenticator", confirmed=True)
    client.force_login(person)
    answer = client.post(reverse("shift-note"), {"text": "x"}, headers={"Referer": "http://testserver/?from=note"})
    assert led_to(answer) == (reverse("second-factor"), "/?from=note")


def test_the_way_back_from_a_lock_out_keeps_the_page(client, person, settings):
    settings.AXES_FAILURE_LIMIT = 1
    address = f"{SIGN_IN}?next=%2Forders%2F%3Fq%3DSO1"
    locked = client.post(address, {"username": "li", "password": "wrong"})
    assert locked.status_code == 429
    assert "/admin/login/?next=%2Forders%2F%3Fq%3DSO1" in locked.text


def test_who_signed_in_meanwhile_goes_on_to_the_page(client, person):
    client.force_login(person)
    assert client.get(f"{SIGN_IN}?next=%2Forders%2F%3Fq%3DSO1")["Location"] == "/orders/?q=SO1"


@pytest.mark.parametrize("page", HOSTILE)
def test_nobody_is_led_out_of_the_house(client, person, page):
    client.force_login(person)
    answers = [
        client.get(SIGN_IN, {"next": page}),
        client.post(reverse("set_language"), {"language": "en", "next": page}),
        client.post("/orders/move/", {"next": page}),
    ]
    client.logout()
    answers.append(client.post(SIGN_IN, {"username": "li", "password": PASSWORD, "next": page}))
    device = TOTPDevice.objects.create(user=person, name="authenticator", confirmed=True)
    answers.append(client.post(reverse("second-factor"), {"code": f"{totp(device.bin_key):06d}", "next": page}))
    for answer in answers:
        assert answer.status_code in (200, 204, 302)
        place = answer.get("Location", "/")
        assert urlsplit(urljoin("http://testserver/orders/", place)).netloc == "testserver"
        assert not place.startswith(("//", "/\\"))
        assert "Set-Cookie" not in answer.headers or "a=b" not in answer["Set-Cookie"]


def test_the_script_that_keeps_what_was_typed_knows_whose_it_is(client, person):
    anonymous = client.get(SIGN_IN).text
    client.force_login(person)
    mine = client.get("/").text
    assert 'kept.js?of="' in anonymous
    assert 'kept.js?of="' not in mine
    assert "kept.js?of=" in mine
