"""What other sites, made-up hosts and frames can do to a signed-in person: nothing."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.kernel.models import Notice, User
from tests.architecture.test_addresses import ALL, OPEN

pytestmark = pytest.mark.django_db
PASSWORD = "a long pass phrase"
ROOT = Path(__file__).parents[2]
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "///evil.example", "\\\\evil.example", "/\\evil.example", "http:evil.example",
    "https:///evil.example", "javascript:alert(1)", " https://evil.example", "https://testserver@evil.example/",
    "/\t/evil.example", "data:text/html,x", "https://testserver.evil.example", "%2f%2fevil.example\r\nX: y",
)  # fmt: skip


@pytest.fixture
def person():
    return User.objects.create_superuser("li", password=PASSWORD, language="en")


def leaves_the_house(answer):
    """Whether a browser that follows the answer ends up elsewhere."""
    target = answer.get("Location", "")
    if not target:
        return False
    parts = urlsplit(target.replace("\\", "/").strip())
    return bool(parts.scheme or parts.netloc) or target.replace("\\", "/").startswith("//")


def test_every_page_that_writes_refuses_a_request_from_another_site(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    answers = {(name, path): client.post(path) for name, path in ALL}
    # Read-only addresses of the API know no POST; its sign-in takes no cookies, so nothing can be done in another's name.
    read_only = {name for (name, path), answer in answers.items() if answer.status_code == 405}
    assert all(path.startswith("/api/v1/") for (name, path) in answers if name in read_only)
    refused = {
        key: answer.status_code for key, answer in answers.items() if answer.status_code not in {301, 403, 404, 405}
    }
    assert {name for name, _path in refused} == {"api-token"}


def test_the_api_with_a_session_asks_for_the_token_of_the_form_too(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    for path in ("/api/v1/orders/", "/api/v1/tickets/"):
        assert client.post(path, {}, content_type="application/json").status_code == 403


def test_no_way_back_leads_elsewhere(client, person):
    client.force_login(person)
    for wanted in ELSEWHERE:
        for name, more in (("set_language", {"language": "en"}), ("orders:move", {"action": "none"})):
            answer = client.post(reverse(name), {**more, "next": wanted})
            assert (answer.status_code, leaves_the_house(answer)) == (302, False), (name, wanted)
        notice = Notice.objects.create(user=person, key=wanted, title="x", link=wanted)
        assert not leaves_the_house(client.post(reverse("notice", args=[notice.pk]))), wanted
        assert not leaves_the_house(client.get(reverse("admin:login"), {"next": wanted})), wanted


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_no_sign_in_leads_elsewhere(client, person, wanted):
    login = reverse("admin:login")
    body = {"username": "li", "password": PASSWORD, "next": wanted}
    assert not leaves_the_house(client.post(login, body))
    assert not leaves_the_house(Client().post(f"{login}?next={wanted}", body))
    device = TOTPDevice.objects.create(user=person, name="x", confirmed=True)
    between = Client()
    between.post(login, body)
    passed = between.post(reverse("second-factor"), {"code": f"{totp(device.bin_key):06d}", "next": wanted})
    assert (passed.status_code, leaves_the_house(passed)) == (302, False)


def test_a_made_up_host_is_refused_and_a_forwarded_one_is_not_believed(client, person):
    client.force_login(person)
    for host in ("evil.example", "testserver.evil.example", "testserver:80@evil.example", "a b"):
        assert client.get("/", headers={"Host": host}).status_code == 400
    page = client.get("/", headers={"X-Forwarded-Host": "evil.example"})
    assert (page.status_code, "evil.example" in page.content.decode()) == (200, False)


def test_no_address_is_made_from_what_the_request_calls_the_host():
    sources = [path for path in ROOT.glob("*/**/*.py") if ".venv" not in path.parts and "tests" not in path.parts]
    assert len(sources) > 200
    asking = [str(path) for path in sources if "build_absolute_uri" in path.read_text(encoding="utf-8")]
    assert asking == [], "addresses in mails come from SITE_ADDRESS"


def test_every_page_is_for_no_frame_no_sniffing_no_strange_script_and_no_store(client, person):
    client.force_login(person)
    kept = {}
    for name, path in ALL:
        answer = client.get(path)
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["X-Frame-Options"] == "DENY", name
        assert answer["Referrer-Policy"] == "same-origin", name
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", name
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy, name
        script = next((part for part in policy.split("; ") if part.startswith("script-src")), "")
        assert "unsafe-inline" not in script, name
        words = answer.get("Cache-Control", "")
        if answer.status_code == 200 and name not in OPEN and "no-store" not in words and "no-cache" not in words:
            kept[name] = words
    assert kept == {}
    assert "no-store" in client.get(reverse("orders:list"))["Cache-Control"]
    assert "no-store" in client.get("/api/v1/customers/")["Cache-Control"]


def settings_of(**environment):
    """`check --deploy` and some settings under an environment of its own."""
    code = (
        "import django; django.setup(); from django.conf import settings as s; from django.core.management import call_command; "
        "call_command('check', deploy=True, fail_level='WARNING'); "
        "print(s.SECURE_SSL_REDIRECT, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    given = {"ENV_FILE": os.devnull, "DJANGO_SETTINGS_MODULE": "config.settings", **environment}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=kept | given, capture_output=True, text=True, check=False
    )


@pytest.mark.process
def test_the_check_for_deployment_is_clean_under_https_and_with_local_secrets(tmp_path):
    run = settings_of(HTTPS="1", VAR_DIR=str(tmp_path))
    assert (run.returncode, run.stdout.split()[-4:]) == (0, ["True", "True", "True", "31536000"]), run.stderr
    assert settings_of(HTTPS="0", VAR_DIR=str(tmp_path)).returncode == 1, "without HTTPS it warns"
    assert settings_of(HTTPS="1", DEBUG="1", VAR_DIR=str(tmp_path)).returncode == 1


def test_local_secrets_are_read_by_their_owner_only():
    folder = Path(django_settings.VAR_DIR) / "secrets"
    assert [path.name for path in folder.iterdir() if path.stat().st_mode & 0o077] == []
