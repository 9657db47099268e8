"""Personal data: encrypted with rotating keys, found by keyed hash, masked on the screen."""

from base64 import urlsafe_b64encode

import pytest
from django.db import connection

from config.kernel.encryption import DecryptionError, decrypt, encrypt, lookup_hash
from config.kernel.personal import (
    looks_masked,
    mask_address,
    mask_email,
    mask_name,
    mask_phone,
    normalise_email,
    normalise_phone,
)
from membership.models import Customer

OLD, NEW = (f"{name}:{urlsafe_b64encode(name[0].encode() * 32).decode()}" for name in ("old", "new"))


def test_the_same_text_gives_another_value_each_time_and_comes_back(settings):
    settings.ENCRYPTION_KEYS = OLD
    first, second = encrypt("张三"), encrypt("张三")
    assert first != second
    assert decrypt(first) == decrypt(second) == "张三"
    assert "张三" not in first


def test_a_new_key_encrypts_and_the_old_one_still_opens(settings):
    settings.ENCRYPTION_KEYS = OLD
    value = encrypt("13800138000")
    settings.ENCRYPTION_KEYS = f"{NEW},{OLD}"
    assert decrypt(value) == "13800138000"
    assert encrypt("x").startswith("new:")
    settings.ENCRYPTION_KEYS = NEW
    with pytest.raises(DecryptionError):
        decrypt(value)


def test_a_changed_value_is_noticed(settings):
    settings.ENCRYPTION_KEYS = OLD
    value = encrypt("13800138000")
    middle = len(value) // 2
    broken = value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]
    with pytest.raises(DecryptionError):
        decrypt(broken)


@pytest.mark.django_db
def test_the_database_holds_no_name_in_clear():
    Customer.objects.create(number="CU1", name="欧阳娜娜", phone="+8613800138000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM membership_customer")
        [(name, phone)] = cursor.fetchall()
    assert "欧阳" not in name
    assert "138" not in phone
    assert Customer.objects.get().name == "欧阳娜娜"


def test_purposes_are_kept_apart():
    assert lookup_hash("1", purpose="phone") == lookup_hash("1", purpose="phone")
    assert lookup_hash("1", purpose="phone") != lookup_hash("1", purpose="email")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("138 0013 8000", "+8613800138000"),
        ("+86-13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("138****8000", None),
        ("13800138000转1234", None),
        ("12345", None),
        ("", None),
    ],
)
def test_only_real_phones_become_keys(text, expected):
    assert normalise_phone(text) == expected


def test_mail_addresses_are_lowered_and_masked_ones_refused():
    assert normalise_email(" Li@Example.COM ") == "li@example.com"
    assert normalise_email("l***@example.com") is None
    assert looks_masked("张**")


def test_masks_show_as_little_as_tells_people_apart():
    assert (mask_name("张三丰"), mask_name("")) == ("张**", "")
    assert mask_phone("+8613800138000") == "****8000"
    assert mask_email("li@example.com") == "l***@example.com"
    assert mask_address("浙江省杭州市西湖区") == "浙江省杭州市****"
