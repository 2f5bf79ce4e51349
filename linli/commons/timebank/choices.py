"""Words of the time bank. What it is called on the page is the programme's own name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleState(models.TextChoices):
    """Where a version of the rule stands."""

    DRAFT = "draft", _("Draft")
    ADOPTED = "adopted", _("Adopted")
    DROPPED = "dropped", _("Dropped")


class MemberKind(models.TextChoices):
    """What a group earns it can only give away."""

    PERSON = "person", _("A person")
    GROUP = "group", _("A group")


class MemberState(models.TextChoices):
    """How far somebody is on the way to serving."""

    APPLIED = "applied", _("Has applied")
    CHECKED = "checked", _("Checked, to learn")
    LEARNED = "learned", _("Has learned")
    ADMITTED = "admitted", _("Serves")
    PAUSED = "paused", _("Pauses")
    RECEIVES = "receives", _("Is cared for")
    REFUSED = "refused", _("Not admitted")
    LEFT = "left", _("Has left")


SERVING = frozenset({MemberState.ADMITTED})


class Strength(models.TextChoices):
    """How much somebody can lift, carry, climb; what a service asks for."""

    LIGHT = "light", _("Light: talking, calling, sitting with")
    USUAL = "usual", _("Usual: a walk, a meal, some cleaning")
    HEAVY = "heavy", _("Heavy: stairs, carrying, helping up")


STRENGTH_ORDER = (Strength.LIGHT, Strength.USUAL, Strength.HEAVY)
# when somebody has time: day of the week (1 to 7) and half of the day
TIMES = tuple(f"{day}{half}" for day in range(1, 8) for half in ("a", "p", "e"))


class SignHow(models.TextChoices):
    """How coming and going was noted."""

    QR = "qr", _("The card at the door")
    CODE = "code", _("A code by phone")
    WORKER = "worker", _("A worker's mark")
    RIGHTED = "righted", _("Put right afterwards")


class ClaimState(models.TextChoices):
    """What becomes of a service record's points."""

    WAITING = "waiting", _("To be confirmed")
    CONFIRMED = "confirmed", _("Confirmed, to be approved")
    APPROVED = "approved", _("Approved, waits for the pool")
    PAID = "paid", _("Credited")
    HONOUR = "honour", _("Hours only")
    REFUSED = "refused", _("Not credited")
    FROZEN = "frozen", _("In dispute")
    CORRECTED = "corrected", _("Replaced by a correction")


class ConfirmAs(models.TextChoices):
    """Who said that the service took place."""

    ELDER = "elder", _("Who was cared for")
    FAMILY = "family", _("Family")
    WORKER = "worker", _("A worker who asked")
    AUTO = "auto", _("Nobody objected in time")


class PaymentKind(models.TextChoices):
    """What points are spent on."""

    CARE = "care", _("Care")
    GOODS = "goods", _("The shop")
    GIFT = "gift", _("A gift")


class PaymentState(models.TextChoices):
    """Where spent points stand."""

    HELD = "held", _("Set aside")
    TAKEN = "taken", _("Spent")
    FREED = "freed", _("Free again")
    FROZEN = "frozen", _("In dispute")


class OrderState(models.TextChoices):
    """Where an order of the shop stands."""

    HELD = "held", _("Ready to be picked up")
    COLLECTED = "collected", _("Picked up")
    CANCELLED = "cancelled", _("Cancelled")
    LAPSED = "lapsed", _("Not picked up in time")


class GoodKind(models.TextChoices):
    """What is exchanged: things, or a benefit (a check-up, a haircut, a half-price meal)."""

    GOODS = "goods", _("Goods")
    BENEFIT = "benefit", _("A benefit")


class GiftTo(models.TextChoices):
    """Whom points are given to."""

    FRIEND = "friend", _("A friend or relative")
    ELDER = "elder", _("An elder in need of care")
    POOL = "pool", _("The common pool")


class DisputeState(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open", _("To be answered")
    ANSWERED = "answered", _("To be decided")
    DECIDED = "decided", _("Decided")
    WITHDRAWN = "withdrawn", _("Taken back")


class Verdict(models.TextChoices):
    """What was decided."""

    STANDS = "stands", _("It stands as recorded")
    LESS = "less", _("It counts for less")
    VOID = "void", _("It does not count")


class CheckResult(models.TextChoices):
    """What a spot check found."""

    FINE = "fine", _("It took place as recorded")
    WRONG = "wrong", _("It did not take place as recorded")


class FindingVerdict(models.TextChoices):
    """What a second look found."""

    FINE = "fine", _("In order")
    NOT_FINE = "not_fine", _("Not in order")


class Relation(models.TextChoices):
    """What the receiver of care is to the owner of the points."""

    SELF = "self", _("Oneself")
    SPOUSE = "spouse", _("Spouse")
    PARENT = "parent", _("Parent")
    CHILD = "child", _("Child")
    DIRECT = "direct", _("Of the direct line")
    RELATIVE = "relative", _("Relative")
    FRIEND = "friend", _("Friend")
    ELDER = "elder_in_need", _("An elder in need of care")
    NONPROFIT = "nonprofit", _("A non-profit home")


PICKUP_DAYS = 14
PICKUP_CHARS = 8
CERTIFICATE_YEARS = 5
