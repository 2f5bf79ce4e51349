"""The commands that operators script."""

import json

import pytest
from django.core.mail import EmailMessage

from linli import commands, keys
from linli.commands import worker
from linli.ground.journal.actions import post
from linli.ground.journal.choices import Channel, Notice
from linli.ground.journal.models import Event, Outbox
from linli.ground.people.models import Person, User
from linli.ground.people.queries import people_by_phone
from linli.kit import clock
from tests.factories import neighbourhood

pytestmark = pytest.mark.django_db


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, object]:
    status = commands.run([*argv, "--json"])
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_areas_by_code(capsys: pytest.CaptureFixture[str]) -> None:
    neighbourhood()
    status, rows = answer(capsys, "areas")
    assert status == 0
    assert rows[0] == {"code": "310999001000", "name": "和风街道"}  # type: ignore[index]


def test_verify_names_the_first_broken_row(capsys: pytest.CaptureFixture[str]) -> None:
    neighbourhood()
    status, sound = answer(capsys, "verify")
    assert (status, sound["broken"], sound["events"]) == (0, None, Event.objects.count())  # type: ignore[index]
    event = Event.objects.order_by("id")[3]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Event, "body", lambda row: {"id": row.pk, "changed": row.pk >= event.pk})
        status, broken = answer(capsys, "verify")
    assert status == 1 and broken["broken"] is not None  # type: ignore[index]


def test_rotate_moves_every_private_column_to_the_newest_key(
    capsys: pytest.CaptureFixture[str], settings
) -> None:  # type: ignore[no-untyped-def]
    town = neighbourhood()
    old = list(settings.LINLI_FIELD_KEYS)
    settings.LINLI_FIELD_KEYS = [keys.new_field_key("k2"), *old]
    assert list(people_by_phone([town.grid.stem], "021-62345678")) == [town.li]  # still found by the old key
    status, told = answer(capsys, "rotate")
    assert status == 0 and told["rotated"]["people.Person"] == 1  # type: ignore[index]
    settings.LINLI_FIELD_KEYS = settings.LINLI_FIELD_KEYS[:1]
    assert Person.objects.get(pk=town.li.pk).phone == "021-62345678"
    assert list(people_by_phone([town.grid.stem], "021-62345678")) == [town.li]


@pytest.mark.parametrize("argv", [[], ["bogus"], ["load", "--nope"]])
def test_wrong_use_ends_with_two(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        commands.run(argv)
    assert end.value.code == 2


def test_the_worker_sends_once_and_keeps_what_failed(mailoutbox: list[EmailMessage]) -> None:
    town = neighbourhood()
    now = clock.now()
    User.objects.filter(person=town.zhao).update(email="zhao@example.invalid")
    for person in (town.zhao, town.qian):
        post(
            key=f"m{person.pk}", to_person=person.pk, channel=Channel.EMAIL, notice=Notice.TASK, number="T1",
            link="/desk/tasks/T1/", now=now,
        )  # fmt: skip
    assert worker.work_once()["sent"] == 1
    assert worker.work_once()["sent"] == 0
    assert [mail.to for mail in mailoutbox] == [["zhao@example.invalid"]]
    left = Outbox.objects.get(sent_at=None)
    assert (left.to_person, left.failure, left.attempts) == (
        town.qian.pk,
        "LookupError: no e-mail address",
        1,
    )
