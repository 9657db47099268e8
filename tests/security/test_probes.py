"""Words that a careless program would run: typed into every text field, kept as they are, and shown as words.

SQL, templates of three kinds, markup, formats. Django's own forms are walked by asking them for their fields, so that a new
table is probed without a line here; what services own is filled beneath them, and every page is opened afterwards.
"""

import re
from contextlib import ExitStack

import pytest
from django.contrib import admin
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demo.seeding import seed_demo
from config.kernel.fields import EncryptedTextField
from config.kernel.models import User
from tests.architecture.test_addresses import ALL

pytestmark = [pytest.mark.slow, pytest.mark.django_db(databases="__all__")]
# 7777 x 7777: what a template that runs would show.
PRODUCT = "60481729"
PROBES = (
    "'; DROP TABLE kernel_user; --",
    '"><script>alert(7)</script>',
    "{{7777*7777}}",
    "{% debug %}",
    "${7777*7777}",
    "#{7777*7777}",
    "%s%(x)s{0}",
    "<img src=x onerror=alert(7)>",
    "' onmouseover='alert(7)",
    "null",
    "None",
    "\u202e",
    "../../etc/passwd",
    "=1+1",
    "__proto__",
)
RAW = re.compile(r"<script>alert\(7\)|<img src=x onerror|[\"'] onmouseover='alert\(7\)|60481729")
ALL_AT_ONCE = "<script>alert(7)</script>{{7777*7777}}${7777*7777}{% debug %}'\";--%s<img src=x onerror=alert(7)>"
# What is typed into every form; all of the probes go into searches and through the API.
TYPED = (ALL_AT_ONCE, "'; DROP TABLE kernel_user; --", "null")
# Texts by which rows find one another, or which a program reads: a probe there breaks the books, not the page.
NOT_WORDS = re.compile(
    r"(^|_)(code|codes|key|hash|token|ref|number|state|kind|layout|currency|time_zone|username|password|email|session|"
    r"object_type|action|digest|scope|file|policy|slot|fact|link|language|theme|url|mode|map|enabled|args|kwargs|task|"
    r"queue|exchange|headers|role|method|stage|ip|minute|hour|day_of_week|day_of_month|month_of_year|timezone)(s|_|$)"
)


def tables():
    """The tables of the admin; the page of the settings is none."""
    return [model for model in admin.site._registry if issubclass(model, models.Model)]


@pytest.fixture(scope="module")
def shop(django_db_setup, django_db_blocker):
    """A filled store, taken back when the module is done."""
    with django_db_blocker.unblock(), ExitStack() as undone:
        undone.enter_context(transaction.atomic())
        seed_demo(seed=1, now=timezone.now(), say=lambda text: None, orders=60)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def client(shop):
    browser = Client(raise_request_exception=True)
    browser.force_login(User.objects.create_superuser("prober", password="a long pass phrase", language="en"))
    return browser


def body(answer):
    return answer.content.decode(errors="replace") if not answer.streaming else ""


def is_sound(answer):
    """No 500, and nothing of a probe that runs; in JSON markup is only text, as long as nobody sniffs a page in it."""
    if answer.status_code >= 500:
        return False
    if answer.get("Content-Type", "").startswith("application/json"):
        return answer["X-Content-Type-Options"] == "nosniff" and PRODUCT not in body(answer)
    return not RAW.search(body(answer))


def typed_into(form, probe):
    """What a person would post: the probe in every text, something that fits elsewhere."""
    data = {}
    for name, field in form.fields.items():
        kind = type(field).__name__
        initial = form.get_initial_for_field(field, name)
        if hasattr(field, "choices"):
            values = [str(value) for value, _label in field.choices if str(value)]
            data[name] = initial or (values[0] if values and field.required else "")
        elif kind in {"CharField", "JSONField", "SlugField", "URLField", "EmailField", "UsernameField"}:
            data[name] = probe[: field.max_length] if getattr(field, "max_length", None) else probe
        elif "Date" in kind or "Time" in kind:
            data |= {name: "2026-11-20", f"{name}_0": "2026-11-20", f"{name}_1": "10:00:00"}
        elif kind in {"IntegerField", "DecimalField", "FloatField"}:
            data[name] = initial if initial is not None else "1"
        else:
            data[name] = initial or ""
    return {form.add_prefix(name): "" if value is None else value for name, value in data.items()}


def forms_of_the_admin(client):
    """(table, address) of every form by which a row is added."""
    for model in tables():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        answer = client.get(reverse(f"{name}_add"))
        if answer.status_code == 200 and answer.context and "adminform" in answer.context:
            yield name, answer


def test_every_form_of_the_admin_takes_probes_as_words_or_refuses_them_with_words(client):
    asked, saved, wrong = 0, set(), []
    for name, answer in list(forms_of_the_admin(client)):
        for probe in TYPED:
            data = typed_into(answer.context["adminform"].form, probe)
            for inline in answer.context["inline_admin_formsets"]:
                prefix = inline.formset.prefix
                data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
            posted = client.post(reverse(f"{name}_add"), data)
            asked += 1
            if posted.status_code == 302:
                saved.add(name)
            wrong += [(name, probe, posted.status_code)] * (not is_sound(posted))
        pages = [client.get(reverse(f"{name}_changelist")), client.get(reverse(f"{name}_changelist"), {"q": TYPED[0]})]
        wrong += [(name, page.status_code) for page in pages if not is_sound(page)]
    assert wrong == []
    assert asked > 40
    assert len(saved) >= 5, saved
    assert User.objects.exists(), "no table was dropped"


