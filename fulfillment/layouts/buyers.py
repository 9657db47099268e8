"""Who bought, as the channel tells it: often half hidden, and then no key to a person."""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

# What channels put in place of hidden characters.
_MASKS = ("*", "＊", "●", "■")
# A virtual number forwards to the buyer for some weeks; it carries an extension.
_EXTENSION = re.compile(r"(?:\s*(?:转|ext\.?|分机|#|,)\s*|(?<=\d{11})-)\d{2,6}$", re.IGNORECASE)
# The name that goes with a virtual number repeats its extension: 张三[1234].
_NAME_EXTENSION = re.compile(r"\[\d{3,6}\]$")
_EMAIL = re.compile(r"[^@\s*]+@[^@\s*]+\.[^@\s*]+")


@dataclass(frozen=True, slots=True)
class Buyer:
    """Names, phone and address as received. `nickname` is what the buyer calls himself and never a key."""

    external_id: str = ""
    nickname: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    phone_e164: str = ""
    is_name_masked: bool = False
    is_phone_masked: bool = False
    is_phone_virtual: bool = False
    is_email_masked: bool = False
    is_address_masked: bool = False

    @property
    def identity(self) -> tuple[str, str] | None:
        """("external" | "phone" | "email", value), the best there is; None for a guest.

        A match by phone or e-mail holds within one store only.
        """
        if self.external_id:
            return "external", self.external_id
        if self.phone_e164:
            return "phone", self.phone_e164
        if self.email and not self.is_email_masked:
            return "email", self.email.casefold()
        return None


def is_masked(text: str) -> bool:
    """Whether stars stand for characters that the channel took out."""
    return any(mask in text for mask in _MASKS)


def is_virtual_number(phone: str, *, name: str = "") -> bool:
    """Whether a number is one that the channel lends out for a while: it has an extension."""
    return bool(_EXTENSION.search(phone.strip())) or bool(_NAME_EXTENSION.search(name.strip()))


@lru_cache(maxsize=4096)
def real_number(phone: str, *, country: str) -> str:
    """The number in E.164, "" when it is not a number that could be called in that country or abroad."""
    try:
        number = phonenumbers.parse(phone, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def describe_buyer(
    *,
    external_id: str = "",
    nickname: str = "",
    name: str = "",
    phone: str = "",
    email: str = "",
    address: str = "",
    country: str = "",
) -> Buyer:
    """Put together what a file says and mark what is hidden. `country` (ISO) reads national phone numbers."""
    phone_masked = is_masked(phone)
    phone_virtual = is_virtual_number(phone, name=name)
    is_real = bool(phone) and not phone_masked and not phone_virtual
    return Buyer(
        external_id=external_id if not is_masked(external_id) else "",
        nickname=nickname,
        name=name,
        phone=phone,
        email=email,
        address=address,
        phone_e164=real_number(phone, country=country) if is_real else "",
        is_name_masked=is_masked(name),
        is_phone_masked=phone_masked,
        is_phone_virtual=phone_virtual,
        is_email_masked=bool(email) and not _EMAIL.fullmatch(email),
        is_address_masked=is_masked(address),
    )
