"""The only way to programmes, members and records: in one's areas, or because they are one's own."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from linli.commons.timebank.models import Dispute, Member, Payment, Programme, Record, SpotCheck
from linli.ground.people.access import bond_between, stems_for
from linli.ground.people.models import Bond, Person
from linli.ground.places.queries import within

MEMBER_PARTS = ("programme__area", "person__household__building", "area", "account", "granted")
RECORD_PARTS = (
    "claim__rule",
    "claim__transfer",
    "confirmation",
    "member__person__household",
    "member__programme",
    "receiver__household__building",
    "building",
    "area",
    "programme",
    "made_by",
)

DISPUTE_PARTS = (
    "record__member__person",
    "record__receiver",
    "record__claim",
    "payment__member__person",
    "payment__receiver",
    "opened_by",
    "answered_by",
    "decided_by",
    "programme",
    "area",
)


def programmes_for(viewer: Person | None, verb: str = "timebank.see", *, on: date) -> QuerySet[Programme]:
    """Programmes of the communities in which the viewer may do ``verb``; a grid's worker sees her community's."""
    stems = {stem[:12] for stem in stems_for(viewer, verb, on=on)}
    return Programme.objects.filter(within(stems), ended_on=None).select_related("area").order_by("community")


def programme_for(
    viewer: Person | None, verb: str = "timebank.see", *, code: str = "", on: date
) -> Programme:
    """One of those by its code (the first where none is given); 404 otherwise."""
    rows = programmes_for(viewer, verb, on=on)
    found = rows.filter(code=code).first() if code else rows.first()
    if found is None:
        raise Http404
    return found


def members_for(viewer: Person | None, verb: str = "timebank.see", *, on: date) -> QuerySet[Member]:
    """Members in the viewer's areas, newest first."""
    rows = Member.objects.filter(within(stems_for(viewer, verb, on=on)))
    return rows.select_related(*MEMBER_PARTS).order_by("-id")


def member_for(viewer: Person | None, *, no: str, verb: str = "timebank.see", on: date) -> Member:
    """One member by number, in the viewer's areas; 404 otherwise."""
    found = members_for(viewer, verb, on=on).filter(no=no).first()
    if found is None:
        raise Http404
    return found


def records_for(viewer: Person | None, verb: str = "timebank.see", *, on: date) -> QuerySet[Record]:
    """Records in the viewer's areas, newest first."""
    rows = Record.objects.filter(within(stems_for(viewer, verb, on=on)))
    return rows.select_related(*RECORD_PARTS).order_by("-id")


def record_for(viewer: Person | None, *, pk: int, verb: str = "timebank.see", on: date) -> Record:
    """One record in the viewer's areas; 404 otherwise."""
    found = records_for(viewer, verb, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def own_record_for(viewer: Person | None, *, pk: int) -> Record:
    """A record of the viewer's own service, of service to them, or to an elder bound to them; 404 otherwise."""
    if viewer is None:
        raise Http404
    found = Record.objects.filter(pk=pk).select_related(*RECORD_PARTS).first()
    if found is None:
        raise Http404
    if viewer.pk in {found.member.person_id, found.receiver_id} or bond_between(found.receiver, viewer):
        return found
    raise Http404


def own_member(viewer: Person | None) -> Member:
    """The viewer's own place in a programme, the latest; 404 where there is none."""
    rows = Member.objects.filter(person=viewer, programme__ended_on=None) if viewer else Member.objects.none()
    found = rows.select_related(*MEMBER_PARTS).order_by("-id").first()
    if found is None:
        raise Http404
    return found


def acting_for(viewer: Person | None, pk: int | str | None) -> Person:
    """The viewer, or (by number) an elder who lets them act; 404 otherwise."""
    if viewer is None:
        raise Http404
    text = str(pk or "")
    if not text or text == str(viewer.pk):
        return viewer
    elder = (
        Person.objects.filter(pk=int(text), erased_at=None).first()
        if text.isdigit() and len(text) < 18
        else None
    )
    if elder is None or not bond_between(elder, viewer):
        raise Http404
    return elder


def member_acting_for(viewer: Person | None, pk: int | str | None) -> Member:
    """The place of the viewer, or of an elder they act for; 404 otherwise."""
    return own_member(acting_for(viewer, pk))


def disputes_for(viewer: Person | None, verb: str = "timebank.see", *, on: date) -> QuerySet[Dispute]:
    """Disputes in the viewer's areas, newest first."""
    rows = Dispute.objects.filter(within(stems_for(viewer, verb, on=on)))
    return rows.select_related(*DISPUTE_PARTS).order_by("-id")


def dispute_for(viewer: Person | None, *, pk: int, verb: str = "timebank.see", on: date) -> Dispute:
    """One dispute in the viewer's areas; 404 otherwise."""
    found = disputes_for(viewer, verb, on=on).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def own_disputes(viewer: Person | None) -> QuerySet[Dispute]:
    """Those the viewer opened or is a party of, and those of elders bound to them; newest first."""
    if viewer is None:
        return Dispute.objects.none()
    elders = list(Bond.objects.filter(helper=viewer, ended_at=None).values_list("elder", flat=True))
    mine = [viewer.pk, *elders]
    rows = Dispute.objects.filter(
        Q(opened_by=viewer)
        | Q(record__member__person__in=mine)
        | Q(record__receiver__in=mine)
        | Q(payment__member__person__in=mine)
        | Q(payment__receiver__in=mine)
    )
    return rows.select_related(*DISPUTE_PARTS).order_by("-id")


def own_dispute_for(viewer: Person | None, *, pk: int) -> Dispute:
    """One of those; 404 otherwise."""
    found = own_disputes(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def own_payment_for(viewer: Person | None, *, pk: int) -> Payment:
    """A payment of the viewer or of an elder bound to them, or for one of them; 404 otherwise."""
    if viewer is None:
        raise Http404
    parts = ("member__person", "receiver", "area", "programme")
    found = Payment.objects.filter(pk=pk).select_related(*parts).first()
    people = [one for one in (found.member.person, found.receiver) if one] if found else []
    if found is None or not any(one.pk == viewer.pk or bond_between(one, viewer) for one in people):
        raise Http404
    return found


def check_for(viewer: Person | None, *, pk: int, on: date) -> SpotCheck:
    """One spot check in the viewer's areas; 404 otherwise."""
    rows = SpotCheck.objects.filter(record__in=records_for(viewer, "record.confirm", on=on).order_by())
    found = rows.filter(pk=pk).select_related("record__member__person", "record__receiver").first()
    if found is None:
        raise Http404
    return found


def order_seen(viewer: Person | None, *, pk: int, on: date) -> bool:
    """Whether an order lies where the viewer hands out, or was of the viewer or an elder bound to them."""
    if viewer is None:
        return False
    stems = {stem[:12] for stem in stems_for(viewer, "shop.hand", on=on)}
    if Payment.objects.filter(within(stems), order__pk=pk).exists():
        return True
    found = Payment.objects.filter(order__pk=pk).select_related("member__person").first()
    person = found.member.person if found else None
    return person is not None and (person.pk == viewer.pk or bond_between(person, viewer) is not None)