def words_of(model):
    """The fields of a table in which people write words."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField | EncryptedTextField)
        if is_text and not field.choices and not field.unique and not NOT_WORDS.search(field.name):
            yield field


def stain_everything():
    """A probe in every word of every table, as if somebody had typed it; returns how many fields took it."""
    stained = 0
    for model in tables():
        for field in words_of(model):
            text = ALL_AT_ONCE[: field.max_length] if field.max_length else ALL_AT_ONCE
            try:
                with transaction.atomic():
                    stained += bool(models.QuerySet(model).update(**{field.name: text}))
            except DatabaseError:
                continue  # a constraint knows better; append-only rows refuse
    return stained


def one_row_of_each():
    """The page of one row of every table of the admin, and of what has pages of its own."""
    for model in tables():
        row = models.QuerySet(model).first()
        if row is not None:
            base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
            yield from (reverse(f"{base}_{page}", args=[row.pk]) for page in ("change", "history"))
    for app, name, address, key in (
        ("fulfillment", "order", "orders:order", "number"),
        ("service_desk", "ticket", "service_desk:ticket", "number"),
        ("membership", "customer", "customer", "pk"),
        ("catalog", "product", "product", "pk"),
        ("analytics", "report", "analytics:report", "pk"),
        ("kernel", "importbatch", "imports:batch", "pk"),
        ("fulfillment", "purchaseorder", "restock:order", "pk"),
        ("fulfillment", "restocksuggestion", "restock:suggestion", "pk"),
    ):
        model = next(one for one in tables() if one._meta.label_lower == f"{app}.{name}")
        row = models.QuerySet(model).first()
        if row is not None:
            yield reverse(address, args=[getattr(row, key)])


def test_a_house_full_of_probes_shows_them_as_words_on_every_page(client):
    with connection.constraint_checks_disabled():
        assert stain_everything() > 60
    addresses = [path for name, path in ALL if name not in {"admin:logout", "metrics", "readyz"}]
    wrong, seen = [], 0
    for path in [*addresses, *one_row_of_each()]:
        answer = client.get(path)
        seen += "&lt;script&gt;alert(7)" in body(answer)
        if not is_sound(answer):
            wrong.append((path, answer.status_code))
    assert wrong == []
    assert seen > 25, "the probes were on the pages, as words"


@pytest.mark.parametrize("probe", [*PROBES, ALL_AT_ONCE])
def test_a_probe_in_a_search_finds_nothing_runs_nothing_and_comes_back_as_words(client, probe):
    wrong = []
    for model in tables():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        wrong += [address] * (not is_sound(client.get(address, {"q": probe})))
    for address in (
        "/desk/",
        "/orders/",
        "/restock/suggestions/",
        "/restock/orders/",
        "/imports/",
        "/boards/sales/",
        "/",
    ):
        answer = client.get(address, {"q": probe, "search": probe, "store": probe, "page": probe, "state": probe})
        wrong += [address] * (not is_sound(answer))
    for name in ("admin:search",):
        wrong += [name] * (not is_sound(client.get(reverse(name), {"s": probe, "q": probe})))
    assert wrong == []


def test_a_probe_by_the_api_is_answered_as_it_came_and_shown_as_words(client):
    from catalog.models import Listing

    listing = Listing.objects.filter(sku__isnull=False).select_related("store").first()
    for place, probe in enumerate((*PROBES, ALL_AT_ONCE)):
        buyer = dict.fromkeys(("id", "name", "address", "note"), probe) | {"city": probe[:60], "province": probe[:40]}
        line = {"sku": listing.code, "title": probe, "quantity": 1, "unit_price": "1"}
        order = {"store": listing.store.code, "external_number": f"{place}{probe}"[:120], "buyer": buyer, "lines": [line],
                 "placed_at": timezone.now().isoformat(), "channel_state": probe[:80]}  # fmt: skip
        taken = client.post("/api/v1/orders/", order, content_type="application/json")
        assert taken.status_code == 201, taken.content
        assert taken.json()["lines"][0]["title"] == probe.strip()
        ticket = {"store": listing.store.code, "subject": probe[:200], "body": probe, "contact_channel": "chat",
                  "external_ref": f"{place}{probe}"[:120]}  # fmt: skip
        opened = client.post("/api/v1/tickets/", ticket, content_type="application/json")
        assert opened.status_code in {200, 201}, opened.content
        assert opened.json()["subject"] == probe[:200].strip()
        for address in (
            reverse("orders:order", args=[taken.json()["number"]]),
            reverse("service_desk:ticket", args=[opened.json()["number"]]),
            reverse("orders:list"),
            reverse("service_desk:queue"),
        ):
            assert is_sound(client.get(address)), (address, probe)
