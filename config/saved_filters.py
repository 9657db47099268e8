"""Keeping and removing filters of lists; the lists show them by `{% saved_filters %}`."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.kernel.errors import DomainError
from config.kernel.models import User
from config.kernel.saved_filters import remove_filter, save_filter


class SavedFilterForm(forms.Form):
    """Which list, which filters, under which name."""

    path = forms.CharField(max_length=200)
    query = forms.CharField(max_length=4000, required=False)
    name = forms.CharField(max_length=40)
    is_shared = forms.BooleanField(required=False)

    def clean_path(self) -> str:
        """A page of our own: nobody is led elsewhere."""
        path: str = self.cleaned_data["path"]
        try:
            resolve(path)
        except Resolver404 as error:
            raise forms.ValidationError(_("This list is not there.")) from error
        return path


@require_POST
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """Keep the filters of a list under a name and go back to it."""
    form = SavedFilterForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(_back(form))
    wanted = form.cleaned_data
    try:
        saved = save_filter(cast("User", request.user), **wanted)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The filter “%(name)s” is kept.") % {"name": saved.name})
    return redirect(_back(form))


def _back(form: SavedFilterForm) -> str:
    path, query = form.cleaned_data.get("path"), form.cleaned_data.get("query")
    return f"{path}?{query}" if path and query else path or "start"


@require_POST
@login_required
def remove(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Remove one of one's own filters and show the list without it."""
    removed = remove_filter(filter_id, by=cast("User", request.user))
    if removed is None:
        messages.info(request, _("This filter is gone already."))
        return redirect("start")
    messages.success(request, _("The filter “%(name)s” is removed.") % {"name": removed.name})
    return redirect(removed.path)
