"""What API views need beyond the settings' classes: the answer to every error, and sign-in by token.

Apart from `config.kernel.api`, because REST framework's views read the settings that name the classes there.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from django_otp import match_token, user_has_device
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, permissions, serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from config.kernel.api import error_body, words_of
from config.kernel.errors import DomainError
from config.kernel.models import User


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
        response.data = error_body(str(error.default_code), " ".join(words_of(error.detail)))
    return response


def _field_errors(detail: Any) -> dict[str, list[object]]:
    if isinstance(detail, Mapping):
        return {str(name): cast("list[object]", words_of(value)) for name, value in detail.items()}
    return {"non_field_errors": cast("list[object]", words_of(detail))}


class TokenRequestSerializer(serializers.Serializer[None]):
    """User name and password; for who has set one up, the code of the second factor."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)
    code = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)


class TokenAnswerSerializer(serializers.Serializer[None]):
    """The token."""

    token = serializers.CharField()


class TokenSignInView(APIView):
    """Sign in with name and password; locked after too many failures as the pages are."""

    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)
    # The tries are counted before the view, for pages and programs alike (`config.account.middleware`).
    throttle_classes = ()

    @extend_schema(request=TokenRequestSerializer, responses=TokenAnswerSerializer)
    def post(self, request: Request) -> Response:
        """The caller's token."""
        form = TokenRequestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        code = form.validated_data.pop("code")
        user = authenticate(request._request, **form.validated_data)
        if not isinstance(user, User):
            body = error_body("sign_in_failed", _("Name or password is wrong, or the account is locked."))
            return Response(body, status=status.HTTP_401_UNAUTHORIZED)
        if user_has_device(user) and match_token(user, code.replace(" ", "").lower()) is None:
            body = error_body("second_factor_needed", _("The code of the second factor is missing or wrong."))
            return Response(body, status=status.HTTP_401_UNAUTHORIZED)
        token, _created = Token.objects.get_or_create(user=user)
        return Response({"token": token.key})
