"""People: who may see whom, what is private, who looked, and what remains after an erasure."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import Http404

from linli.ground.journal import queries as journal
from linli.ground.people import access, actions, queries
from linli.ground.people.actions import tokens
from linli.ground.people.choices import PERMISSIONS, BirthdayKind, Purpose, RoleKind
from linli.ground.people.models import Bond, CareTag, Consent, Household, Invitation, Person, Role, User
from linli.kit.refused import Refused
from linli.loop.ask import queries as needs
from linli.loop.ask.models import Need
from linli.loop.evaluate import actions as evaluate
from linli.loop.evaluate.models import FollowUp
from linli.loop.run.models import Task
from tests.factories import NOW, TODAY, Neighbourhood, accepted, closed, login, neighbourhood, person

pytestmark = pytest.mark.django_db
ID = "11010519491231002X"


@pytest.fixture
def town() -> Neighbourhood:
    return neighbourhood()


def test_a_role_reaches_everything_under_its_area(town: Neighbourhood) -> None:
    rows = {
        who: access.stems_for(getattr(town, who), "need.see", on=TODAY)
        for who in ("zhao", "zhou", "leader", "li")
    }
    assert rows == {
        "zhao": (town.grid.stem,),
        "zhou": (town.community.stem,),
        "leader": (town.street.stem,),
        "li": (),
    }
    assert access.may(town.zhou, "need.triage", town.other_grid.stem, on=TODAY)
    assert not access.may(town.zhao, "need.triage", town.other_grid.stem, on=TODAY)


def test_a_role_in_an_area_inside_another_adds_nothing(town: Neighbourhood) -> None:
    actions.grant_role(
        person=town.zhou, kind=RoleKind.GRID_WORKER, area=town.grid, valid_from=TODAY, by=None, now=NOW
    )
    assert access.stems_for(town.zhou, "need.see", on=TODAY) == (town.community.stem,)


def test_a_role_ends(town: Neighbourhood) -> None:
    role = Role.objects.get(person=town.zhao)
    actions.end_role(role=role, until=TODAY, by=None, now=NOW)
    zhao = Person.objects.get(pk=town.zhao.pk)
    assert access.stems_for(zhao, "need.see", on=TODAY) == (town.grid.stem,)
    assert access.stems_for(zhao, "need.see", on=TODAY + timedelta(days=1)) == ()
    with pytest.raises(Refused):
        actions.end_role(role=role, until=TODAY, by=None, now=NOW)


def test_who_sets_up_does_not_audit(town: Neighbourhood) -> None:
    with pytest.raises(Refused):
        actions.grant_role(
            person=town.admin, kind=RoleKind.AUDITOR, area=town.street, valid_from=TODAY, by=None, now=NOW
        )
    kinds = Role.objects.filter(person=town.admin).values_list("kind", flat=True)
    assert list(kinds) == ["administrator"]


def test_every_permission_names_known_roles() -> None:
    assert set().union(*PERMISSIONS.values()) <= set(RoleKind.values)


def test_people_are_found_in_ones_own_area_only(town: Neighbourhood) -> None:
    assert access.person_for(town.zhao, pk=town.wang.pk, on=TODAY) == town.wang
    assert access.person_for(town.sun, pk=town.wang.pk, on=TODAY) == town.wang  # bound to her
    assert access.person_for(town.li, pk=town.li.pk, on=TODAY) == town.li
    for who in (town.stranger, town.li, None):
        with pytest.raises(Http404):
            access.person_for(who, pk=town.wang.pk, on=TODAY)


def test_private_columns_are_not_in_the_file(town: Neighbourhood) -> None:
    made = person(town.grid, "张小珍", id_number=ID, phone="１３９ 1234-5678")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_number, phone, id_blind, phone_blind FROM people_person WHERE id = %s", [made.pk]
        )
        row = cursor.fetchone()
    assert ID not in "".join(row) and "13912345678" not in "".join(row)
    again = Person.objects.get(pk=made.pk)
    assert (again.id_number, again.phone, again.birthday, again.sex) == (
        ID,
        "13912345678",
        date(1949, 12, 31),
        "f",
    )
    assert list(queries.people_by_phone([town.grid.stem], "139-1234-5678")) == [made]
    assert list(queries.people_by_phone([town.elsewhere.stem], "13912345678")) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("id_number", "110105194912310021"), ("phone", "12345"), ("birthday", date(2030, 1, 1)), ("name", " ")],
)
def test_bad_input_names_its_field_and_enters_nobody(town: Neighbourhood, field: str, value: object) -> None:
    before = Person.objects.count()
    with pytest.raises(Refused) as refusal:
        person(town.grid, **({"name": "张三"} | {field: value}))  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert Person.objects.count() == before


def test_an_id_number_is_entered_once(town: Neighbourhood) -> None:
    person(town.grid, "张小珍", id_number=ID)
    with pytest.raises(Refused) as refusal:
        person(town.elsewhere_grid, "张三", id_number=ID.lower())
    assert refusal.value.field == "id_number"


def test_search_finds_two_characters_inside_ones_area(town: Neighbourhood) -> None:
    assert queries.search_people([town.grid.stem], "桂兰") == [town.wang]
    assert queries.search_people([town.community.stem], "王桂") == [town.wang]
    assert queries.search_people([town.elsewhere.stem], "桂兰") == []
    assert queries.search_people([town.grid.stem], "兰") == []
    assert queries.search_people([town.grid.stem], "62345678") == []
    assert queries.search_people([town.grid.stem], "021-62345678") == [town.li]


def test_birthdays_by_both_calendars(town: Neighbourhood) -> None:
    # 2026-03-05 is the 17th of the first lunar month.
    person(town.grid, "赵老伯", birthday=date(1940, 6, 1), birthday_kind=BirthdayKind.LUNAR, lunar=(1, 18))
    person(town.elsewhere_grid, "远处人", birthday=date(1940, 3, 6))
    found = queries.birthdays_soon([town.grid.stem], on=TODAY)
    assert [(row.person.name, row.day, row.lunar, row.turns) for row in found] == [
        ("赵老伯", date(2026, 3, 6), True, 86),
        ("王桂兰", date(2026, 3, 7), False, 82),
    ]


def test_revealing_asks_for_a_reason_and_is_seen_by_the_person(town: Neighbourhood) -> None:
    with pytest.raises(Refused):
        actions.reveal(person=town.li, columns=["phone"], reason="", by=town.zhao, now=NOW)
    assert list(journal.looks_at(town.li.pk)) == []
    shown = actions.reveal(
        person=town.li, columns=["phone", "door"], reason="送餐前打电话", by=town.zhao, now=NOW
    )
    assert shown == {"phone": "021-62345678", "door": "南田苑3号楼2-302"}
    assert [(look.actor, look.reason) for look in journal.looks_at(town.li.pk)] == [
        (town.zhao.pk, "送餐前打电话")
    ]


def test_export_and_erasure_from_the_marks(town: Neighbourhood) -> None:
    need = accepted(town, "我腿脚不好，想找人帮着买菜")
    actions.give_consent(person=town.li, purpose=Purpose.CARE, how="当面说好", by=town.zhao, now=NOW)
    copy = actions.export_person(person=town.li, by=town.li, now=NOW)
    assert copy["rows"]["people.Person"][0]["name"] == "李长河"
    assert copy["rows"]["ask.Need"][0]["words"] == "我腿脚不好，想找人帮着买菜"
    assert "id_blind" not in copy["rows"]["people.Person"][0]
    receipt = actions.erase_person(person=town.li, reason="本人要求删除", by=town.admin, now=NOW)
    assert receipt["people.Person"] == 1 and receipt["ask.Need"] == 1
    gone = Person.objects.get(pk=town.li.pk)
    assert (gone.name, gone.phone, gone.phone_blind, gone.birthday, gone.household) == (
        "—",
        "",
        "",
        None,
        None,
    )
    need = Need.objects.get(pk=need.pk)
    assert (need.words, need.title, need.place, need.state) == ("—", "—", "", "accepted")
    assert needs.search([town.grid.stem], "买菜") == []
    assert queries.search_people([town.grid.stem], "长河") == []
    with pytest.raises(Http404):
        access.person_for(town.zhao, pk=town.li.pk, on=TODAY)
    with pytest.raises(Refused):
        actions.erase_person(person=gone, reason="再来一次", by=town.admin, now=NOW)


def test_somebody_with_a_past_can_be_erased_too(town: Neighbourhood) -> None:
    """A finished task, two invitations, two tokens, an answered follow-up: nothing stands in the way."""
    need = accepted(town, "想吃口热乎饭")
    closed(town, need)
    follow_up = FollowUp.objects.get(need=need)
    evaluate.make_link(follow_up=follow_up, by=town.zhao, now=NOW)
    evaluate.answer(
        follow_up=follow_up, solved=False, satisfied=False, words="凉了", way="call", by=town.qian, now=NOW
    )
    for _twice in range(2):
        actions.invite(person=town.li, by=town.zhao, now=NOW)
        tokens.make_token(person=town.sun, name="表格", by=town.sun, now=NOW)
    receipt = actions.erase_person(person=town.li, reason="本人要求删除", by=town.admin, now=NOW)
    assert receipt["run.Task"] == 1 and receipt["people.Invitation"] == 2
    actions.erase_person(person=town.sun, reason="搬走了", by=town.admin, now=NOW)
    left = [
        str(value)
        for model in (Need, FollowUp, Task)
        for row in model.objects.values()
        for value in row.values()
    ]
    assert not any(word in value for value in left for word in ("热乎", "凉了", "吃上了"))
    assert not User.objects.get(person=town.sun).is_active
    assert receipt["people.CareTag"] == 1 and not CareTag.objects.filter(person=town.li).exists()
    assert not any("2-302" in row.door for row in Household.objects.all())
    assert any("2-501" in row.door for row in Household.objects.all())  # 王奶奶 still lives behind hers


def test_whoever_works_here_is_not_erased_before_the_roles_end(town: Neighbourhood) -> None:
    with pytest.raises(Refused):
        actions.erase_person(person=town.zhao, reason="离职", by=town.admin, now=NOW)
    assert Person.objects.get(pk=town.zhao.pk).name == "赵姐"


def test_a_bond_ends_with_its_consent(town: Neighbourhood) -> None:
    assert access.bond_between(town.wang, town.sun) is not None
    consent = Consent.objects.get(person=town.wang, purpose=Purpose.PROXY)
    actions.withdraw_consent(consent=consent, by=town.wang, now=NOW)
    assert access.bond_between(town.wang, town.sun) is None
    assert Bond.objects.get().ended_at == NOW


def test_an_invitation_opens_one_account_once(town: Neighbourhood) -> None:
    token = actions.invite(person=town.li, by=town.zhao, now=NOW)
    assert not Invitation.objects.filter(token_hash=token).exists()  # only its hash is kept
    for password in ("short1A", "alllowercase", "12345678"):
        with pytest.raises(Refused) as refusal:
            actions.accept_invitation(token=token, username="lichanghe", password=password, now=NOW)
        assert refusal.value.field == "password"
    user = actions.accept_invitation(token=token, username="lichanghe", password="Nan-Tian-3hao", now=NOW)
    assert user.person == town.li and not user.must_change
    with pytest.raises(Refused):
        actions.accept_invitation(token=token, username="other", password="Nan-Tian-3hao", now=NOW)


def test_only_an_administrator_gives_links_to_those_who_work_here(town: Neighbourhood) -> None:
    for worker in (town.zhou, town.qian):
        with pytest.raises(Refused):
            actions.invite(person=worker, by=town.zhao, now=NOW)
    token = actions.invite(person=town.zhou, by=town.admin, now=NOW)
    user = User.objects.get(person=town.zhou)
    with pytest.raises(Refused):
        actions.accept_invitation(token=token, username="", password="short", now=NOW)
    again = actions.accept_invitation(token=token, username="ignored", password="Nan-Tian-3hao", now=NOW)
    assert (again.pk, again.username, again.check_password("Nan-Tian-3hao")) == (user.pk, "zhou", True)
    assert User.objects.filter(person=town.zhou).count() == 1


def test_the_last_administrator_stays(town: Neighbourhood) -> None:
    role = Role.objects.get(person=town.admin)
    with pytest.raises(Refused):
        actions.end_role(role=role, until=TODAY, by=town.admin, now=NOW)
    assert Role.objects.get(pk=role.pk).valid_until is None
    other = person(town.street, "第二位", RoleKind.ADMINISTRATOR)
    login(other, "second")
    actions.end_role(role=role, until=TODAY, by=town.admin, now=NOW)


def test_an_invitation_runs_out(town: Neighbourhood) -> None:
    token = actions.invite(person=town.li, by=town.zhao, now=NOW)
    with pytest.raises(Refused):
        actions.accept_invitation(
            token=token, username="lichanghe", password="Nan-Tian-3hao", now=NOW + timedelta(days=8)
        )
    assert not User.objects.filter(username="lichanghe").exists()


def test_a_fresh_house_is_set_up_once_by_its_token() -> None:
    token = actions.begin_set_up(now=NOW)
    given = {
        "street_code": "150999001000", "street_name": "巴镇街道", "name": "管理员", "username": "keeper",
        "password": "Ba-Zhen-2026", "now": NOW,
    }  # fmt: skip
    with pytest.raises(Refused):
        actions.finish_set_up(token="guess", **given)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refusal:
        actions.finish_set_up(token=token, **(given | {"username": "admin"}))  # type: ignore[arg-type]
    assert refusal.value.field == "username"
    user = actions.finish_set_up(token=token, **given)  # type: ignore[arg-type]
    assert access.may(user.person, "settings.keep", "150999001", on=TODAY)
    with pytest.raises(Refused):
        actions.begin_set_up(now=NOW)
    with pytest.raises(Refused):
        actions.finish_set_up(token=token, **(given | {"username": "second"}))  # type: ignore[arg-type]
