"""The one kind of error that a rule of the trade raises."""

from collections.abc import Mapping, Sequence
from typing import Any


class DomainError(Exception):
    """A rule said no. Pages show `message`; the API answers `status` with `code`, `message` and `fields`.

    `code` is for machines and never changes; `message` is translated and says what to do; `fields` maps an input's
    name to its own messages; `detail` carries figures a caller may want (short SKUs, wanted and available).
    """

    status = 409

    def __init__(
        self,
        code: str,
        message: object,
        *,
        fields: Mapping[str, Sequence[object]] | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(str(message))
        self.code = code
        self.message = message
        self.fields = dict(fields or {})
        self.detail = dict(detail or {})


class InvalidInput(DomainError):
    """What came in cannot be read or does not fit together."""

    status = 400


class NotFound(DomainError):
    """There is no such thing within the caller's sight."""

    status = 404
