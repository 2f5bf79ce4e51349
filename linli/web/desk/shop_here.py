"""Whose time bank a page of the desk is about: that of the viewer's community, or a kind word where there is none."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render

from linli.commons.timebank.access import programmes_for
from linli.ground.people.access import require

View = Callable[..., HttpResponse]


def programme_here(request: Any, verb: str) -> Any:
    """The programme that ``programme`` names, else the first one the viewer may do ``verb`` in; None where there is none."""
    require(request.me, verb, on=request.today)
    rows = programmes_for(request.me, verb, on=request.today)
    code = request.GET.get("programme", "")
    found = (rows.filter(code=code) if code else rows).first()
    if code and found is None:
        raise Http404
    return found


def with_programme(verb: str) -> Callable[[View], View]:
    """The view is given the programme; whoever may look but has none in their community reads what to do."""

    def decorated(view: View) -> View:
        @login_required
        @wraps(view)
        def looked(request: Any, *args: Any, **more: Any) -> HttpResponse:
            programme = programme_here(request, verb)
            if programme is None:
                return render(request, "desk/pool_none.html")
            return view(request, programme, *args, **more)

        return looked

    return decorated
