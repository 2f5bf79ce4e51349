"""The card at an elder's door: its QR code tells nobody whose door it is; a lost one is replaced by a new code."""

import secrets
from datetime import datetime

from linli.commons.timebank.actions.base import note
from linli.ground.people.models import Person
from linli.kit.turns import turn
from linli.loop.run.models import DoorCard

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, no 1, I and L
CARD_CHARS = 10


def rotate_card(*, person: Person, by: Person, now: datetime) -> DoorCard:
    """A new card for somebody's door; the one before opens nothing from now on."""
    with turn():
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        ended = DoorCard.objects.filter(person=locked, ended_at=None).update(ended_at=now)
        code = "".join(secrets.choice(ALPHABET) for _place in range(CARD_CHARS))
        card = DoorCard.objects.create(person=locked, code=code, made_at=now, made_by=by)
        note(locked, "card.made", "person", locked.pk, by, now, card=card.pk, replaced=ended)
    return card
