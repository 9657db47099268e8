"""What the log tells after a busy day: neither a name, a phone number or an address, nor a password, token or key."""

import io
import json
import logging

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from config.kernel.importing.problems import FileProblem
from config.kernel.jobs import JobKind, register, start_run, work_on_run
from config.kernel.models import AuditEntry, User
from config.kernel.outbox import deliver_due, enqueue
from membership.models import Customer
from tests.fulfillment.factories import make_listing, make_sku, make_store
from tests.fulfillment.import_files import generic_row, import_file, import_generic

pytestmark = pytest.mark.django_db(databases="__all__")
PASSWORD, WRONG = "a long pass phrase", "wrong-pass-word-7"
NAME, PHONE, MAIL, ADDRESS = "欧阳修远", "13800138123", "xiuyuan@buyers.example", "西湖区文三路 90 号"
NOTE = "请放门卫处谢谢"


def _work(part, progress):
    raise ValueError(f"cannot reach {NAME} at {PHONE} or {MAIL}")


register(JobKind(code="test_loud", label="x", plan=lambda run: [{}], work=_work, finish=lambda run: {}))


@pytest.fixture
def log():
    """All that our own handler writes from INFO on, as the service writes it to its stderr."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    ours = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    handler.setFormatter(ours[0].formatter)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield text
    root.removeHandler(handler)
    root.setLevel(level)


def sign_in(password):
    body = {"username": "li", "password": password}
    Client().post(reverse("admin:login"), body)
    Client().post(reverse("api-token"), body, content_type="application/json")


def an_order(**changes):
    buyer = {"id": PHONE, "name": NAME, "phone": PHONE, "email": MAIL, "address": ADDRESS, "note": NOTE}
    line = {"sku": "A1", "quantity": 1, "unit_price": "10.00"}
    order = {"store": "shop", "external_number": "X1", "placed_at": "2026-11-20T08:00:00Z", "lines": [line]}
    return {**order, "buyer": buyer, **changes}


def post_orders(key):
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {key}"}
    for order in (an_order(), an_order(external_number="X2", lines=[]), an_order(external_number="X3", currency=NAME)):
        client.post("/api/v1/orders/", json.dumps(order), content_type="application/json", headers=headers)
    client.post("/api/v1/orders/", json.dumps(an_order())[:-9], content_type="application/json", headers=headers)
    client.get(f"/api/v1/customers/?search={PHONE}", headers={"Authorization": f"Bearer {key}x"})


def import_files(folder):
    bad = generic_row("T1", Quantity=NAME)
    import_generic(folder, [bad, generic_row("T2", **{"customer ID": PHONE})])
    broken = folder / "broken.csv"
    broken.write_bytes(f"{NAME},{PHONE}\n".encode("utf-16")[:-1])
    with pytest.raises(FileProblem):
        import_file(broken, layout="generic", store="cn")
    client = Client()
    client.force_login(User.objects.get(username="li"))
    upload = SimpleUploadedFile(f"{NAME}.csv", f"x\n{PHONE}".encode())
    client.post(
        reverse("imports:upload"), {"layout": "generic", "store": "shop", "policy": "reject-rows", "file": upload}
    )


def send_a_mail_that_fails(settings):
    settings.EMAIL_BACKEND = "tests.security.test_logs.RefusingBackend"
    enqueue("mail", key="k", payload={"to": [MAIL], "subject": NAME, "text": NOTE})
    assert deliver_due(now=timezone.now()) == 1


class RefusingBackend:
    """A mail server that says to whom it will not deliver."""

    def __init__(self, **_options):
        pass

    def send_messages(self, mails):
        raise OSError(f"550 no such user {mails[0].to}")


def break_a_page(monkeypatch):
    def explode(*_args, **_more):
        raise RuntimeError(f"{NAME} {PHONE} {ADDRESS}")

    monkeypatch.setattr("config.overviews.customer.render", explode)
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username="li"))
    customer = Customer.objects.first() or Customer.objects.create(number="CU1", name=NAME)
    assert client.get(reverse("customer", args=[customer.pk]), {"q": PHONE}).status_code == 500


def test_the_log_of_a_busy_day_holds_no_person_and_no_secret(log, tmp_path, settings, monkeypatch):
    user = User.objects.create_superuser("li", password=PASSWORD)
    key = Token.objects.create(user=user).key
    make_listing(make_store("shop"), make_sku("A"), code="A1")
    sign_in(WRONG)
    sign_in(PASSWORD)
    post_orders(key)
    import_files(tmp_path)
    work_on_run(start_run("test_loud", parameters={}, trigger="button").pk)
    send_a_mail_that_fails(settings)
    break_a_page(monkeypatch)
    text = log.getvalue()
    assert "job_step_failed" in text
    assert "delivery_failed" in text
    assert "Internal Server Error" in text
    plain = text.encode().decode("unicode_escape", errors="replace") + text
    keys = [django_settings.SECRET_KEY, django_settings.LOOKUP_KEY, django_settings.ENCRYPTION_KEYS.partition(":")[2]]
    known = [PASSWORD, WRONG, key, NAME, PHONE, MAIL, ADDRESS, NOTE, *keys]
    escaped = [json.dumps(one)[1:-1] for one in known]
    assert [one for one in (*known, *escaped) if one in plain] == []


def test_the_test_would_see_a_name(log):
    logging.getLogger("x").warning("buyer %s", NAME)
    assert json.dumps(NAME)[1:-1] in log.getvalue() or NAME in log.getvalue()


def test_the_audit_trail_notes_an_export_and_not_the_phone_number_that_was_searched_for():
    client = Client()
    client.force_login(User.objects.create_superuser("li", password=PASSWORD))
    assert client.get(reverse("orders:export", args=["csv"]), {"q": PHONE, "state": "new"}).status_code == 200
    noted = AuditEntry.objects.get(action="orders.exported").after
    assert noted == {"kind": "csv", "q": True, "state": "new"}


def test_what_a_page_of_an_error_shows_is_no_value_either(monkeypatch):
    user = User.objects.create_superuser("li", password=PASSWORD)
    monkeypatch.setattr("config.views.render", lambda *a, **k: 1 / 0)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    page = client.get("/", {"q": PHONE})
    assert (page.status_code, PHONE in page.content.decode(), "ZeroDivision" in page.content.decode()) == (
        500,
        False,
        False,
    )
