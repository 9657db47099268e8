"""Personal data at rest: encrypted by rotating keys, found by a keyed hash.

A stored value reads `key id:base64(nonce + AES-256-GCM ciphertext)`. The first key of ENCRYPTION_KEYS encrypts, all of
them decrypt, so a new key is put in front, `rotate_keys` rewrites the rows, and the old key is dropped.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class DecryptionError(Exception):
    """The value was written with a key that is not in ENCRYPTION_KEYS, or was changed since."""


@lru_cache(maxsize=4)
def _ciphers(keys: str) -> dict[str, AESGCM]:
    pairs = (part.strip().split(":", 1) for part in keys.split(",") if part.strip())
    return {key_id: AESGCM(urlsafe_b64decode(key)) for key_id, key in pairs}


def current_key_id() -> str:
    """The id of the key that encrypts now."""
    return next(iter(_ciphers(settings.ENCRYPTION_KEYS)))


def key_ids() -> list[str]:
    """The ids of all keys that decrypt, the one that encrypts first."""
    return list(_ciphers(settings.ENCRYPTION_KEYS))


def encrypt(text: str) -> str:
    """Encrypt with the first key. The same text gives another value each time."""
    key_id = current_key_id()
    nonce = os.urandom(NONCE_BYTES)
    sealed = _ciphers(settings.ENCRYPTION_KEYS)[key_id].encrypt(nonce, text.encode(), key_id.encode())
    return f"{key_id}:{urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(value: str) -> str:
    """The text behind a stored value. Raises DecryptionError when the key is gone or the value was changed."""
    key_id, _, sealed = value.partition(":")
    cipher = _ciphers(settings.ENCRYPTION_KEYS).get(key_id)
    if cipher is None:
        raise DecryptionError(f"No key with id {key_id!r}.")
    raw = urlsafe_b64decode(sealed)
    try:
        return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], key_id.encode()).decode()
    except InvalidTag as error:
        raise DecryptionError("The stored value was changed.") from error


def lookup_hash(value: str, *, purpose: str) -> str:
    """A keyed hash (64 hex digits) that finds an equal value without showing it; `purpose` keeps phone and mail apart."""
    return hmac.new(settings.LOOKUP_KEY.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()
