"""Persons, households, roles, consent and accounts."""

from django.contrib.auth.models import AbstractUser
from django.db import models

from linli.ground.people.choices import Basis, BirthdayKind, CareKind, Purpose, Reach, RoleKind, Sex
from linli.ground.places.models import LOCATED, Area, Building, Located
from linli.kit.marks import Mark, Marks
from linli.kit.pairindex import PairIndex
from linli.kit.secret import EncryptedTextField


class Household(Located):
    """People behind one door. The building is a place; unit and room are private."""

    building = models.ForeignKey(Building, models.PROTECT, null=True, related_name="households")
    door = EncryptedTextField(purpose="door", blank=True, default="")

    MARKS = Marks(personal={"door": Mark.ADDRESS}, plain=["id", *LOCATED, "building"], owner=None)


class Person(Located):
    """Somebody of the neighbourhood: resident, worker, rider, volunteer."""

    name = models.CharField(max_length=40)
    sex = models.CharField(max_length=1, choices=Sex.choices, blank=True)
    birthday = models.DateField(null=True)
    birthday_kind = models.CharField(max_length=5, choices=BirthdayKind.choices, default=BirthdayKind.SOLAR)
    lunar_month = models.PositiveSmallIntegerField(null=True)
    lunar_day = models.PositiveSmallIntegerField(null=True)
    solar_md = models.PositiveSmallIntegerField(null=True)
    lunar_md = models.PositiveSmallIntegerField(null=True)
    id_number = EncryptedTextField(purpose="id_number", blank=True, default="")
    id_blind = models.CharField(max_length=64, blank=True, db_index=True)
    phone = EncryptedTextField(purpose="phone", blank=True, default="")
    phone_blind = models.CharField(max_length=64, blank=True, db_index=True)
    reach = models.CharField(max_length=5, choices=Reach.choices, default=Reach.PHONE)
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="members")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    left_on = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={
            "name": Mark.NAME, "sex": Mark.CARE, "birthday": Mark.DATE, "birthday_kind": Mark.DATE,
            "lunar_month": Mark.DATE, "lunar_day": Mark.DATE, "solar_md": Mark.DATE, "lunar_md": Mark.DATE,
            "id_number": Mark.ID_NUMBER, "id_blind": Mark.SECRET, "phone": Mark.PHONE, "phone_blind": Mark.SECRET,
            "household": Mark.LINK, "note": Mark.TEXT,
        },
        plain=["id", *LOCATED, "reach", "created_at", "left_on", "erased_at"],
        owner="self",
        keep="needs and the journal point here by number; what is left names nobody",
    )  # fmt: skip

    INDEX = PairIndex("people_pairs")
    PHOTOS = "person"

    class Meta:
        verbose_name_plural = "people"
        ordering = ["id"]
        indexes = [
            models.Index(fields=["community", "solar_md"], name="person_solar"),
            models.Index(fields=["community", "lunar_md"], name="person_lunar"),
            models.Index(fields=["grid", "id"], name="person_grid"),
            models.Index(fields=["community", "id"], name="person_community"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_blind"], condition=~models.Q(id_blind=""), name="person_id_once"
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class CareTag(models.Model):
    """Why an elder deserves a closer look, since when."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tags")
    kind = models.CharField(max_length=12, choices=CareKind.choices)
    since = models.DateField()
    until = models.DateField(null=True)

    MARKS = Marks(
        personal={"person": Mark.LINK, "kind": Mark.CARE},
        plain=["id", "since", "until"],
        owner="person",
        vanishes=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=models.Q(until=None), name="care_tag_once"
            )
        ]


class Contact(models.Model):
    """Whom to call for a person in an emergency, first things first."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=40)
    relation = models.CharField(max_length=20)
    phone = EncryptedTextField(purpose="phone", blank=True, default="")
    rank = models.PositiveSmallIntegerField(default=1)

    MARKS = Marks(
        personal={"person": Mark.LINK, "name": Mark.NAME, "relation": Mark.CARE, "phone": Mark.PHONE},
        plain=["id", "rank"],
        owner="person",
        vanishes=True,
    )

    class Meta:
        ordering = ["person", "rank", "id"]


class Consent(models.Model):
    """What a person agreed to, on what basis, who recorded it, and when it was taken back."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    given_at = models.DateTimeField()
    how = models.CharField(max_length=100)
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"person": Mark.LINK, "how": Mark.TEXT},
        plain=["id", "purpose", "basis", "given_at", "recorded_by", "withdrawn_at"],
        owner="person",
        keep="that consent was given or taken back must be shown for three years",
    )


class Bond(models.Model):
    """A family member bound to an elder, who may see and act for them until it is taken back."""

    elder = models.ForeignKey(Person, models.PROTECT, related_name="bonds")
    helper = models.ForeignKey(Person, models.PROTECT, related_name="bound_to")
    relation = models.CharField(max_length=20)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"elder": Mark.LINK, "helper": Mark.LINK, "relation": Mark.CARE},
        plain=["id", "consent", "since", "ended_at"],
        owner="elder",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["elder", "helper"], condition=models.Q(ended_at=None), name="bond_once"
            ),
            models.CheckConstraint(condition=~models.Q(elder=models.F("helper")), name="bond_of_two"),
        ]


class Role(models.Model):
    """A person's role in an area; it reaches everything under the area's code."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind.choices)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    stem = models.CharField(max_length=15)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    MARKS = Marks(
        personal={"person": Mark.LINK},
        plain=["id", "kind", "area", "stem", "valid_from", "valid_until", "granted_by"],
        owner="person",
        keep="who was responsible for an area stays known",
    )

    class Meta:
        indexes = [models.Index(fields=["stem", "kind"], name="role_at")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "area"], condition=models.Q(valid_until=None), name="role_once"
            )
        ]


class User(AbstractUser):
    """A login of a person."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="user")
    must_change = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={
            "username": Mark.NAME, "email": Mark.PHONE, "password": Mark.SECRET, "person": Mark.LINK,
        },
        plain=[
            "id", "last_login", "is_superuser", "is_staff", "is_active", "date_joined", "must_change",
            "password_set_at", "groups", "user_permissions",
        ],
        owner="person",
    )  # fmt: skip


class PasswordBefore(models.Model):
    """A hash of a password used before, so that it is not used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="passwords_before")
    hash = models.CharField(max_length=200)
    at = models.DateTimeField()

    MARKS = Marks(personal={"hash": Mark.SECRET, "user": Mark.LINK}, plain=["id", "at"], owner="user__person")

    class Meta:
        ordering = ["-id"]


class Invitation(models.Model):
    """A one-time link: the first administrator's set-up, or a new account's first password."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"token_hash": Mark.SECRET, "person": Mark.LINK},
        plain=["id", "expires_at", "used_at"],
        owner="person",
    )


class ApiToken(models.Model):
    """A key by which a program acts as a person; stored hashed, shown once, ends by itself."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    MARKS = Marks(
        personal={"person": Mark.LINK, "name": Mark.TEXT, "token_hash": Mark.SECRET},
        plain=["id", "created_at", "last_used_on", "ends_at", "revoked_at"],
        owner="person",
    )
