"""李大爷 wants to know what is held about him, and then wants it gone; an administrator does both."""

import json

from linli.ground.journal.models import Event, Look
from linli.ground.people import actions as people
from linli.ground.people.actions.privacy import marked_models, rows_about
from linli.ground.people.models import Person
from linli.loop.ask.models import Need
from linli.web.desk.privacy import KINDS
from tests.factories import NOW, Neighbourhood, accepted, closed
from tests.web.desk.stage import enter, page

PHONE, ID_NUMBER = "13812345678", "110105194801020011"


def url(who: Person, tail: str = "") -> str:
    return f"/desk/people/{who.pk}/privacy/{tail}"


def known(town: Neighbourhood) -> Person:
    """李大爷 with a phone and an ID number."""
    return people.keep_person(
        area=town.grid, name="李长河", person=town.li, phone=PHONE, id_number=ID_NUMBER, by=town.zhao, now=NOW
    )


def test_every_kind_of_row_has_a_name_for_people() -> None:
    assert {model._meta.label for model, marks in marked_models() if marks.owner} <= KINDS.keys()


def test_an_administrator_finds_by_whole_numbers_only(town: Neighbourhood) -> None:
    li = known(town)
    people.keep_person(area=town.elsewhere_grid, name="远山人", phone="13912345678", by=None, now=NOW)
    admin = enter(town.admin)
    for words in (PHONE, "138 1234 5678", ID_NUMBER, str(li.pk)):
        answer = admin.post("/desk/house/privacy/", {"text": words})
        shown = answer.content.decode()
        assert url(li) in shown and "李*河" in shown and "李长河" not in shown, words
        assert shown.count(PHONE) == (words == PHONE)  # only where it was typed
        assert "no-store" in answer["Cache-Control"]
    for words in ("1381234", "李长河", "110105", "9" * 30, "\x00", "٣"):
        assert url(li) not in admin.post("/desk/house/privacy/", {"text": words}).content.decode(), words
    assert enter(town.zhou).post("/desk/house/privacy/", {"text": PHONE}).status_code == 404
    assert not Look.objects.exists()


def test_who_administers_another_place_finds_nobody(town: Neighbourhood) -> None:
    li = known(town)
    people.grant_role(
        person=town.stranger,
        kind="administrator",
        area=town.elsewhere,
        valid_from=NOW.date(),
        by=None,
        now=NOW,
    )
    there = enter(town.stranger)
    assert url(li) not in there.post("/desk/house/privacy/", {"text": PHONE}).content.decode()
    assert there.get(url(li)).status_code == 404
    sent = {"reason": "本人要求", "number": li.pk}
    assert {there.post(url(li, tail), sent).status_code for tail in ("copy/", "erase/")} == {404}
    assert Person.objects.get(pk=li.pk).erased_at is None and not Look.objects.exists()


def test_the_hub_shows_the_way_to_whom_it_opens(town: Neighbourhood) -> None:
    assert "/desk/house/privacy/" in page(town.admin, "/desk/house/")
    assert "/desk/house/privacy/" not in page(town.zhou, "/desk/house/")
    assert f"{town.li.pk}</p>" in page(
        town.zhao, f"/desk/people/{town.li.pk}/"
    )  # what to tell an administrator


def test_kinds_and_counts_but_never_the_words(town: Neighbourhood) -> None:
    li = known(town)
    closed(town, accepted(town, "想吃口热乎饭"))
    answer = enter(town.admin).get(url(li))
    held = {str(one["label"]): one["count"] for one in answer.context["held"]}
    counts = {str(KINDS[model._meta.label]): rows.count() for model, _marks, rows in rows_about(li)}
    assert held == {label: count for label, count in counts.items() if count}
    assert held[str(KINDS["ask.Need"])] == 1 and held[str(KINDS["run.Task"])] == 1
    shown = answer.content.decode()
    assert not any(words in shown for words in ("热乎", "吃上了", "李长河", PHONE, ID_NUMBER, "2-302"))
    for who in (town.zhao, town.zhou, town.stranger, town.liu):
        page(who, url(li), status=404)


