"""The second factor: a code of an authenticator app (TOTP, RFC 6238), or a recovery code that works once."""

import secrets
from base64 import b32encode
from typing import cast

import segno
from constance import config as shop_settings
from django.db import transaction
from django.http import HttpRequest
from django_otp import login, match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from config.kernel.audit import record_change
from config.kernel.models import User

RECOVERY_CODES = 10
RECOVERY_BYTES = 5
DEVICE = "authenticator"


def has_second_factor(user: User) -> bool:
    """Whether the person has set up an authenticator."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def must_have_second_factor(user: User) -> bool:
    """Whether one of the person's roles demands it (the setting SECOND_FACTOR_ROLES)."""
    demanding = shop_settings.SECOND_FACTOR_ROLES
    return bool(demanding) and user.groups.filter(name__in=demanding).exists()


def pending_device(user: User) -> TOTPDevice:
    """The authenticator that is being set up; the same one until it is confirmed."""
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return device or TOTPDevice.objects.create(user=user, name=DEVICE, confirmed=False)


def secret_of(device: TOTPDevice) -> str:
    """The secret to type into an app that cannot read the picture, in groups of four."""
    text = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture_of(device: TOTPDevice) -> str:
    """The QR picture of a device as inline SVG."""
    return segno.make(device.config_url, error="m").svg_inline(scale=5, border=2, light="#fff")


@transaction.atomic
def confirm_device(request: HttpRequest, device: TOTPDevice, *, code: str) -> list[str] | None:
    """Take the authenticator into use if the code is right: fresh recovery codes, or None for a wrong code."""
    if not device.verify_token(code):
        return None
    user = cast("User", request.user)
    TOTPDevice.objects.filter(user=user, confirmed=True).delete()
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    login(request, device)
    record_change("second_factor.set_up", on=user)
    return new_recovery_codes(user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten codes that work once each; the older ones no longer work."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery", confirmed=True)
    codes = [secrets.token_hex(RECOVERY_BYTES) for _code in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    record_change("second_factor.recovery_codes_made", on=user)
    return codes


def recovery_codes_left(user: User) -> int:
    """How many recovery codes still work."""
    return int(StaticToken.objects.filter(device__user=user).count())


def pass_second_step(request: HttpRequest, *, code: str) -> bool:
    """Whether the code is one of the person's; then the session counts as verified.

    The library counts failures for each device and makes the person wait ever longer between tries.
    """
    user = cast("User", request.user)
    device = match_token(user, code.replace(" ", "").lower())
    if device is None:
        record_change("second_factor.refused", on=user)
        return False
    login(request, device)
    # A new key for a session that may do more than before.
    request.session.cycle_key()
    if isinstance(device, StaticDevice):
        record_change("second_factor.recovery_code_used", on=user)
    return True


@transaction.atomic
def remove_second_factor(user: User) -> None:
    """Sign in with the password alone from now on."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    record_change("second_factor.removed", on=user)
