"""Private columns: unreadable in the database, found by their blind index, moved to new keys."""

import base64
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.db.migrations.writer import MigrationWriter
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from linli.ground.people.models import Person
from linli.ground.places.models import Area
from linli.kit.secret import (
    EncryptedTextField,
    SecretLost,
    blind,
    blinds,
    columns_of,
    decrypt,
    encrypt,
    key_of,
    rotate,
)


def key(name: str, fill: int) -> str:
    return f"{name}:{base64.b64encode(bytes([fill]) * 32).decode()}"


OLD, NEW = key("k1", 1), key("k2", 2)
FIELDS = {"phone": "phone_blind", "id_number": "id_blind"}


@pytest.fixture(autouse=True)
def old_ring(settings: Settings) -> Settings:
    settings.LINLI_FIELD_KEYS = [OLD]
    return settings


@pytest.fixture
def grandma(db: None) -> Person:
    """王奶奶 with a phone and an ID number."""
    area = Area.objects.create(
        code="310999001000", stem="310999001", level="street", name="和风街道", valid_from=date(2025, 1, 1)
    )
    return entered(area, "13812341234", "11010519491231002X")


def entered(area: Area, phone: str, number: str) -> Person:
    return Person.objects.create(
        **area.location,
        name="王奶奶",
        phone=phone,
        phone_blind=blind(phone, "phone") if phone else "",
        id_number=number,
        id_blind=blind(number, "id_number") if number else "",
        created_at=datetime(2026, 3, 5, tzinfo=UTC),
    )


def lies_as(person: Person, column: str = "phone") -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM people_person WHERE id = %s", [person.pk])
        return str(cursor.fetchone()[0])


@given(st.text(max_size=100), st.text(max_size=10))
def test_what_is_sealed_opens(text: str, purpose: str) -> None:
    token = encrypt(text, purpose)
    assert token.startswith("k1:") and token != encrypt(text, purpose)
    assert decrypt(token, purpose) == text


def test_it_opens_for_its_own_purpose_only() -> None:
    with pytest.raises(SecretLost):
        decrypt(encrypt("13812341234", "phone"), "door")


@given(st.integers(3, 60), st.integers(0, 63))
def test_a_changed_value_does_not_open(place: int, digit: int) -> None:
    token = encrypt("13812341234", "phone")
    at = 3 + place % (len(token) - 6)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    changed = token[:at] + letters[digit] + token[at + 1 :]
    if changed != token:
        with pytest.raises(SecretLost):
            decrypt(changed, "phone")


@pytest.mark.parametrize("lost", ["13812341234", "", "k1:", "k1:!!!!", "k1:AAAA", "k9:AAAA", "k1:汉字"])
def test_bare_text_and_rubbish_are_never_shown(lost: str) -> None:
    with pytest.raises(SecretLost):
        decrypt(lost, "phone")


def test_the_wrong_key_says_so(settings: Settings) -> None:
    token = encrypt("13812341234", "phone")
    settings.LINLI_FIELD_KEYS = [key("k1", 7)]
    with pytest.raises(SecretLost, match="wrong key"):
        decrypt(token, "phone")
    settings.LINLI_FIELD_KEYS = [NEW]
    with pytest.raises(SecretLost, match="no key “k1”"):
        decrypt(token, "phone")


@pytest.mark.parametrize(
    "ring", [[], ["k1"], ["k1:abc"], ["k1:" + base64.b64encode(b"short").decode()], [OLD, OLD]]
)
def test_a_ring_that_is_none_says_so(ring: list[str], settings: Settings) -> None:
    settings.LINLI_FIELD_KEYS = ring
    with pytest.raises(SecretLost, match="LINLI_FIELD_KEYS"):
        encrypt("x")


def test_blind_indexes_tell_equal_from_different(settings: Settings) -> None:
    one = blind("13812341234", "phone")
    assert len(one) == 64 and int(one, 16)
    assert one == blind("13812341234", "phone")
    assert one != blind("13812341235", "phone")
    assert one != blind("13812341234", "door")
    settings.LINLI_FIELD_KEYS = [NEW, OLD]
    assert blinds("13812341234", "phone") == [blind("13812341234", "phone"), one]
    assert blind("13812341234", "phone") != one


def test_a_private_column_reads_like_text_and_lies_sealed(grandma: Person) -> None:
    read = Person.objects.get(pk=grandma.pk)
    assert (read.phone, read.id_number) == ("13812341234", "11010519491231002X")
    assert lies_as(grandma).startswith("k1:")
    assert "13812341234" not in lies_as(grandma)
    Person.objects.filter(pk=grandma.pk).update(phone="")
    assert lies_as(grandma) == ""
    assert Person.objects.filter(phone="").count() == 1
    assert Person.objects.exclude(id_number="").filter(phone__isnull=False).count() == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"phone": "13812341234"},
        {"phone__in": ["13812341234"]},
        {"phone__contains": "138"},
        {"phone__gt": "1"},
        {"phone__length": 11},
        {"phone": models.F("name")},
    ],
)
def test_looking_up_by_a_private_column_is_a_mistake_with_a_clear_word(
    asked: dict[str, Any], grandma: Person
) -> None:
    with pytest.raises(FieldError, match="blind index"):
        list(Person.objects.filter(**asked))


def test_bare_text_in_the_table_is_never_shown(grandma: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET phone = '13812341234' WHERE id = %s", [grandma.pk])
    with pytest.raises(SecretLost, match="bare text"):
        Person.objects.get(pk=grandma.pk)


def test_rotation_moves_every_row_and_its_blind_index(grandma: Person, settings: Settings) -> None:
    others = [entered(grandma.area, f"1381234000{n}", "") for n in range(4)]
    settings.LINLI_FIELD_KEYS = [NEW, OLD]
    fresh = entered(grandma.area, "13900000000", "")
    untouched = lies_as(fresh)
    assert Person.objects.filter(phone_blind__in=blinds("13812341234", "phone")).get() == grandma
    assert rotate(Person.objects.all(), FIELDS, batch=2) == 5
    assert lies_as(fresh) == untouched
    assert {key_of(lies_as(person)) for person in (grandma, *others)} == {"k2"}
    assert rotate(Person.objects.all(), FIELDS, batch=2) == 0
    settings.LINLI_FIELD_KEYS = [NEW]
    read = Person.objects.get(phone_blind=blind("13812341234", "phone"))
    assert (read.pk, read.phone, read.id_number) == (grandma.pk, "13812341234", "11010519491231002X")
    assert read.id_blind == blind("11010519491231002X", "id_number")
    assert Person.objects.get(pk=others[0].pk).id_blind == ""


def test_migrations_know_the_field() -> None:
    field = EncryptedTextField(purpose="phone", blank=True, default="")
    _name, path, args, kwargs = field.deconstruct()
    assert (path, args) == ("linli.kit.secret.EncryptedTextField", [])
    assert kwargs == {"purpose": "phone", "blank": True, "default": ""}
    written, _imports = MigrationWriter.serialize(field)
    assert "purpose='phone'" in written
    assert field.clone().purpose == "phone"


def test_a_model_names_its_private_columns() -> None:
    assert [field.name for field in columns_of(Person)] == ["id_number", "phone"]
