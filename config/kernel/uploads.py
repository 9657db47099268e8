"""Uploads are refused by their size before they are kept: by what the request announces, and while they stream in.

A file that is too large, but not by far, is read past without being kept: the page's form then says so in words and shows
again what else was typed. A request far above the limit is not read at all (413).
"""

import io
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest

MEGABYTE = 1024 * 1024
# For every page that says nothing else: an answer with five files of 10 MB fits in, sheets of the admin are smaller.
USUAL_LIMIT = 60 * MEGABYTE
# What else a form holds beside its file.
REST_OF_FORM = MEGABYTE
READ_PAST = 2
V = TypeVar("V", bound=Callable[..., Any])


class RefusedFile(UploadedFile):  # type: ignore[type-arg]
    """A file that was too large to be kept: empty, with the size that it had."""


def takes_uploads(*, setting: str) -> Callable[[V], V]:
    """A view whose uploads may be as large as a setting says, in bytes."""

    def mark(view: V) -> V:
        view.upload_limit_setting = setting  # type: ignore[attr-defined]
        return view

    return mark


def upload_limit(request: HttpRequest | None) -> int:
    """The bytes that a file sent to this address may have."""
    match = request.resolver_match if request is not None else None
    setting = getattr(match.func, "upload_limit_setting", "") if match is not None else ""
    return int(getattr(settings, setting)) if setting else USUAL_LIMIT


class LimitedUpload(TemporaryFileUploadHandler):
    """Files on disk, up to the limit of the page they are sent to."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - the name that Django hands it under
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse by what the request announces."""
        self.limit = upload_limit(self.request)
        if content_length > READ_PAST * self.limit + REST_OF_FORM:
            if self.request is not None:
                self.request.is_too_large = True  # type: ignore[attr-defined]
            raise RequestDataTooBig(f"{content_length} bytes were announced, {self.limit} are allowed.")
        self.is_refused = content_length > self.limit + REST_OF_FORM

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a file for it, unless it is known to be too large."""
        self.is_dropped = self.is_refused
        if self.is_dropped:
            FileUploadHandler.new_file(self, *args, **kwargs)
        else:
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, until there are too many."""
        if not self.is_dropped and start + len(raw_data) > self.limit:
            self.is_dropped = True
            self.file.close()
            del self.file
        if not self.is_dropped:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        """The file, or what stands for one that was dropped."""
        if not self.is_dropped:
            return super().file_complete(file_size)
        return RefusedFile(
            file=io.BytesIO(), name=self.file_name, content_type=self.content_type, size=file_size, charset=self.charset
        )
