"""赵姐 photographs a lamp that is out."""

import io
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from linli.ground.journal.models import Event
from linli.ground.photos import actions
from linli.ground.photos.actions import attach_photos, erase_photo, erase_photos_of, keep_photo
from linli.ground.photos.choices import MAX_A_SUBJECT
from linli.ground.photos.models import Photo
from linli.ground.photos.queries import open_photo, photo_by_public_key, photos_of
from linli.kit.refused import Refused
from tests.ground.photos.conftest import NOW, STRANGER, ZHAO, drawn

pytestmark = pytest.mark.django_db


def kept(
    key: UUID | None = None, by: int | None = ZHAO, need: int | None = None, name: str = "灯.jpg"
) -> Photo:
    return keep_photo(
        upload=SimpleUploadedFile(name, drawn()),
        key=key or uuid4(),
        by_id=by,
        subject_type="need" if need else "",
        subject_id=need,
        area_code="310999001001001",
        now=NOW,
    )


def files(settings: Settings) -> list[Path]:
    return sorted(path for path in (Path(settings.LINLI_DATA) / "photos").rglob("*") if path.is_file())


def test_a_photo_is_kept_with_what_is_known_of_it(settings: Settings) -> None:
    photo = kept(need=12)
    row = Photo.objects.get()
    assert (row.pk, row.width, row.height, row.subject_type, row.subject_id) == (photo.pk, 64, 32, "need", 12)
    assert (row.uploaded_at, row.uploaded_by_id, row.taken_at, row.original_name) == (
        NOW,
        ZHAO,
        None,
        "灯.jpg",
    )
    assert len(files(settings)) == 2
    assert [event.verb for event in Event.objects.all()] == ["photo.kept"]
    assert Event.objects.get().need == 12
    file, headers = open_photo(row)
    with file:
        data = file.read()
    assert (len(data), data[:3]) == (row.bytes, b"\xff\xd8\xff")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private")
    assert headers["Content-Type"] == "image/jpeg"
    with open_photo(row, thumb=True)[0] as small:
        assert small.read()[:3] == b"\xff\xd8\xff"


def test_the_same_photo_sent_twice_is_one(settings: Settings) -> None:
    key = uuid4()
    first, again = kept(key), kept(key)
    assert first.pk == again.pk
    assert (Photo.objects.count(), Event.objects.count(), len(files(settings))) == (1, 1, 2)
    with pytest.raises(Refused):
        kept(key, by=STRANGER)
    assert len(files(settings)) == 2


def test_two_senders_of_one_key_at_once_leave_no_second_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()
    first = kept(key)
    monkeypatch.setattr(actions.Photo.objects, "filter", lambda **_: Photo.objects.none())
    assert kept(key).pk == first.pk
    assert len(files(settings)) == 2


def test_what_is_refused_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(Refused):
        keep_photo(upload=io.BytesIO(b"%PDF"), key=uuid4(), by_id=ZHAO, now=NOW)
    with pytest.raises(Refused):
        keep_photo(upload=io.BytesIO(drawn()), key=uuid4(), by_id=ZHAO, now=NOW, kind="video")
    assert (Photo.objects.count(), Event.objects.count(), files(settings)) == (0, 0, [])


def test_a_failure_of_the_database_takes_the_files_along(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(actions, "note", broken)
    with pytest.raises(IntegrityError):
        kept()
    assert (Photo.objects.count(), files(settings)) == (0, [])


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("<img src=x onerror=alert(1)>.jpg", "<img src=x onerror=alert(1)>.jpg"),
        ("..\\..\\etc\\passwd", "passwd"),
        ("照\u202e片.jpg", "照片.jpg"),
        ("长" * 300, "长" * 100),
    ],
)
def test_file_names_are_only_words(sent: str, shown: str, settings: Settings) -> None:
    upload = io.BytesIO(drawn())
    upload.name = sent
    photo = keep_photo(upload=upload, key=uuid4(), by_id=ZHAO, now=NOW)
    assert photo.original_name == shown
    assert all(path.name.endswith(".jpg") and path.stem[:32].isalnum() for path in files(settings))


