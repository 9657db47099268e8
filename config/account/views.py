"""A person's own account: preferences, second factor, recovery codes, sessions."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from config.account import second_factor
from config.account.forms import CodeForm, PasswordForm, PreferencesForm
from config.account.sessions import end_sessions, live_sessions
from config.kernel.models import User
from config.kernel.places import own_page
from config.roles import role_name


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _page(request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), "title": title, **more})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Preferences (POST saves them), and what there is to see about the sign-in."""
    person = _person(request)
    form = PreferencesForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account")
    return _page(
        request,
        "account/account.html",
        _("My account"),
        form=form,
        roles=[role_name(name) for name in person.groups.order_by("name").values_list("name", flat=True)],
        has_second_factor=second_factor.has_second_factor(person),
        is_demanded=second_factor.must_have_second_factor(person),
        codes_left=second_factor.recovery_codes_left(person),
        sessions=live_sessions(person),
        this_session=request.session.session_key,
    )


def _next(request: HttpRequest) -> str:
    return own_page(request, request.POST.get("next") or request.GET.get("next") or "") or "/"


@never_cache
@sensitive_post_parameters("code")
@login_required
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """After the password: the code of the app, or a recovery code."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if second_factor.pass_second_step(request, code=form.cleaned_data["code"]):
            return redirect(_next(request))
        form.add_error(
            "code", _("The code is not right, or was used already. After several tries you have to wait a while.")
        )
    return _page(request, "account/second_step.html", _("Second factor"), form=form, next=_next(request))


@never_cache
@sensitive_post_parameters("code")
@login_required
@require_http_methods(["GET", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the picture for the app; a right code takes it into use and shows the recovery codes once."""
    person = _person(request)
    if second_factor.has_second_factor(person) and not person.is_verified():  # type: ignore[attr-defined]
        return redirect("second-factor")
    device = second_factor.pending_device(person)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.confirm_device(request, device, code=form.cleaned_data["code"].replace(" ", ""))
        if codes is not None:
            return _page(request, "account/recovery_codes.html", _("Recovery codes"), codes=codes, next=_next(request))
        form.add_error("code", _("The code is not right. Check the clock of the phone and try the next code."))
    return _page(
        request,
        "account/set_up.html",
        _("Set up the second factor"),
        form=form,
        secret=second_factor.secret_of(device),
        # Drawn by the library from our own address; nothing in it is typed by anybody.
        picture=mark_safe(second_factor.picture_of(device)),  # noqa: S308
        is_demanded=second_factor.must_have_second_factor(person),
        next=_next(request),
    )


@never_cache
@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Fresh recovery codes, after the password."""
    return _after_password(request, _("New recovery codes"), _give_codes)


@never_cache
@sensitive_post_parameters("password")
@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    """Sign in without a second factor from now on, after the password."""
    return _after_password(request, _("Remove the second factor"), _remove)


def _give_codes(request: HttpRequest) -> HttpResponse:
    codes = second_factor.new_recovery_codes(_person(request))
    return _page(request, "account/recovery_codes.html", _("Recovery codes"), codes=codes, next="/account/")


def _remove(request: HttpRequest) -> HttpResponse:
    second_factor.remove_second_factor(_person(request))
    messages.success(request, _("The second factor was removed."))
    return redirect("account")


def _after_password(request: HttpRequest, title: str, then: Any) -> HttpResponse:
    if not second_factor.has_second_factor(_person(request)):
        return redirect("account")
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if _person(request).check_password(form.cleaned_data["password"]):
            return cast("HttpResponse", then(request))
        form.add_error("password", _("The password is not right."))
    return _page(request, "account/password.html", title, form=form)


@require_POST
@login_required
def end(request: HttpRequest) -> HttpResponse:
    """Sign out elsewhere: one session (`session`, its row) or all others."""
    wanted = request.POST.get("session", "")
    only = int(wanted) if wanted.isdecimal() else None
    count = end_sessions(_person(request), keep=request.session.session_key, only=only)
    messages.success(request, ngettext("%d session ended.", "%d sessions ended.", count) % count)
    return redirect("account")
