"""A photo opens for whoever may see what it shows, and for nobody else."""

from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.ground.people.models import Person
from linli.ground.photos.actions import erase_photo, keep_photo
from linli.ground.photos.models import Photo
from linli.kit import clock
from linli.loop.ask import actions as ask
from linli.loop.run import actions as run
from tests.factories import NOW, Neighbourhood, accepted, given, need, neighbourhood


@pytest.fixture
def town(db: Any, monkeypatch: pytest.MonkeyPatch) -> Neighbourhood:
    """The neighbourhood, with the clock standing at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return neighbourhood()


def kept(by: Person, **more: Any) -> Photo:
    """A photo that belongs to nothing yet."""
    out = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    upload = SimpleUploadedFile("x.jpg", out.getvalue(), "image/jpeg")
    return keep_photo(upload=upload, key=uuid4(), by_id=by.pk, now=NOW, **more)


def status(who: Person | None, photo: Photo, size: str = "") -> int:
    """What the photo's address answers."""
    client = Client()
    if who:
        client.force_login(who.user)
    args: list[Any] = [photo.public_key, size] if size else [photo.public_key]
    return client.get(reverse("photo_sized" if size else "photo", args=args)).status_code


def seen_by(town: Neighbourhood, photo: Photo) -> set[str]:
    """Who of the neighbours sees it."""
    names = ("zhao", "zhou", "liu", "sun", "stranger", "admin")
    found = {name for name in names if status(getattr(town, name), photo) == 200}
    assert status(None, photo) == 404
    return found


def test_a_photo_of_a_need_is_for_its_workers_its_asker_and_whoever_does_it(town: Neighbourhood) -> None:
    photo = kept(town.sun)
    raised = need(town, asker=town.wang, proxy=town.sun, by=town.sun, photos=[photo.pk])
    assert seen_by(town, photo) == {"zhao", "zhou", "sun"}
    given(town, ask.accept(need=raised, category=town.meals, urgency="normal", by=town.zhao, now=NOW))
    assert seen_by(town, photo) == {"zhao", "zhou", "sun", "liu"}


def test_a_photo_of_the_work_is_also_for_whoever_asked(town: Neighbourhood) -> None:
    task = given(town, accepted(town, asker=town.wang))
    photo = kept(town.liu)
    for step in task.steps.all():
        run.tick_step(task=task, rank=step.rank, done=True, by=town.liu, now=NOW)
    run.finish_task(task=task, text="送到了", photos=[photo.pk], by=town.liu, now=NOW)
    assert seen_by(town, photo) == {"zhao", "zhou", "sun", "liu"}


def test_a_page_of_the_diary_is_for_the_desk(town: Neighbourhood) -> None:
    photo = kept(town.zhao)
    ask.write_diary(area=town.grid, key=uuid4(), at=NOW, by=town.zhao, now=NOW, photos=[photo.pk])
    assert seen_by(town, photo) == {"zhao", "zhou"}


def test_what_a_round_found_is_for_the_desk(town: Neighbourhood) -> None:
    photo = kept(town.zhao)
    walk = ask.begin_patrol(area=town.grid, shift="morning", day=date(2026, 3, 5), by=town.zhao, now=NOW)
    ask.find(patrol=walk, key=uuid4(), words="井盖松了", photos=[photo.pk], by=town.zhao, now=NOW)
    assert seen_by(town, photo) == {"zhao", "zhou"}


def test_a_photo_of_an_elder_is_for_those_who_care(town: Neighbourhood) -> None:
    photo = kept(town.zhao, subject_type="person", subject_id=town.wang.pk)
    assert seen_by(town, photo) == {"zhao", "zhou", "sun"}


def test_a_photo_of_nothing_yet_is_its_uploaders(town: Neighbourhood) -> None:
    assert seen_by(town, kept(town.liu)) == {"liu"}


def test_it_is_private_never_sniffed_and_gone_once_erased(town: Neighbourhood) -> None:
    photo = kept(town.zhao)
    client = Client()
    client.force_login(town.zhao.user)
    answer = client.get(reverse("photo", args=[photo.public_key]))
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]
    assert b"".join(answer).startswith(b"\xff\xd8")  # type: ignore[arg-type]
    assert status(town.zhao, photo, "thumb") == 200
    assert status(town.zhao, photo, "huge") == 404
    erase_photo(photo=photo, by_id=town.zhao.pk, now=NOW)
    assert status(town.zhao, photo) == 404
    assert client.get(reverse("photo", args=[uuid4()])).status_code == 404
