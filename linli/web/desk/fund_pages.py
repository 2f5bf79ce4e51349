"""The big bill at the desk: what there is, what waits for a signature, every line; and opening one."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from linli.commons.fund import actions, queries
from linli.commons.fund.access import fund_for, funds_for
from linli.commons.fund.choices import LineKind, Stage, What
from linli.commons.fund.queries import View
from linli.ground.people.access import areas_for, may, may_anywhere, require
from linli.ground.photos.queries import open_photo, photo_by_public_key
from linli.ground.places.choices import Level
from linli.kit import keyset
from linli.web.acts import attempt
from linli.web.desk.fund_forms import OpenForm
from linli.web.parts.bill import DESK, address, asked, money, moved, row_of, title_of

LATEST = 6
REFUSED = 3
TABS = (What.ALL, What.IN, What.SET, What.OUT)
SIZES = ("", "thumb")


@login_required
def funds(request: Any) -> HttpResponse:
    """The bills of one's areas; where there is only one, go there."""
    require(request.me, "fund.see", on=request.today)
    rows = list(funds_for(request.me, on=request.today))
    keeps = may_anywhere(request.me, "fund.keep", on=request.today)
    if len(rows) == 1:
        return redirect("desk:fund_bill", rows[0].community)
    return render(request, "desk/funds.html", {"rows": rows, "keeps": keeps})


@login_required
def fund_new(request: Any) -> HttpResponse:
    """Open the bill of a community that has none."""
    require(request.me, "fund.keep", on=request.today)
    taken = [row.area_id for row in funds_for(request.me, on=request.today)]
    areas = areas_for(request.me, "fund.keep", on=request.today).filter(level=Level.COMMUNITY)
    areas = areas.exclude(pk__in=taken)
    first = areas.first()
    title = _("{community}: the big bill for the elders").format(community=first.name) if first else ""
    form = OpenForm(request.POST or None, areas=areas, initial={"title": title})
    if request.method == "POST" and form.is_valid():
        row = attempt(
            request,
            lambda: actions.open_fund(**form.cleaned_data, by=request.me, now=request.now),
            form=form,
            done=_("The bill is open. Now: what has come in?"),
        )
        if row:
            return redirect("desk:fund_bill", row.community)
    return render(request, "desk/fund_new.html", {"form": form, "none_left": first is None})


@login_required
def fund(request: Any, code: str) -> HttpResponse:
    """One bill: what there is, what waits, what was written down last."""
    row = fund_for(request.me, code=code, on=request.today)
    stands = queries.standing(row)
    lines = queries.lines_of(row, View()).order_by("-no")[:LATEST]
    signs = may(request.me, "fund.sign", row.community, on=request.today)
    context = {
        "fund": row,
        "now": money(stands.now, address(code, View(What.NOW), DESK)),
        "free": money(stands.free, address(code, View(What.FREE), DESK)),
        "pots": [pot_line(code, target, stands) for target in queries.targets_of(row)],
        "waiting": waiting_lines(request, row, signs),
        "refused": [spending_line(code, one) for one in queries.refused_spendings(row)[:REFUSED]],
        "rows": [row_of(code, line, DESK) for line in lines],
        "resolutions": [resolution_line(code, one) for one in queries.resolutions_of(row)[:LATEST]],
        "all_url": address(code, View(), DESK),
        "keeps": may(request.me, "fund.keep", row.community, on=request.today),
        "signs": signs,
        "two_from": money(queries.rules_on(row, request.today).two_from),
    }
    return render(request, "desk/fund.html", context)


def pot_line(code: str, target: Any, stands: Any) -> dict[str, Any]:
    """What is left of what was set aside for something."""
    url = address(code, View(What.POT, targets=(target.pk,)), DESK)
    return {"name": str(target), "money": money(stands.pots.get(target.pk, 0), url)}


def resolution_line(code: str, row: Any) -> dict[str, Any]:
    """A resolution in the list."""
    return {
        "no": row.no,
        "title": row.title,
        "target": str(row.target),
        "url": reverse("desk:fund_resolution", args=[code, row.pk]),
        "money": money(row.amount),
        "left": money(row.left) if row.left else "",
    }


