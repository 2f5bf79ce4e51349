"""Private columns: SM4-GCM with keys from the environment, and HMAC-SM3 blind indexes to look them up by.

A key ring is ``settings.LINLI_FIELD_KEYS``: "id:base64 of 32 bytes", newest first. Each entry gives a key for
SM4 and another one for HMAC by HKDF. What is written carries the id of its key, so a new key can be put in
front at any time; ``rotate`` then writes the old rows anew. The purpose of a column is bound to its text: a
value copied into a column of another purpose cannot be read there.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models, transaction
from django.db.models.functions import Cast
from django.db.models.lookups import Exact, IsNull, Lookup

NONCE, TAG, KEY = 12, 16, 32  # bytes
BATCH = 500


class SecretLost(Exception):
    """A private value cannot be read: its key is not in the ring, or it was changed."""


@dataclass(frozen=True)
class FieldKey:
    """One key of the ring."""

    id: str
    cipher: bytes
    index: bytes


def derived(secret: bytes, info: bytes, length: int) -> bytes:
    """A key for one use."""
    return HKDF(hashes.SM3(), length, None, info).derive(secret)


@lru_cache(maxsize=8)
def parsed(entries: tuple[str, ...]) -> tuple[FieldKey, ...]:
    """The ring, newest first."""
    keys = []
    for entry in entries:
        key_id, colon, encoded = entry.strip().partition(":")
        try:
            secret = base64.b64decode(
                encoded, altchars=b"-_" if set(encoded) & set("-_") else None, validate=True
            )
        except binascii.Error:
            secret = b""
        if not (colon and key_id.isalnum() and key_id.isascii() and len(secret) == KEY):
            raise SecretLost(f"LINLI_FIELD_KEYS: “{key_id[:20]}” is not id:base64-of-32-bytes")
        keys.append(
            FieldKey(
                key_id, derived(secret, b"linli field sm4", 16), derived(secret, b"linli blind sm3", KEY)
            )
        )
    if not keys or len({key.id for key in keys}) != len(keys):
        raise SecretLost("LINLI_FIELD_KEYS: no keys, or two of the same id")
    return tuple(keys)


def ring() -> tuple[FieldKey, ...]:
    """The keys in force, newest first."""
    return parsed(tuple(settings.LINLI_FIELD_KEYS))


def encrypt(text: str, purpose: str = "") -> str:
    """``text`` under the newest key: "id:…". The same text gives another token each time."""
    key, nonce = ring()[0], os.urandom(NONCE)
    sealer = Cipher(algorithms.SM4(key.cipher), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(f"{key.id}|{purpose}".encode())
    sealed = sealer.update(text.encode()) + sealer.finalize()
    return f"{key.id}:{base64.urlsafe_b64encode(nonce + sealed + sealer.tag).decode()}"


def decrypt(token: str, purpose: str = "") -> str:
    """The text of a token of this purpose; ``SecretLost`` where there is no reading it."""
    key_id, colon, encoded = token.partition(":")
    key = next((one for one in ring() if one.id == key_id), None)
    if not colon or key is None:
        raise SecretLost(
            f"no key “{key_id[:20]}” in LINLI_FIELD_KEYS" if colon else "a private column holds bare text"
        )
    try:
        data = base64.b64decode(encoded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise SecretLost("a private value is damaged") from error
    if len(data) < NONCE + TAG:
        raise SecretLost("a private value is damaged")
    opener = Cipher(algorithms.SM4(key.cipher), modes.GCM(data[:NONCE], data[-TAG:])).decryptor()
    opener.authenticate_additional_data(f"{key.id}|{purpose}".encode())
    try:
        return (opener.update(data[NONCE:-TAG]) + opener.finalize()).decode()
    except InvalidTag as error:
        raise SecretLost(
            f"a private value does not open with key “{key.id}”: wrong key or changed"
        ) from error


def key_of(token: str) -> str:
    """The id of the key a token was written with."""
    return token.partition(":")[0]


def blinded(key: FieldKey, value: str, purpose: str) -> str:
    """The blind index of a value under one key."""
    mac = HMAC(key.index, hashes.SM3())
    mac.update(f"{purpose}|{value}".encode())
    return mac.finalize().hex()


def blind(value: str, purpose: str) -> str:
    """What to store beside an encrypted value so that equal values can be found: 64 hex digits."""
    return blinded(ring()[0], value, purpose)


def blinds(value: str, purpose: str) -> list[str]:
    """The blind index under every key of the ring, newest first: what to look for while keys are rotated."""
    return [blinded(key, value, purpose) for key in ring()]


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that the database never sees. The empty text is stored as such; lookups know only emptiness."""

    description = "Encrypted text"

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """The arguments of the field, for migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def get_prep_value(self, value: Any) -> Any:
        """Python to database."""
        value = super().get_prep_value(value)
        return encrypt(value, self.purpose) if isinstance(value, str) and value else value

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """Database to Python."""
        return decrypt(value, self.purpose) if value else value

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """Only ``isnull`` and ``exact`` with the empty text."""
        allowed: dict[str, type[Lookup[Any]]] = {"isnull": IsNull, "exact": EmptyExact}
        if lookup_name not in allowed:
            raise FieldError(cannot_search(self.name))
        return allowed[lookup_name]

    def get_transform(self, lookup_name: str) -> None:
        """No part of an encrypted text can be asked for."""
        raise FieldError(cannot_search(self.name))


class EmptyExact(Exact):
    """Equality with the empty text, nothing else."""

    def get_prep_lookup(self) -> Any:
        """Refuse any other value."""
        if self.rhs != "":
            raise FieldError(cannot_search(getattr(self.lhs, "target", self.lhs)))
        return self.rhs


def cannot_search(name: Any) -> str:
    """What a programmer reads who filters by an encrypted column."""
    return f"{name} is encrypted: look it up by its blind index (kit.secret.blinds)"


def rotate(queryset: models.QuerySet[Any], fields: Mapping[str, str | None], *, batch: int = BATCH) -> int:
    """Write values of old keys anew, with their blind indexes; returns how many rows changed.

    ``fields`` maps each encrypted column to its blind column (None where it has none). Rows are read in
    batches by primary key, each batch in a transaction of its own; values under the newest key stay
    untouched, so it can be stopped and started again.
    """
    newest, changed, after = ring()[0].id, 0, None
    rows = queryset.order_by("pk")
    raw = {f"raw_{name}": Cast(name, models.TextField()) for name in fields}
    while True:
        with transaction.atomic():
            part = rows if after is None else rows.filter(pk__gt=after)
            found = list(part.annotate(**raw).values("pk", *raw)[:batch])
            if not found:
                return changed
            after = found[-1]["pk"]
            changed += sum(renewed(queryset, row, fields, newest) for row in found)


def renewed(
    queryset: models.QuerySet[Any], row: dict[str, Any], fields: Mapping[str, str | None], newest: str
) -> int:
    """Write one row anew where a value has an old key; 1 if it changed, 0 if not.

    The row is locked and read again first: somebody may have changed it since the batch was read.
    """
    old = {name for name in fields if row[f"raw_{name}"] and key_of(row[f"raw_{name}"]) != newest}
    if not old:
        return 0
    locked = queryset.model._base_manager.select_for_update().filter(pk=row["pk"])
    values = locked.values(*fields).first()
    if values is None:
        return 0
    changes: dict[str, Any] = {}
    for name in old:
        field, blind_name = queryset.model._meta.get_field(name), fields[name]
        changes[name] = values[name]
        if blind_name and isinstance(field, EncryptedTextField):
            changes[blind_name] = blind(values[name], field.purpose) if values[name] else ""
    return int(queryset.model._base_manager.filter(pk=row["pk"]).update(**changes))


def columns_of(model: type[models.Model]) -> Iterable[EncryptedTextField]:
    """The encrypted columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
