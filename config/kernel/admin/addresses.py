"""Addresses of the admin whose key is none: there is no such row, whatever the page would have done with it."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest


def names_no_row(request: HttpRequest, kwargs: dict[str, object]) -> bool:
    """Whether the address asks for a row by a key that its table cannot hold."""
    match = request.resolver_match
    wanted = kwargs.get("object_id")
    if match is None or match.namespace != "admin" or not isinstance(wanted, str):
        return False
    model = _model_of(match.url_name or "")
    # The settings' page stands for a table that is none.
    if model is None or getattr(model._meta, "pk", None) is None:
        return False
    key = unquote(wanted)
    try:
        model._meta.pk.to_python(key)
    except (ValidationError, ValueError, TypeError):
        return True
    return "\0" in key


def _model_of(url_name: str) -> type[Model] | None:
    tables = (model for model in admin.site._registry)
    named = (model for model in tables if url_name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_"))
    # The longest name: a table's name may begin with another one's.
    return max(named, key=lambda model: len(model._meta.model_name or ""), default=None)
