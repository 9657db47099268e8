"""Bodies of API requests: JSON of a bounded size and depth, with texts that every database can keep."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 20


class BodyTooLarge(APIException):
    """413: the body was not read to its end."""

    status_code = 413
    default_code = "too_large"
    default_detail = _("The body of the request is too large.")


class BoundedJSONParser(JSONParser):
    """JSON as the standard has it, refused when larger than API_BODY_LIMIT_BYTES, too deep, or with texts nobody can keep.

    Django bounds only the bodies of forms; REST framework reads a stream to its end, whatever its length.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value. Raises BodyTooLarge, or ParseError with what is wrong."""
        limit = settings.API_BODY_LIMIT_BYTES
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise BodyTooLarge
        try:
            value = super().parse(io.BytesIO(content), media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        _check(value)
        return value


def _check(value: Any) -> None:
    """Walks without recursion: the depth is what is being checked."""
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            raise ParseError(_("The JSON is nested too deeply."))
        if isinstance(one, str):
            _check_text(one)
        elif isinstance(one, dict):
            waiting += [(part, depth + 1) for pair in one.items() for part in pair]
        elif isinstance(one, list):
            waiting += [(part, depth + 1) for part in one]


def _check_text(text: str) -> None:
    if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text if char > "\ud7ff"):
        raise ParseError(_("Texts may hold neither the byte 0 nor half a character (a lone surrogate)."))
