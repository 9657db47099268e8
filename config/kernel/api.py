"""What all API views share: sign-in by token, permissions, pages, and one shape of error."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, permissions, serializers, status
from rest_framework.authentication import TokenAuthentication, get_authorization_header
from rest_framework.authtoken.models import Token
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView, exception_handler

from config.kernel.errors import DomainError
from config.kernel.models import User


class BearerTokenAuthentication(TokenAuthentication):
    """`Authorization: Bearer KEY`; the older word Token is understood as well."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        words = get_authorization_header(request).split()
        if len(words) == 2 and words[0].lower() == b"token":
            self.keyword = "Token"
        return super().authenticate(request)


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

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def _words(detail: Any) -> list[str]:
    if isinstance(detail, Mapping):
        return [f"{name}: {word}" for name, value in detail.items() for word in _words(value)]
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        return [word for value in detail for word in _words(value)]
    return [str(detail)]


def error_body(code: str, message: object, *, fields: Mapping[str, Sequence[object]] | None = None) -> dict[str, Any]:
    """The one shape of error: code for programs, message for people, fields by input name."""
    plain = {name: [str(word) for word in words] for name, words in (fields or {}).items()}
    return {"code": code, "message": str(message), "fields": plain}


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error of an API view in the one shape; None lets Django answer 500 for what is our own mistake."""
    if isinstance(error, DomainError):
        body = error_body(error.code, error.message, fields=error.fields)
        if error.detail:
            body["detail"] = error.detail
        return Response(body, status=error.status)
    response = exception_handler(error, context)
    if response is None:
        return None
    if isinstance(error, Http404):
        response.data = error_body("not_found", _("There is no such thing."))
    elif isinstance(error, PermissionDenied):
        response.data = error_body("forbidden", _("You may not do this."))
    elif isinstance(error, exceptions.ValidationError):
        response.data = error_body("invalid", _("Some fields are not right."), fields=_field_errors(error.detail))
    elif isinstance(error, exceptions.APIException):
        response.data = error_body(str(error.default_code), " ".join(_words(error.detail)))
    return response


def _field_errors(detail: Any) -> dict[str, list[object]]:
    if isinstance(detail, Mapping):
        return {str(name): cast("list[object]", _words(value)) for name, value in detail.items()}
    return {"non_field_errors": cast("list[object]", _words(detail))}


class TokenRequestSerializer(serializers.Serializer[None]):
    """User name and password."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class TokenAnswerSerializer(serializers.Serializer[None]):
    """The token."""

    token = serializers.CharField()


class TokenSignInView(APIView):
    """Sign in with name and password; locked after too many failures as the pages are."""

    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)
    throttle_classes = (ScopedRateThrottle,)
    throttle_scope = "sign_in"

    @extend_schema(request=TokenRequestSerializer, responses=TokenAnswerSerializer)
    def post(self, request: Request) -> Response:
        """The caller's token."""
        form = TokenRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = authenticate(request._request, **form.validated_data)
        if not isinstance(user, User):
            body = error_body("sign_in_failed", _("Name or password is wrong, or the account is locked."))
            return Response(body, status=status.HTTP_401_UNAUTHORIZED)
        token, _created = Token.objects.get_or_create(user=user)
        return Response({"token": token.key})
