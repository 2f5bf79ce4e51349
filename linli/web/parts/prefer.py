"""How somebody likes to see the pages: larger type, day or night. Kept in two cookies, no account needed."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEMES = ("auto", "light", "dark")
THEME_COOKIE, ELDER_COOKIE = "theme", "elder"
YEAR = 365 * 24 * 3600


def preferences(request: HttpRequest) -> dict[str, object]:
    """``theme`` (auto, light, dark) and ``elder`` (bool) for every template; the context processor adds these."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    elder = request.COOKIES.get(ELDER_COOKIE) == "1"
    return {"theme": theme if theme in THEMES else "auto", "elder": elder}


@require_POST
def prefer(request: HttpRequest) -> HttpResponse:
    """Keep a choice (``theme`` or ``elder`` = 1/0) and go back to where it was made (``next``)."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    answer = HttpResponseRedirect(target)
    chosen: dict[str, str] = {}
    if request.POST.get("theme") in THEMES:
        chosen[THEME_COOKIE] = request.POST["theme"]
    if request.POST.get("elder") in ("0", "1"):
        chosen[ELDER_COOKIE] = request.POST["elder"]
    for name, value in chosen.items():
        answer.set_cookie(
            name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    return answer
