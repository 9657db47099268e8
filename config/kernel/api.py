"""What all API views share: sign-in by token, permissions, pages, and one shape of error."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import permissions
from rest_framework.authentication import TokenAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class BearerTokenAuthentication(TokenAuthentication):
    """`Authorization: Bearer KEY`; the older word Token is understood as well."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if len(words) == 2 and words[0].lower() == b"token":
            self.keyword = "Token"
        return super().authenticate(request)

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        """The person of a token; demo accounts end as soon as DEBUG is off, as their sign-in does."""
        user, token = super().authenticate_credentials(key)
        if user.is_demo and not settings.DEBUG:
            raise AuthenticationFailed(_("User inactive or deleted."))
        return user, token


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes token sign-in."""

    target_class = "config.kernel.api.BearerTokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class HasModelPermission(permissions.DjangoModelPermissions):
    """Django's permission of the view's model for every method, reading included."""

    perms_map = {
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
        "OPTIONS": [],
        "POST": ["%(app_label)s.add_%(model_name)s"],
        "PUT": ["%(app_label)s.change_%(model_name)s"],
        "PATCH": ["%(app_label)s.change_%(model_name)s"],
        "DELETE": ["%(app_label)s.delete_%(model_name)s"],
    }


class NewestFirstPagination(CursorPagination):
    """Keyset pages, newest first: as quick at the end of a million rows as at the start."""

    ordering: str | tuple[str, ...] = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Any:
        """A cursor of somebody's own making points nowhere: not found, as any other broken one."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not str(cursor.position).isdecimal():
            raise NotFound(self.invalid_cursor_message)
        return cursor


def words_of(detail: Any) -> list[str]:
    """Every sentence within an error's detail, nested ones with the name of their field."""
    if isinstance(detail, Mapping):
        return [f"{name}: {word}" for name, value in detail.items() for word in words_of(value)]
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        return [word for value in detail for word in words_of(value)]
    return [str(detail)]


def error_body(code: str, message: object, *, fields: Mapping[str, Sequence[object]] | None = None) -> dict[str, Any]:
    """The one shape of error: code for programs, message for people, fields by input name."""
    plain = {name: [str(word) for word in words] for name, words in (fields or {}).items()}
    return {"code": code, "message": str(message), "fields": plain}