def test_photos_are_attached_once_by_who_took_them() -> None:
    one, two = kept(), kept()
    attach_photos(
        photo_ids=[two.pk, one.pk], by_id=ZHAO, subject_type="diary", subject_id=3, area_code="310999001001"
    )
    again = attach_photos(photo_ids=[one.pk], by_id=ZHAO, subject_type="diary", subject_id=3)
    assert [photo.pk for photo in again] == [one.pk]
    assert [photo.pk for photo in photos_of("diary", [3])[3]] == [one.pk, two.pk]
    for wrong in (
        {"by_id": ZHAO, "subject_id": 4},
        {"by_id": STRANGER, "subject_id": 3},
        {"by_id": None, "subject_id": 3},
    ):
        with pytest.raises(Refused):
            attach_photos(photo_ids=[one.pk], subject_type="diary", **wrong)  # type: ignore[arg-type]
    with pytest.raises(Refused):
        attach_photos(photo_ids=[one.pk, 10**9], by_id=ZHAO, subject_type="diary", subject_id=3)
    assert attach_photos(photo_ids=[], by_id=None, subject_type="diary", subject_id=3) == []
    assert {photo.subject_id for photo in Photo.objects.all()} == {3}


def test_somebody_elses_photo_and_one_without_a_name_cannot_be_taken() -> None:
    theirs, nobodys = kept(by=STRANGER), kept(by=None)
    for photo, by in ((theirs, ZHAO), (nobodys, None), (nobodys, ZHAO)):
        with pytest.raises(Refused):
            attach_photos(photo_ids=[photo.pk], by_id=by, subject_type="need", subject_id=1)
    assert not Photo.objects.exclude(subject_type="").exists()


def test_there_is_an_end_to_photos_of_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MAX_A_SUBJECT", 2)
    kept(need=1)
    kept(need=1)
    with pytest.raises(Refused):
        kept(need=1)
    spare = kept()
    with pytest.raises(Refused):
        attach_photos(photo_ids=[spare.pk], by_id=ZHAO, subject_type="need", subject_id=1)
    assert len(photos_of("need", [1])[1]) == 2
    assert MAX_A_SUBJECT >= 10


def test_photos_of_many_things_are_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    first, second = kept(need=1), kept(need=2)
    with django_assert_num_queries(1):
        assert photos_of("need", [1, 2, 3]) == {1: [first], 2: [second], 3: []}
    with django_assert_num_queries(0):
        assert photos_of("need", []) == {}
    assert photos_of("diary", [1]) == {1: []}


def test_an_erased_photo_is_gone(settings: Settings, django_capture_on_commit_callbacks: object) -> None:
    photo = kept(need=1)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        erase_photo(photo=photo, by_id=ZHAO, now=NOW)
        erase_photo(photo=photo, by_id=ZHAO, now=NOW)
    row = Photo.objects.get()
    assert (row.file, row.thumb, row.sha256, row.original_name, row.erased_at) == ("", "", "", "", NOW)
    assert files(settings) == []
    assert photos_of("need", [1]) == {1: []}
    assert photo_by_public_key(row.public_key) is None
    with pytest.raises(FileNotFoundError):
        open_photo(row)
    assert [event.verb for event in Event.objects.order_by("id")] == ["photo.kept", "photo.erased"]
    with pytest.raises(Refused):
        kept(key=photo.key)


def test_photos_of_several_things_are_erased_together(
    settings: Settings, django_capture_on_commit_callbacks: object
) -> None:
    gone, stays = [kept(need=1), kept(need=2)], kept(need=3)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        assert erase_photos_of(subject_type="need", subject_ids=[1, 2], by_id=ZHAO, now=NOW) == len(gone)
        assert erase_photos_of(subject_type="need", subject_ids=[1, 2], by_id=ZHAO, now=NOW) == 0
    assert [photo.pk for photo in Photo.objects.filter(erased_at=None)] == [stays.pk]
    assert len(files(settings)) == 2


def test_a_photo_belongs_to_one_thing_or_to_none() -> None:
    photo = kept()
    for wrong in ({"subject_type": "need"}, {"subject_id": 3}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Photo.objects.filter(pk=photo.pk).update(**wrong)
