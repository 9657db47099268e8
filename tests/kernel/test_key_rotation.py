"""A new key in front of the old one, and every value written anew with it."""

import os
from base64 import urlsafe_b64encode
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.kernel import key_rotation
from config.kernel.encryption import DecryptionError
from config.kernel.key_rotation import encrypted_fields, rotate_keys
from membership.models import Customer

pytestmark = pytest.mark.django_db


def key(name):
    return f"{name}:{urlsafe_b64encode(os.urandom(32)).decode()}"


OLD, NEW = key("old"), key("new")


@pytest.fixture
def customers(settings):
    settings.ENCRYPTION_KEYS = OLD
    made = [Customer.objects.create(number=f"C{number}", name=f"名字{number}") for number in range(5)]
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    return made


def rotate(*words):
    told = StringIO()
    call_command("rotate_keys", *words, stdout=told, stderr=StringIO())
    return told.getvalue().strip()


def test_names_phones_and_kept_messages_are_among_the_encrypted_fields():
    assert {"Customer.name", "Customer.phone", "InboxMessage.payload"} <= {
        f"{model.__name__}.{name}" for model, name in encrypted_fields()
    }


def test_after_the_rotation_the_new_key_alone_reads_everything(customers, settings):
    assert "older=5 rotated=5 unreadable=0" in rotate()
    settings.ENCRYPTION_KEYS = NEW
    assert [row.name for row in Customer.objects.order_by("pk")] == [f"名字{number}" for number in range(5)]


def test_without_the_rotation_the_new_key_alone_reads_nothing(customers, settings):
    settings.ENCRYPTION_KEYS = NEW
    with pytest.raises(DecryptionError):
        list(Customer.objects.all())


def test_a_dry_run_counts_and_writes_nothing_and_a_second_rotation_finds_nothing(customers):
    assert "older=5 rotated=0" in rotate("--dry-run")
    rotate()
    assert "older=0 rotated=0" in rotate()


def test_an_edit_made_meanwhile_stays(customers, monkeypatch):
    first = customers[0]
    read = key_rotation.decrypt

    def decrypt_while_somebody_edits(stored):
        Customer.objects.filter(pk=first.pk).update(name="neu")
        monkeypatch.setattr(key_rotation, "decrypt", read)
        return read(stored)

    monkeypatch.setattr(key_rotation, "decrypt", decrypt_while_somebody_edits)
    assert rotate_keys().rotated == 4
    assert Customer.objects.get(pk=first.pk).name == "neu"


def test_what_no_key_opens_is_named_and_left_and_the_command_fails(customers, settings):
    settings.ENCRYPTION_KEYS = f"{NEW},{key('old')}"
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("rotate_keys", stdout=told, stderr=told)
    assert f"membership.Customer.name #{customers[0].pk}" in told.getvalue()
    assert "rotated=0 unreadable=5" in told.getvalue()
    settings.ENCRYPTION_KEYS = OLD
    assert Customer.objects.get(pk=customers[0].pk).name == "名字0"
