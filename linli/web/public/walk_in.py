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
from django.utils.translation import gettext_lazy as say
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
        say("At the desk"),
        (
            Invented("赵姐", say("Grid worker. Knows every door of her grid, walks it morning and evening."),
                     say("Write down what 李大爷 said, and see it go around the ring."), "demo-zhao"),
            Invented("周主任", say("Community director. Answers for everything that comes in."),
                     say("Sort what is new, merge what is the same, find who can help."), "demo-zhou"),
            Invented("林书记", say("Leads the street office. Wants to know whether it helped."),
                     say("Open a rate, and read the rows behind the number."), "demo-leader"),
        ),
    ),
    (
        say("In the lanes"),
        (
            Invented("孙家", say("王奶奶's family. She is 82, lives alone and has no phone; they speak for her."),
                     say("Ask for something in 王奶奶's name, and follow what becomes of it."), "demo-sun"),
            Invented("小李", say("Rider. Is everywhere, sees everything first."),
                     say("Photograph what is in the way, and send it off in three taps."), "demo-li"),
            Invented("刘师傅", say("Craftsman. Mends what is broken, and photographs it afterwards."),
                     say("Work through a task, step by step."), "demo-liu"),
            Invented("陈阿姨", say("66, volunteer. Cares for those who are older still."),
                     say("See who would be glad of a visit."), "demo-chen"),
            Invented("小薇", say("Domestic worker, two years in this neighbourhood."),
                     say("Look at what is held about you, and who has looked at it."), "demo-wei"),
        ),
    ),
    (
        say("Behind the house"),
        (
            Invented("管理员", say("Keeps the promises, the calendar and the areas in order."),
                     say("Promise something sooner from next month on."), "demo-admin"),
            Invented("审计员", say("Looks on, and changes nothing."),
                     say("Follow a number down to its rows."), "demo-auditor"),
        ),
    ),
)  # fmt: skip
NEIGHBOURS = (
    Invented("王奶奶", say("82, lives alone on the fifth floor."), say("Her family speaks for her.")),
    Invented(
        "李大爷",
        say("78. “At my age, even a hot meal is hard to come by.”"),
        say("赵姐 writes it down for him."),
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
