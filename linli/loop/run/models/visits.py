"""Bookings of care and the visits they become; the card at the door."""

from django.db import models

from linli.commons.timebank.choices import SignHow, Strength
from linli.commons.timebank.models import Member, Payment, Programme, Record
from linli.ground.ledger.choices import Authority
from linli.ground.people.models import Person
from linli.ground.places.models import LOCATED, Located
from linli.kit.marks import Mark, Marks
from linli.kit.secret import EncryptedTextField
from linli.loop.ask.models import Need
from linli.loop.run.choices import BookingState, Pays, VisitState
from linli.loop.run.models.tasks import Service


class Booking(Located):
    """Care for somebody, once or every week: which service, when, asked for by whom, paid how."""

    no = models.CharField(max_length=20, unique=True)
    key = models.UUIDField(unique=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+")
    need = models.ForeignKey(Need, models.PROTECT, null=True, related_name="bookings")
    receiver = models.ForeignKey(Person, models.PROTECT, related_name="bookings")
    service = models.ForeignKey(Service, models.PROTECT, related_name="bookings")
    state = models.CharField(max_length=9, choices=BookingState.choices, default=BookingState.OPEN)
    first_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    weekly = models.BooleanField(default=False)
    until = models.DateField(null=True)
    planned_until = models.DateField(null=True)
    strength = models.CharField(max_length=5, choices=Strength.choices, default=Strength.USUAL)
    note = models.CharField(max_length=300, blank=True)
    pays = models.CharField(max_length=6, choices=Pays.choices, default=Pays.FREE)
    payer = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    relation = models.CharField(max_length=13, blank=True)
    wanted = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    authority = models.CharField(max_length=12, choices=Authority.choices)
    how = models.CharField(max_length=100, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"receiver": Mark.LINK, "note": Mark.TEXT, "how": Mark.TEXT, "relation": Mark.CARE},
        plain=[
            "id", *LOCATED, "no", "key", "programme", "need", "service", "state", "first_at", "minutes", "weekly",
            "until", "planned_until", "strength", "pays", "payer", "wanted", "asked_by", "authority", "asked_at",
            "ended_at",
        ],
        owner="receiver",
        keep="what was asked for is kept without words",
    )  # fmt: skip

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["receiver", "-id"], name="booking_of_receiver"),
            models.Index(
                fields=["planned_until"], name="booking_weekly", condition=models.Q(state="open", weekly=True)
            ),
        ]


class Visit(Located):
    """One occurrence: who comes, when; signed in and out at the door; confirmed; what it became in the time bank."""

    no = models.CharField(max_length=20, unique=True)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="visits")
    receiver = models.ForeignKey(Person, models.PROTECT, related_name="visits")
    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=VisitState.choices, default=VisitState.OPEN)
    starts_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="visits")
    taken_at = models.DateTimeField(null=True)
    in_at = models.DateTimeField(null=True)
    in_how = models.CharField(max_length=8, choices=SignHow.choices, blank=True)
    out_at = models.DateTimeField(null=True)
    out_how = models.CharField(max_length=8, choices=SignHow.choices, blank=True)
    distance_m = models.PositiveIntegerField(null=True)
    righted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    righted_why = models.CharField(max_length=300, blank=True)
    ticks = models.JSONField(default=list)
    said = models.CharField(max_length=500, blank=True)
    code = EncryptedTextField(purpose="visit", blank=True, default="")
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="+")
    record = models.OneToOneField(Record, models.PROTECT, null=True, related_name="+")
    ended_why = models.CharField(max_length=200, blank=True)

    MARKS = Marks(
        personal={
            "receiver": Mark.LINK, "member": Mark.LINK, "distance_m": Mark.PLACE, "righted_why": Mark.TEXT,
            "said": Mark.TEXT, "code": Mark.SECRET, "ended_why": Mark.TEXT,
        },
        plain=[
            "id", *LOCATED, "no", "booking", "service", "state", "starts_at", "minutes", "taken_at", "in_at", "in_how",
            "out_at", "out_how", "righted_by", "ticks", "payment", "record",
        ],
        owner="receiver",
        keep="that somebody came stays known",
    )  # fmt: skip

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["booking", "starts_at"], name="visit_once"),
            models.CheckConstraint(
                condition=models.Q(out_at=None) | models.Q(out_at__gte=models.F("in_at")),
                name="visit_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "cancelled", "missed"])
                | models.Q(member__isnull=False),
                name="visit_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "starts_at"], name="visit_open"),
            models.Index(fields=["member", "-starts_at"], name="visit_of_member"),
            models.Index(fields=["receiver", "-starts_at"], name="visit_of_receiver"),
        ]


class DoorCard(models.Model):
    """The card at an elder's door: its QR code leads to the page where a helper signs in and out."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="door_cards")
    code = models.CharField(max_length=16, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"person": Mark.LINK, "code": Mark.SECRET},
        plain=["id", "made_at", "made_by", "ended_at"],
        owner="person",
        vanishes=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(ended_at=None), name="door_card_once"
            )
        ]
