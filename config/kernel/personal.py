"""Phones, mail addresses and names: brought to one form, told apart when masked, masked for the screen. Pure."""

import re
import unicodedata

import phonenumbers

MASK = re.compile(r"[*＊•●✱]")
# A virtual number of a marketplace: a real-looking number with an extension that expires.
VIRTUAL = re.compile(r"(转|ext\.?|,|#|-)\s*\d{1,6}\s*$", re.IGNORECASE)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def looks_masked(text: str) -> bool:
    """Whether stars stand for characters that were taken out; such a value is never used to match."""
    return bool(MASK.search(text))


def normalise_phone(text: str, *, region: str = "CN") -> str | None:
    """The number in E.164, or None for a masked, virtual, short or impossible one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or looks_masked(plain):
        return None
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalise_email(text: str) -> str | None:
    """The address in lower case, or None for a masked or impossible one."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if looks_masked(plain) or not EMAIL.fullmatch(plain):
        return None
    return plain


def mask_name(name: str) -> str:
    """The first character, then stars: 张**, J**."""
    return f"{name[0]}**" if name else ""


def mask_phone(phone: str) -> str:
    """The last four digits: ****5678."""
    return f"****{phone[-4:]}" if len(phone) > 4 else "****" if phone else ""


def mask_email(email: str) -> str:
    """The first character and the domain: a***@example.com."""
    local, at, domain = email.partition("@")
    return f"{local[:1]}***{at}{domain}" if email else ""


def mask_address(address: str) -> str:
    """The first six characters, as far as a province and a city go."""
    return f"{address[:6]}****" if len(address) > 6 else "****" if address else ""
