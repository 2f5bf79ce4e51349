"""Words and limits of the journal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a message reaches somebody."""

    INBOX = "inbox", _("Message page")
    EMAIL = "email", _("E-mail")
    CALL = "call", _("A person tells them")


class Notice(models.TextChoices):
    """What a message says. No personal text: the words, a number and a link."""

    RECEIVED = "received", _("Received. We are looking at it.")
    ACCEPTED = "accepted", _("Your ask has been taken up.")
    REFUSED = "refused", _("We cannot take this up; the reason is on its page.")
    MERGED = "merged", _("Others asked the same; they now go together.")
    LINKED = "linked", _("Help has been found for your ask.")
    WORKING = "working", _("Somebody is on it.")
    DONE = "done", _("It is done. We will ask you whether it really is.")
    CLOSED = "closed", _("It has been checked and closed.")
    REOPENED = "reopened", _("Taken up again.")
    DELAYED = "delayed", _("It takes longer than promised; the reason is on its page.")
    RATE = "rate", _("Is it solved? Please tell us.")
    TASK = "task", _("A task for you.")
    REMINDER = "reminder", _("This is near its limit.")
    OVERDUE = "overdue", _("This is late.")
    VISIT = "visit", _("A visit near you looks for somebody.")
    VISIT_TAKEN = "visit_taken", _("Somebody is coming. Who and when is on the page.")
    VISIT_CHANGED = "visit_changed", _("A visit has changed. What is new is on the page.")
    CONFIRM = "confirm", _("Did it take place as written down? Please confirm.")
    POINTS = "points", _("Points have been credited.")
    ADMITTED = "admitted", _("You are admitted. Thank you for serving.")
    PICK_UP = "pick_up", _("It is ready to be picked up.")
    LAPSED = "lapsed", _("It was not picked up in time; the points are free again.")
    EXPIRY = "expiry", _("Some points run out soon.")
    LETTER = "letter", _("The month's letter is ready to be printed and brought.")
    LOOK = "look", _("Please take a second look.")
    DISPUTE = "dispute", _("A dispute needs an answer.")
    GIFT = "gift", _("Points were given to you.")
    POOL = "pool", _("The points pool is empty; approved records wait for it.")
    SIGN = "sign", _("A second signature is needed.")
    STOCK = "stock", _("The shop runs low.")


MAX_ATTEMPTS = 8
CLAIM_SECONDS = 120
RETRY_MINUTES = (1, 2, 5, 15, 60, 180, 720)
