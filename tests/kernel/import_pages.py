"""Bringing a file in through its pages, for tests."""

import csv
import io
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.kernel.jobs import work_on_run
from config.kernel.models import ImportBatch, JobRun, RoleScope, User
from config.roles import install_roles
from tests.fulfillment.import_files import GENERIC, generic_row

ROWS = [
    generic_row("1", name="Anna Muster"),
    generic_row("2", quantity="many"),
    generic_row("2", sku="B-2", quantity="3"),
    generic_row("3", placed_at="one day"),
    generic_row("4", unit_price="cheap", paid="x"),
    generic_row("5", paid="12.00"),
]


def table(rows: list[Any] = ROWS, *, headings: tuple[str, ...] = GENERIC) -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([headings, *rows])
    return stream.getvalue().encode()


def sign_in(client: Client, name: str, role: str, *, store: str = "") -> User:
    install_roles()
    user = User.objects.create_user(name, password="x", is_staff=True, language="en")
    group = Group.objects.get(name=role)
    user.groups.add(group)
    if store:
        RoleScope.objects.create(user=user, group=group, kind="store", code=store)
    client.force_login(user)
    return user


def send(client: Client, content: bytes = table(), *, name: str = "orders.csv", **chosen: str) -> Any:
    values = {"layout": "generic", "store": "cn", "policy": "reject-rows"} | chosen
    return client.post(reverse("imports:upload"), {**values, "file": SimpleUploadedFile(name, content)})


def page(client: Client, batch: ImportBatch, name: str = "batch", **asked: Any) -> Any:
    return client.get(reverse(f"imports:{name}", args=[batch.pk]), asked)


def settle(client: Client, batch: ImportBatch, **changed: str) -> Any:
    """Send the columns as the page suggests them."""
    form = page(client, batch, "columns").context["form"]
    values = {name: field.initial or "" for name, field in form.fields.items() if name.startswith("column_")}
    return client.post(reverse("imports:columns", args=[batch.pk]), {**values, **changed})


def checked(client: Client, **chosen: str) -> ImportBatch:
    send(client, **chosen)
    batch = ImportBatch.objects.latest("pk")
    settle(client, batch)
    work_on_run(JobRun.objects.latest("pk").pk)
    batch.refresh_from_db()
    return batch


def applied(client: Client, **chosen: str) -> ImportBatch:
    batch = checked(client, **chosen)
    shown = page(client, batch, "apply").context["shown"]
    client.post(reverse("imports:apply", args=[batch.pk]), {"shown": shown})
    work_on_run(JobRun.objects.latest("pk").pk)
    batch.refresh_from_db()
    return batch
