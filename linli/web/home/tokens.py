"""My tokens: a program acts in my name until the token ends or I take it back."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.ground.journal.actions import begin_receipt, end_receipt
from linli.ground.people.access import is_worker
from linli.ground.people.actions.tokens import DEFAULT_DAYS, make_token, revoke_token
from linli.ground.people.queries import tokens_of
from linli.kit.keyset import page
from linli.kit.refused import Refused
from linli.web.acts import attempt
from linli.web.home.shown import bar, somebody

PAGE = 20


class TokenForm(forms.Form):
    """For which program, and for how long."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    name = forms.CharField(
        label=gettext_lazy("For which program"),
        max_length=60,
        help_text=gettext_lazy("So that you know later which one to take back."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.IntegerField(label=gettext_lazy("For how many days"), initial=DEFAULT_DAYS)


def worker(request: Any) -> Any:
    """The person who asks, if the desk is their home; 404 otherwise."""
    me = somebody(request)
    if not is_worker(me, on=request.today):
        raise Http404
    return me


def make(request: Any, me: Any, key: Any, name: str, days: int) -> str:
    """The token in plain, once: the same form sent again makes no second one."""
    once = {"key": f"token:{key}", "by": me.pk}
    with transaction.atomic():
        if begin_receipt(**once, request_hash="token", now=request.now) is not None:
            raise Refused(
                _(
                    "This token is made already, and was shown once. If it got lost, take it back and make another."
                )
            )
        token = make_token(person=me, name=name, by=me, now=request.now, days=days)
        end_receipt(**once, status=201, answer={})
    return token


def token_line(row: Any, now: Any) -> dict[str, Any]:
    """A token as the list shows it; the token itself is kept nowhere."""
    return {
        "pk": row.pk,
        "name": row.name,
        "created_at": row.created_at,
        "last_used_on": row.last_used_on,
        "ends_at": row.ends_at,
        "revoked_at": row.revoked_at,
        "live": row.revoked_at is None and row.ends_at > now,
    }


@login_required
@never_cache
def tokens(request: Any) -> HttpResponse:
    """My tokens, and a form for another; a new one is shown this once."""
    me = worker(request)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: make(request, me, **form.cleaned_data), form=form)
        if made:
            given = {"token": made, "name": form.cleaned_data["name"], "nav": bar(request)}
            return render(request, "home/token_made.html", given)
    found = page(tokens_of(me), order=("-id",), after=request.GET.get("after"), size=PAGE)
    context = {
        "form": form,
        "rows": [token_line(row, request.now) for row in found.rows],
        "next": f"?after={found.after}" if found.after else "",
        "nav": bar(request),
    }
    return render(request, "home/tokens.html", context)


@login_required
@require_POST
def token_end(request: Any, pk: int) -> HttpResponse:
    """Take back a token of my own."""
    me = worker(request)
    token = tokens_of(me).filter(pk=pk).first()
    if token is None:
        raise Http404
    attempt(
        request,
        lambda: revoke_token(token=token, by=me, now=request.now),
        done=_("Taken back. It opens nothing from now on."),
    )
    return redirect("home:tokens")


urlpatterns = [
    path("record/tokens/", tokens, name="tokens"),
    path("record/tokens/<int:pk>/end/", token_end, name="token_end"),
]
