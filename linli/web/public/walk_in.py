"""The demo's front room: the people of the neighbourhood, and a door to walk in as each of them."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.ground.people.queries import login_named

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Invented:
    """One of the demo's people: who they are, what to try as them, and their login, if they have one."""

    name: str
    who: Any
    attempt: Any
    login: str = ""


CAST = (
    (
        gettext_lazy("At the desk"),
        (
            Invented("赵姐", gettext_lazy("Grid worker. Knows every door of her grid, walks it morning and evening."),
                     gettext_lazy("Write down what 李大爷 said, and see it go around the ring."), "demo-zhao"),
            Invented("周主任", gettext_lazy("Community director. Answers for everything that comes in."),
                     gettext_lazy("Sort what is new, approve hours of service, sign what the fund pays."), "demo-zhou"),
            Invented("林书记", gettext_lazy("Leads the street office. Wants to know whether it helped."),
                     gettext_lazy("Open a rate, and read the rows behind the number."), "demo-leader"),
        ),
    ),
    (
        gettext_lazy("In the lanes"),
        (
            Invented("孙家", gettext_lazy("王奶奶's family. She is 82, lives alone and has no phone; they speak for her."),
                     gettext_lazy("Book a visit for 王奶奶, see who comes, and say how it was."), "demo-sun"),
            Invented("小李", gettext_lazy("Rider. Is everywhere, sees everything first."),
                     gettext_lazy("Photograph what is in the way, and send it off in three taps."), "demo-li"),
            Invented("刘师傅", gettext_lazy("Craftsman. Mends what is broken, and photographs it afterwards."),
                     gettext_lazy("Work through a task, step by step."), "demo-liu"),
            Invented("陈阿姨", gettext_lazy("66, volunteer. Cares for those who are older still."),
                     gettext_lazy("See who would be glad of a visit, and what a year of visits has grown to."), "demo-chen"),
            Invented("小薇", gettext_lazy("Domestic worker, two years in this neighbourhood."),
                     gettext_lazy("Look at what is held about you, and who has looked at it."), "demo-wei"),
        ),
    ),
    (
        gettext_lazy("Behind the house"),
        (
            Invented("管理员", gettext_lazy("Keeps the promises, the calendar and the areas in order."),
                     gettext_lazy("Promise something sooner from next month on."), "demo-admin"),
            Invented("审计员", gettext_lazy("Looks on, and changes nothing."),
                     gettext_lazy("Follow a number down to its rows."), "demo-auditor"),
        ),
    ),
)  # fmt: skip
NEIGHBOURS = (
    Invented(
        "王奶奶",
        gettext_lazy("82, lives alone on the fifth floor."),
        gettext_lazy("Her family speaks for her."),
    ),
    Invented(
        "李大爷",
        gettext_lazy("78. “At my age, even a hot meal is hard to come by.”"),
        gettext_lazy("赵姐 writes it down for him."),
    ),
)
LOGINS = {one.login for _room, people in CAST for one in people}


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: Any) -> HttpResponse:
    """Introduce the people; a POST walks in as one of them. Outside a demo there is no such door."""
    if not settings.LINLI_DEMO:
        raise Http404
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        if chosen not in LOGINS:
            raise Http404
        user = login_named(chosen)
        if user is not None:
            login(request, user, backend=BACKEND)
            return redirect("front")
        messages.warning(request, _("They are not in yet. Please try again in a moment."))
        return redirect("public:walk_in")
    return render(request, "public/walk_in.html", {"rooms": CAST, "neighbours": NEIGHBOURS})


urlpatterns = [path("walk-in/", walk_in, name="walk_in")]