def spending_line(code: str, row: Any) -> dict[str, Any]:
    """A spending that is no line yet, or never became one."""
    return {
        "title": queries.title_waiting(row),
        "note": f"{queries.payee_words(row)} · {row.resolution.target}",
        "at": row.at,
        "answer": row.answer,
        "money": money(-row.amount),
        "url": reverse("desk:fund_spending", args=[code, row.pk]),
    }


def correction_line(code: str, row: Any) -> dict[str, Any]:
    """A correction that waits."""
    return {
        "title": _("No. {no} is to be put right").format(no=row.wrong.no),
        "note": queries.reason_words(row),
        "at": row.at,
        "money": moved(row.wrong, undone=True),
        "url": reverse("desk:fund_correction", args=[code, row.pk]),
    }


def waiting_lines(request: Any, row: Any, signs: bool) -> list[dict[str, Any]]:
    """What waits for a signature; ``mine``: it may be the viewer's."""
    code, found = row.community, []
    for shown, waiting in (
        (spending_line, queries.waiting_spendings(row)),
        (correction_line, queries.waiting_corrections(row)),
    ):
        for one in waiting.prefetch_related("signatures"):
            signed = any(other.by_id == request.me.pk for other in one.signatures.all())
            found.append(shown(code, one) | {"mine": signs and not signed, "signed": signed})
    return found


@login_required
def fund_entries(request: Any, code: str) -> HttpResponse:
    """The lines of a view, the newest first, with what they come to."""
    row = fund_for(request.me, code=code, on=request.today)
    view = asked(request, row)
    page = keyset.page(queries.lines_of(row, view), order=("-no",), after=request.GET.get("after"))
    here = address(code, view, DESK)
    context = {
        "fund": row,
        "title": title_of(view, row),
        "view": view,
        "sum": money(queries.sum_of(row, view)),
        "rows": [row_of(code, line, DESK) for line in page.rows],
        "next": f"{here}&after={page.after}" if page.after else "",
        "tabs_": [
            {"url": address(code, View(what), DESK), "label": what.label, "current": view == View(what)}
            for what in TABS
        ],
    }
    return render(request, "desk/fund_entries.html", context)


@login_required
@require_safe
def fund_photo(request: Any, code: str, key: UUID, size: str = "") -> HttpResponseBase:
    """A photographed paper of this bill: a voucher, a resolution."""
    row, kept = fund_for(request.me, code=code, on=request.today), photo_by_public_key(key)
    if kept is None or size not in SIZES or kept.area_code != row.community:
        raise Http404
    if kept.subject_type not in {"spending", "resolution"}:
        raise Http404
    try:
        file, headers = open_photo(kept, thumb=size == "thumb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(file, headers=headers)


def photo_lines(code: str, photos: Any, alt: str) -> list[dict[str, str]]:
    """Papers in the photo strip."""
    return [
        {
            "url": reverse("desk:fund_photo", args=[code, photo.public_key]),
            "thumb": reverse("desk:fund_photo_sized", args=[code, photo.public_key, "thumb"]),
            "alt": alt,
        }
        for photo in photos
    ]


def kind_of(line: Any) -> str:
    """Which kind of line the details belong to."""
    return str(LineKind(line.kind))


def is_open(row: Any) -> bool:
    """Whether something still waits for a signature."""
    return row.state in {Stage.WAITING, Stage.SIGNED}


urlpatterns = [
    path("fund/", funds, name="fund"),
    path("fund/new/", fund_new, name="fund_new"),
    path("fund/<slug:code>/", fund, name="fund_bill"),
    path("fund/<slug:code>/entries/", fund_entries, name="fund_entries"),
    path("fund/<slug:code>/photos/<uuid:key>/", fund_photo, name="fund_photo"),
    path("fund/<slug:code>/photos/<uuid:key>/<slug:size>/", fund_photo, name="fund_photo_sized"),
]
