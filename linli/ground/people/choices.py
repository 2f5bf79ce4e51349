"""Roles, and the one readable table of who may do what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoleKind(models.TextChoices):
    """A role is held in an area and reaches everything under its code."""

    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")
    LEADER = "leader", _("Street leader")
    DIRECTOR = "director", _("Community director")
    GRID_WORKER = "grid_worker", _("Grid worker")
    STATION_HOST = "station_host", _("Station host")
    RIDER = "rider", _("Rider")
    VOLUNTEER = "volunteer", _("Volunteer")
    DOMESTIC_WORKER = "domestic_worker", _("Domestic worker")
    RESIDENT = "resident", _("Resident")
    FAMILY = "family", _("Family member")


ADMINISTRATOR, AUDITOR, LEADER = RoleKind.ADMINISTRATOR, RoleKind.AUDITOR, RoleKind.LEADER
DIRECTOR, GRID_WORKER, STATION_HOST = RoleKind.DIRECTOR, RoleKind.GRID_WORKER, RoleKind.STATION_HOST

STAFF = frozenset({DIRECTOR, GRID_WORKER, LEADER, ADMINISTRATOR})
FIELD = frozenset({DIRECTOR, GRID_WORKER})
EVERYONE = frozenset(RoleKind.values)
MFA_ROLES = frozenset({ADMINISTRATOR, AUDITOR})
# The three officers of the graded protection scheme never sit in one chair: who sets up does not audit.
EXCLUSIVE = (frozenset({ADMINISTRATOR, AUDITOR}),)

# verb -> the roles that may do it in their areas. Every page and every API call asks for one of these verbs.
PERMISSIONS: dict[str, frozenset[str]] = {
    # asking
    "need.see": FIELD | {LEADER, AUDITOR},
    "need.hear": FIELD | {STATION_HOST},
    "need.triage": FIELD,
    "need.refuse": frozenset({DIRECTOR, GRID_WORKER}),
    "need.exclude": frozenset({DIRECTOR}),
    "need.exclude.approve": frozenset({LEADER}),
    "need.load": frozenset({DIRECTOR, LEADER, ADMINISTRATOR}),
    "need.ask": EVERYONE,
    "diary.see": FIELD | {LEADER},
    "diary.write": FIELD,
    "patrol.walk": FIELD,
    # linking
    "resource.see": FIELD | {LEADER, STATION_HOST},
    "resource.keep": FIELD | {LEADER},
    "match.decide": FIELD,
    # launching
    "project.see": FIELD | {LEADER, AUDITOR},
    "project.lead": frozenset({DIRECTOR, LEADER}),
    # running
    "task.see": FIELD | {LEADER},
    "task.give": FIELD,
    "task.check": FIELD,
    "service.keep": frozenset({ADMINISTRATOR, DIRECTOR, LEADER}),
    "booking.see": FIELD | {LEADER},
    "booking.keep": FIELD,
    "visit.sign": FIELD,
    # the time bank
    "timebank.see": FIELD | {LEADER, AUDITOR},
    "member.keep": FIELD,
    "member.admit": frozenset({DIRECTOR}),
    "record.confirm": FIELD,
    "record.approve": FIELD,
    "record.correct": FIELD,
    "rule.draft": frozenset({DIRECTOR}),
    "rule.adopt": frozenset({LEADER}),
    "shop.keep": frozenset({DIRECTOR, STATION_HOST}),
    "shop.hand": FIELD | {STATION_HOST},
    "pool.fill": frozenset({DIRECTOR}),
    "dispute.decide": frozenset({DIRECTOR, LEADER}),
    "certificate.issue": FIELD,
    "peer.agree": frozenset({DIRECTOR}),
    # the big bill
    "fund.see": FIELD | {LEADER, AUDITOR},
    "fund.keep": frozenset({DIRECTOR}),
    "fund.sign": frozenset({DIRECTOR, LEADER}),
    # evaluating
    "followup.see": FIELD | {LEADER},
    "followup.answer": FIELD,
    "rates.see": FIELD | {LEADER, AUDITOR},
    # people
    "person.see": FIELD,
    "person.keep": FIELD,
    "person.reveal": FIELD,
    "person.erase": frozenset({ADMINISTRATOR}),
    "role.grant": frozenset({ADMINISTRATOR}),
    "account.open": FIELD | {ADMINISTRATOR},
    # the house
    "settings.keep": frozenset({ADMINISTRATOR}),
    "area.keep": frozenset({ADMINISTRATOR}),
    "journal.read": frozenset({AUDITOR}),
    "outbox.see": frozenset({DIRECTOR, ADMINISTRATOR, AUDITOR}),
}


class Sex(models.TextChoices):
    """Sex as in the ID number."""

    FEMALE = "f", _("Female")
    MALE = "m", _("Male")
    UNKNOWN = "", _("Not known")


class BirthdayKind(models.TextChoices):
    """Elders mostly name the lunar day."""

    SOLAR = "solar", _("Solar calendar")
    LUNAR = "lunar", _("Lunar calendar")
    BOTH = "both", _("Both calendars")


class Reach(models.TextChoices):
    """How a person can be told something."""

    APP = "app", _("On this site")
    PHONE = "phone", _("By phone call")
    VISIT = "visit", _("At the door only")


class CareKind(models.TextChoices):
    """Why somebody deserves a closer look: the kinds of special-care elders and nothing else."""

    ALONE = "alone", _("Lives alone")
    EMPTY_NEST = "empty_nest", _("Children live away")
    LEFT_BEHIND = "left_behind", _("Left-behind elder")
    DISABLED = "disabled", _("Needs care in daily life")
    IMPAIRED = "impaired", _("Severe disability")
    BEREAVED = "bereaved", _("Special family-planning family")
    MEMORY = "memory", _("Memory care")


class Basis(models.TextChoices):
    """On what ground personal data is held (PIPL article 13)."""

    CONSENT = "consent", _("Consent")
    DUTY = "duty", _("Legal duty")
    CONTRACT = "contract", _("Contract")


class Purpose(models.TextChoices):
    """What a consent is for."""

    CARE = "care", _("Care and visits")
    CONTACT = "contact", _("Calls and messages")
    SHARE = "share", _("Passing on to whoever helps")
    PHOTO = "photo", _("Photos of me")
    PROXY = "proxy", _("Somebody acts for me")


SETUP_HOURS = 24
INVITE_DAYS = 7
PRIVATE_COLUMNS = ("name", "id_number", "phone", "door")
WORKING_ROLES = tuple(sorted(STAFF | {AUDITOR, STATION_HOST}))
# whoever holds one of these is known by name to those they work with; residents stay masked
ACTING_ROLES = (*WORKING_ROLES, RoleKind.VOLUNTEER, RoleKind.DOMESTIC_WORKER)
BIRTHDAY_DAYS_AHEAD = 3
DELETED_NAME = "—"
