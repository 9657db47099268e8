"""A role that demands a second factor: its set-up at the first sign-in, the code at the next, and the recovery codes."""

import hmac
import time
from base64 import b32decode
from hashlib import sha1

import pytest
from constance import config as house_settings
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.kernel.models import AuditEntry
from tests.browser.people import give_password, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Asked for by the role; wrong at the set-up; wrong at the sign-in.
WORDS = {
    "en": ("Your role asks for a second factor", "Check the clock of the phone", "or was used already"),
    "zh-hans": ("您的角色要求两步验证", "请检查手机时间", "验证码不正确或已经用过"),
}
GO_ON = "form:has(input[name=code]) button[type=submit]"


def code_of(secret, *, later=0):
    """The six digits of RFC 6238 for a secret in base 32, now or some steps of 30 seconds later."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, (int(time.time()) // 30 + later).to_bytes(8, "big"), sha1).digest()
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def wrong_code(secret):
    """Six digits that no step near now has."""
    right = {code_of(secret, later=steps) for steps in range(-2, 3)}
    return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555") if code not in right)


def type_code(page, code):
    page.fill("input[name=code]", code)
    page.click(GO_ON)


def wait_is_over():
    """After a wrong code the library makes people wait; nobody sleeps here."""
    for device in (TOTPDevice, StaticDevice):
        device.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)


def sign_out(page):
    page.context.clear_cookies()


@pytest.fixture(autouse=True)
def demanded(settings):
    # The clocks of phone and server are one clock here: a border between two steps must not count as a drift.
    settings.OTP_TOTP_SYNC = False
    house_settings.SECOND_FACTOR_ROLES = ["supply_planner"]


def test_the_first_sign_in_sets_a_second_factor_up_and_the_next_ones_ask_for_it(pages, live_server, language):
    person = make_person("supply_planner", language=language)
    demanded, wrong_at_set_up, wrong_at_sign_in = WORDS[language]
    page, start = pages(), f"{live_server.url}/"

    # The password alone leads nowhere but to the set-up.
    page.goto(f"{live_server.url}/admin/login/")
    give_password(page, person)
    page.wait_for_url("**/account/second-factor/set-up/**")
    assert demanded in page.locator(".zg-lead").inner_text()
    page.goto(f"{live_server.url}/restock/")
    page.wait_for_url("**/account/second-factor/set-up/?next=%2Frestock%2F")
    page.goto(start)
    secret = page.locator("code.zg-break").inner_text().replace(" ", "")

    type_code(page, wrong_code(secret))
    assert wrong_at_set_up in page.locator("form:has(input[name=code])").inner_text()
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    wait_is_over()
    type_code(page, code_of(secret))
    page.wait_for_selector(".zg-codes")
    codes = page.locator(".zg-codes code").all_inner_texts()
    assert sorted(codes) == sorted(StaticToken.objects.filter(device__user=person).values_list("token", flat=True))
    assert len(codes) == 10
    page.click(".zg-page a[href='/']")
    page.wait_for_url(start)

    # The next sign-in asks for the code, and refuses a wrong one in words.
    sign_out(page)
    page.goto(f"{live_server.url}/restock/")
    give_password(page, person)
    page.wait_for_url("**/account/second-factor/?next=%2Frestock%2F")
    type_code(page, wrong_code(secret))
    assert wrong_at_sign_in in page.locator("form:has(input[name=code])").inner_text()
    wait_is_over()
    type_code(page, code_of(secret, later=1))
    page.wait_for_url(f"{live_server.url}/restock/")

    # A recovery code works once and not twice.
    for leads_on in (True, False):
        sign_out(page)
        page.goto(f"{live_server.url}/admin/login/")
        give_password(page, person)
        page.wait_for_url("**/account/second-factor/**")
        type_code(page, codes[0])
        if leads_on:
            page.wait_for_url(start)
    assert wrong_at_sign_in in page.locator("form:has(input[name=code])").inner_text()
    page.goto(start)
    assert "/account/second-factor/" in page.url
    left = set(StaticToken.objects.filter(device__user=person).values_list("token", flat=True))
    assert left == set(codes[1:])
    actions = AuditEntry.objects.filter(action__startswith="second_factor.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "second_factor.set_up",
        "second_factor.recovery_codes_made",
        "second_factor.refused",
        "second_factor.recovery_code_used",
        "second_factor.refused",
    ]
