"""赵姐 keeps the cards of her grid: masked, opened for a reason, changed without showing what is hidden."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from linli.ground.journal.models import Look
from linli.ground.people import actions
from linli.ground.people.models import Bond, CareTag, Consent, Contact, Invitation, Person
from tests.factories import BEGAN, ELSEWHERE_GRID, GRID, NOW, TODAY, Neighbourhood, person
from tests.web.desk.stage import enter, page, queries

PHONE, ID_NUMBER = "13812341234", "11010519491231002X"


def card(**more: Any) -> dict[str, Any]:
    """A filled-in card."""
    given = {
        "key": str(uuid4()),
        "name": "陈秀英",
        "area": GRID,
        "sex": "f",
        "reach": "phone",
        "birthday_kind": "solar",
    }
    return given | {"birthday": "1940-03-05", "phone": PHONE} | more


def known(town: Neighbourhood, **more: Any) -> Person:
    """陈秀英 as 赵姐 entered her."""
    return person(town.grid, "陈秀英", phone=PHONE, birthday=date(1940, 3, 5), **more)


def test_a_new_card_is_kept_and_shown_masked(town: Neighbourhood) -> None:
    client = enter(town.zhao)
    where = client.post("/desk/people/new/", card(id_number=ID_NUMBER)).headers["Location"]
    shown = client.get(where).content.decode()
    assert "陈*英" in shown
    assert "138****1234" in shown
    assert all(secret not in shown for secret in ("陈秀英", PHONE, ID_NUMBER))


def test_sending_the_card_twice_enters_one_person(town: Neighbourhood) -> None:
    client, sent = enter(town.zhao), card()
    first, second = client.post("/desk/people/new/", sent), client.post("/desk/people/new/", sent)
    assert first.headers["Location"] == second.headers["Location"]
    assert Person.objects.filter(name="陈秀英").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "123"}, "phone"), ({"id_number": "110105194912310021"}, "id_number"), ({"name": ""}, "name"),
        ({"birthday": "2027-01-01"}, "birthday"), ({"area": ELSEWHERE_GRID}, "area"), ({"lunar_month": "3"}, "lunar_day"),
        ({"birthday_kind": "lunar", "birthday": ""}, "lunar_month"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_the_rest_stays(
    town: Neighbourhood, wrong: dict[str, str], field: str
) -> None:
    answer = enter(town.zhao).post("/desk/people/new/", card(note="腿脚不便") | wrong)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "腿脚不便" in answer.content.decode()
    assert not Person.objects.filter(name="陈秀英").exists()


def test_the_lunar_birthday_follows_from_the_other(town: Neighbourhood) -> None:
    enter(town.zhao).post("/desk/people/new/", card(birthday_kind="lunar"))
    kept = Person.objects.get(name="陈秀英")
    assert (kept.lunar_month, kept.lunar_day) == (1, 27)


def test_changing_a_card_shows_nothing_hidden_and_keeps_what_is_left_empty(town: Neighbourhood) -> None:
    row, client = known(town), enter(town.zhao)
    where = f"/desk/people/{row.pk}/edit/"
    shown = client.get(where).content.decode()
    assert all(secret not in shown for secret in ("陈秀英", PHONE))
    client.post(where, card(name="", phone="", note="爱听戏"))
    row.refresh_from_db()
    assert (row.name, row.phone, row.note) == ("陈秀英", PHONE, "爱听戏")
    client.post(where, card(name="", phone="", forget_phone="on"))
    row.refresh_from_db()
    assert row.phone == ""


def test_a_number_opens_for_a_reason_that_is_written_down(town: Neighbourhood) -> None:
    row, client = known(town), enter(town.zhao)
    where = f"/desk/people/{row.pk}/reveal/phone/"
    assert client.get(where).status_code == 405
    assert PHONE not in client.post(where, {}, headers={"HX-Request": "true"}).content.decode()
    assert not Look.objects.exists()
    assert (
        PHONE
        in client.post(where, {"reason": "上门前打个电话"}, headers={"HX-Request": "true"}).content.decode()
    )
    assert PHONE in client.post(where, {"other": "家里水管漏了", "reason": "x"}).content.decode()
    assert [look.reason for look in Look.objects.order_by("id")] == ["上门前打个电话", "家里水管漏了"]
    assert "家里水管漏了" in client.get(f"/desk/people/{row.pk}/").content.decode()
    assert (
        PHONE not in client.post(f"/desk/people/{row.pk}/reveal/note/", {"reason": "好奇"}).content.decode()
    )


def test_the_desk_of_another_community_finds_nobody(town: Neighbourhood) -> None:
    row = known(town)
    for tail in ("", "edit/", "home/", "tag/", "contact/", "consent/", "family/"):
        page(town.stranger, f"/desk/people/{row.pk}/{tail}", 404)
    for tail in ("reveal/phone/", "invite/"):
        assert (
            enter(town.stranger).post(f"/desk/people/{row.pk}/{tail}", {"reason": "好奇"}).status_code == 404
        )
    assert "陈*英" not in page(town.stranger, "/desk/people/")
    page(town.stranger, f"/desk/people/?area={GRID}", 404)
    page(town.liu, "/desk/people/", 404)


def test_the_list_by_tag_by_grid_and_by_name(town: Neighbourhood) -> None:
    known(town)
    assert "陈*英" in page(town.zhao, "/desk/people/")
    assert "陈*英" not in page(town.zhao, "/desk/people/?tag=alone")
    assert "王*兰" in page(town.zhao, f"/desk/people/?tag=alone&area={GRID}")
    assert "陈*英" in page(town.zhao, "/desk/people/?name=秀英")
    assert "陈*英" in page(town.zhao, f"/desk/people/?name={PHONE}")
    assert "王*兰" not in page(town.zhao, "/desk/people/?name=秀英")


def test_the_list_costs_the_same_for_more_people(town: Neighbourhood) -> None:
    known(town)
    before = queries(town.zhao, "/desk/people/")
    for name in ("周建国", "赵玉珍", "吴明"):
        row = person(town.grid, name)
        actions.move_in(person=row, building=town.building, door="1-101", by=None, now=NOW)
        actions.set_tag(person=row, kind="alone", since=BEGAN, by=None, now=NOW)
    assert queries(town.zhao, "/desk/people/") == before


def test_home_tag_contact_and_consent(town: Neighbourhood) -> None:
    row, client = known(town), enter(town.zhao)
    where = f"/desk/people/{row.pk}/"
    client.post(f"{where}home/", {"building": town.building.pk, "door": "1-101"})
    client.post(f"{where}tag/", {"kind": "alone", "since": TODAY.isoformat()})
    client.post(
        f"{where}contact/",
        {"contact_name": "陈小军", "relation": "儿子", "contact_phone": "13912345678", "rank": 1},
    )
    client.post(f"{where}consent/", {"purpose": "care", "how": "当面说好"})
    row.refresh_from_db()
    assert row.household is not None
    assert row.household.door == "1-101"
    shown = client.get(where).content.decode()
    assert all(word in shown for word in ("139****5678", "当面说好", "陈*军"))
    assert all(secret not in shown for secret in ("1-101", "13912345678", "陈小军"))
    tag, consent = CareTag.objects.get(person=row), Consent.objects.get(person=row)
    client.post(f"{where}tag/{tag.pk}/end/")
    client.post(f"{where}consent/{consent.pk}/end/")
    tag.refresh_from_db()
    consent.refresh_from_db()
    assert (tag.until, consent.withdrawn_at) == (TODAY, NOW)


def test_a_wrong_number_of_a_contact_stands_beside_it(town: Neighbourhood) -> None:
    row = known(town)
    sent = {"contact_name": "陈小军", "relation": "儿子", "contact_phone": "1", "rank": 1}
    answer = enter(town.zhao).post(f"/desk/people/{row.pk}/contact/", sent)
    assert "contact_phone" in answer.context["form"].errors
    assert "陈小军" in answer.content.decode()
    assert not Contact.objects.filter(person=row).exists()


def test_family_is_found_bound_and_let_go(town: Neighbourhood) -> None:
    row, son = known(town), person(town.grid, "陈小军")
    client, where = enter(town.zhao), f"/desk/people/{row.pk}/family/"
    assert "陈*军" in client.get(where, {"name": "小军"}).content.decode()
    client.post(where, {"helper": son.pk, "relation": "儿子", "how": "当面说好"})
    bond = Bond.objects.get(elder=row)
    assert bond.helper == son
    client.post(f"{where}{bond.pk}/end/")
    bond.refresh_from_db()
    assert bond.ended_at == NOW
    outside = client.post(where, {"helper": town.stranger.pk, "relation": "儿子", "how": "当面说好"})
    assert "helper" in outside.context["form"].errors


def test_an_invitation_is_shown_once_with_its_picture(town: Neighbourhood) -> None:
    row = known(town)
    answer = enter(town.zhao).post(f"/desk/people/{row.pk}/invite/")
    shown = answer.content.decode()
    assert "/join/" in shown
    assert "data:image/svg+xml" in shown
    assert "no-store" in answer.headers["Cache-Control"]
    assert Invitation.objects.get(person=row).used_at is None
    assert enter(town.zhao).post(f"/desk/people/{town.sun.pk}/invite/").status_code == 302