def test_a_copy_needs_a_reason_that_the_person_can_read(town: Neighbourhood) -> None:
    li = known(town)
    admin = enter(town.admin)
    before = Event.objects.count()
    for reason in ("", "  ", "x"):
        refused = admin.post(url(li, "copy/"), {"reason": reason})
        assert refused.status_code == 200 and refused.context["copy"].errors.keys() == {"reason"}
        assert PHONE not in refused.content.decode()
    assert Event.objects.count() == before and not Look.objects.exists()
    answer = admin.post(url(li, "copy/"), {"reason": "李大爷要一份底"})
    assert answer["Content-Disposition"] == f'attachment; filename="linli-person-{li.pk}.json"'
    assert "no-store" in answer["Cache-Control"]
    copy = json.loads(answer.content)
    assert copy["rows"]["people.Person"][0]["phone"] == PHONE
    assert copy["looks"][0]["reason"] == "李大爷要一份底"
    look = Look.objects.get()
    assert (look.person, look.actor, look.columns) == (li.pk, town.admin.pk, "name,id_number,phone,door")
    assert "李大爷要一份底" in page(town.zhao, f"/desk/people/{li.pk}/")
    assert admin.get(url(li, "copy/")).status_code == 405


def test_without_reason_or_with_another_number_nothing_goes(town: Neighbourhood) -> None:
    li = known(town)
    admin = enter(town.admin)
    before = Event.objects.count()
    for reason, number, field in (
        ("", li.pk, "reason"),
        ("本人要求", town.wang.pk, "number"),
        ("x", li.pk, "reason"),
    ):
        refused = admin.post(url(li, "erase/"), {"reason": reason, "number": number})
        assert refused.status_code == 200 and refused.context["erase"].errors.keys() == {field}
        assert str(number) in refused.content.decode()  # what was typed is kept
    assert (Person.objects.get(pk=li.pk).name, Event.objects.count()) == ("李长河", before)
    assert "李*河" in page(town.zhao, f"/desk/people/{li.pk}/")


def test_whoever_is_erased_is_found_nowhere_and_the_receipt_counts(town: Neighbourhood) -> None:
    li = known(town)
    need = accepted(town, "想吃口热乎饭")
    closed(town, need)
    admin = enter(town.admin)
    answer = admin.post(url(li, "erase/"), {"reason": "本人要求删除", "number": f" {li.pk} "}, follow=True)
    receipt = Event.objects.get(verb="person.erased").facts["receipt"]
    assert (receipt["people.Person"], receipt["ask.Need"], receipt["run.Task"]) == (1, 1, 1)
    assert [row["count"] for row in answer.context["rows"]] == list(receipt.values())
    assert answer.context["whole"] == sum(receipt.values())
    assert answer.request["PATH_INFO"] == f"/desk/people/{li.pk}/erased/"
    for text in (PHONE, ID_NUMBER, str(li.pk)):
        assert admin.post("/desk/house/privacy/", {"text": text}).context["rows"] == []
    assert f"/desk/people/{li.pk}/" not in page(town.zhao, f"/desk/search/?q={PHONE}")
    assert f"/desk/people/{li.pk}/" not in page(town.zhao, "/desk/people/?name=长河")
    page(town.zhao, f"/desk/people/{li.pk}/", status=404)
    page(town.admin, url(li), status=404)
    assert (
        "热乎" not in page(town.zhao, f"/desk/needs/{need.no}/") and Need.objects.get(pk=need.pk).words == "—"
    )
    again = admin.post(url(li, "erase/"), {"reason": "再来一次", "number": li.pk})
    assert again.status_code == 404 and Event.objects.filter(verb="person.erased").count() == 1
    page(town.zhao, f"/desk/people/{li.pk}/erased/", status=404)
    page(town.admin, f"/desk/people/{town.wang.pk}/erased/", status=404)
