"""Whether a certificate holds: by its number, typed or scanned, without login; nothing more than one needs to know."""

from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from linli.commons.timebank.queries.certificates import certificate_by_number, long_words
from linli.ground.people.queries import masked
from linli.kit.signing import trusted_keys
from linli.web.parts.certificate import spaced_number

MINUTES = 10
MISSES = 20  # wrong numbers from one place before it is asked to wait
LOOKS = 200  # of any kind


class NumberForm(forms.Form):
    """The number as it is printed."""

    number = forms.CharField(
        label=_("Number of the certificate"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("21 digits, below the title; spaces do not matter."),
    )  # fmt: skip


def counted(request: HttpRequest, what: str) -> int:
    """One more from this address in these minutes; how many there are."""
    key = f"certificate:{what}:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, MINUTES * 60)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out between the two
        return 1


def misses(request: HttpRequest) -> int:
    """Wrong numbers from this address so far."""
    return int(cache.get(f"certificate:miss:{request.META.get('REMOTE_ADDR', '')}", 0))


@never_cache
def certificate_form(request: HttpRequest) -> HttpResponse:
    """Type a number."""
    form = NumberForm(request.GET or None)
    if form.is_bound and form.is_valid():
        digits = "".join(char for char in form.cleaned_data["number"] if char.isdigit() and char.isascii())
        return redirect("public:certificate", digits or "0")
    return shown(request, {"form": form, "state": ""})


@never_cache
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """It holds, it was withdrawn, or there is none: with the masked name, hours, time and organisation, no more."""
    if counted(request, "look") > LOOKS or misses(request) >= MISSES:
        answer = shown(request, {"state": "wait", "minutes": MINUTES}, status=429)
        answer["Retry-After"] = str(MINUTES * 60)
        return answer
    row = certificate_by_number(number)
    if row is None:
        counted(request, "miss")
        return shown(request, {"state": "unknown", "number": number[:40], "form": NumberForm()}, status=404)
    context: dict[str, Any] = {
        "state": "withdrawn" if row.revoked_at else "holds",
        "number": spaced_number(row.no),
        "organisation": row.programme.organisation,
    }
    if not row.revoked_at:
        context |= {
            "who": masked(row.member.person),
            "hours": long_words(row.minutes),
            "first_on": row.first_on,
            "last_on": row.last_on,
        }
    return shown(request, context)


def shown(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page; search engines are asked to leave it alone."""
    answer = render(request, "public/certificate.html", context, status=status)
    answer["X-Robots-Tag"] = "noindex"
    return answer


def certificate_keys(_request: HttpRequest) -> HttpResponse:
    """The public keys that sign here, to be kept by whoever wants to check files offline."""
    lines = [f"{public} {key}" for key, public in sorted(trusted_keys().items())]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


urlpatterns = [
    path("c/", certificate_form, name="certificate_form"),
    path("c/keys/", certificate_keys, name="certificate_keys"),
    path("c/<str:number>", certificate, name="certificate_short"),
    path("c/<str:number>/", certificate, name="certificate"),
]
