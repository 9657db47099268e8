"""Files on messages: their kind is what their bytes say, their name on disk is ours."""

import hashlib
import re

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from config.kernel.errors import InvalidInput
from service_desk.media_types import fits_its_name, media_type_of
from service_desk.models import Attachment, TicketMessage

LARGEST_BYTES = 10 * 1024 * 1024
UNSAFE_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def shown_name(file_name: str) -> str:
    """The sender's file name without path, control and direction marks, at most 200 characters."""
    last_part = re.split(r"[/\\]", file_name)[-1]
    cleaned = UNSAFE_IN_NAMES.sub("", last_part).strip(". ")
    return cleaned[-200:] or "file"


def check_size(size: int) -> None:
    """Refuse what is empty or above 10 MB, by its size alone."""
    if not size:
        raise InvalidInput("file_empty", _("The file is empty."))
    if size > LARGEST_BYTES:
        raise InvalidInput("file_too_large", _("A file may have at most 10 MB."))


def attach_file(message: TicketMessage, *, file_name: str, content: bytes) -> Attachment:
    """Keep a file with a message. Refuses what is empty, above 10 MB, of a kind that is not let in, or under a name of another kind."""
    check_size(len(content))
    media_type = media_type_of(content)
    if media_type is None:
        raise InvalidInput(
            "file_kind_refused", _("Only pictures, PDF, office documents without macros and plain text are accepted.")
        )
    name = shown_name(file_name)
    if not fits_its_name(name, media_type):
        raise InvalidInput(
            "file_name_refused",
            _("“%(name)s”: the ending of the name does not fit what the file holds. Save it under its own kind.")
            % {"name": name},
        )
    attachment = Attachment(
        message=message,
        file_name=name,
        media_type=media_type,
        file_bytes=len(content),
        file_hash=hashlib.sha256(content).hexdigest(),
    )
    attachment.file.save("file", ContentFile(content), save=True)
    return attachment
