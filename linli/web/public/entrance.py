"""The entrance: the first administrator by a one-time link, everyone else by invitation."""

from typing import Any

from django import forms
from django.contrib.auth import login
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from linli.ground.people import actions
from linli.ground.people.actions.accounts import hashed
from linli.ground.people.queries import needs_set_up, open_invitation
from linli.web.acts import attempt

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class LoginForm(forms.Form):
    """A login name and a password, typed twice."""

    username = forms.CharField(
        label=_("Login name"),
        min_length=3,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The password once more"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both times the same."""
        given = super().clean() or self.cleaned_data
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("The two passwords differ."))
        return given


class SetUpForm(LoginForm):
    """The street, and who sets it up."""

    street_code = forms.CharField(
        label=_("Code of the street"),
        max_length=15,
        help_text=_("The 12-digit statistical code, as on the notice board of the street office."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    street_name = forms.CharField(label=_("Name of the street"), max_length=60)
    name = forms.CharField(
        label=_("Your name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ("street_code", "street_name", "name", "username", "password", "again")


@never_cache
@sensitive_post_parameters()
def set_up(request: Any, token: str) -> HttpResponse:
    """The house is empty: enter the street and yourself as its administrator."""
    invited = open_invitation(hashed(token), now=request.now)
    if invited is None or invited.person_id or not needs_set_up():
        return used_up(request)
    form = SetUpForm(request.POST or None)
    form.fields["street_code"].widget.attrs["autofocus"] = True
    if request.method == "POST" and form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "again"}
        user = attempt(
            request,
            lambda: actions.finish_set_up(token=token, now=request.now, **given),
            form=form,
            done=_("The house is set up. Welcome."),
        )
        if user is not None:
            return enter(request, user)
    return render(request, "public/set_up.html", {"form": form, "rules": password_validators_help_texts()})


@never_cache
@sensitive_post_parameters()
def join(request: Any, token: str) -> HttpResponse:
    """Somebody was invited: choose a login name and a password."""
    invited = open_invitation(hashed(token), now=request.now)
    if invited is None or invited.person is None:
        return used_up(request)
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = {key: value for key, value in form.cleaned_data.items() if key != "again"}
        user = attempt(
            request,
            lambda: actions.accept_invitation(token=token, now=request.now, **given),
            form=form,
            done=_("Welcome."),
        )
        if user is not None:
            return enter(request, user)
    context = {"form": form, "rules": password_validators_help_texts(), "name": invited.person.name}
    return render(request, "public/join.html", context)


def enter(request: Any, user: Any) -> HttpResponse:
    """Whoever just chose their password is in."""
    login(request, user, backend=BACKEND)
    return redirect("front")


def used_up(request: Any) -> HttpResponse:
    """The link was used, or has run out."""
    return render(request, "public/used_up.html", status=410)


urlpatterns = [
    path("setup/<str:token>/", set_up, name="set_up"),
    path("join/<str:token>/", join, name="join"),
]
