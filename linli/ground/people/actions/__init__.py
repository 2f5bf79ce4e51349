"""Change people: persons, roles, accounts, and what they may ask about their own data."""

from linli.ground.people.actions.accounts import (
    accept_invitation,
    begin_set_up,
    finish_set_up,
    invite,
    keep_password,
)
from linli.ground.people.actions.persons import (
    bind_family,
    end_bond,
    end_tag,
    give_consent,
    index_people,
    keep_contact,
    keep_person,
    move_in,
    set_tag,
    withdraw_consent,
)
from linli.ground.people.actions.privacy import erase_person, export_person, reveal
from linli.ground.people.actions.roles import end_role, grant_role

__all__ = [
    "accept_invitation",
    "begin_set_up",
    "bind_family",
    "end_bond",
    "end_role",
    "end_tag",
    "erase_person",
    "export_person",
    "finish_set_up",
    "give_consent",
    "grant_role",
    "index_people",
    "invite",
    "keep_contact",
    "keep_password",
    "keep_person",
    "move_in",
    "reveal",
    "set_tag",
    "withdraw_consent",
]
