"""Papers signed with Ed25519, so that a file proves by itself who made it and that nobody changed it.

A signed document is ``{"payload": …, "signature": base64, "key": {"id": …, "public": base64}}``; the signature covers
the payload as canonical JSON (engine/chain.py), the id of a key is the first 16 hex digits of SHA-256 of its public
half. ``sign`` and ``verify`` are pure. The house's private keys are LINLI_SIGN_KEY ("name:base64 of 32 bytes", newest
first, made on the first run); every public half that ever signed stays in ``keys/sign_public``, so that old papers
hold after a rotation.
"""

import base64
import binascii
import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from linli import keys
from linli.engine.chain import canonical

SEED, SIGNATURE, ID_DIGITS = 32, 64, 16
GOOD, UNTRUSTED, BROKEN = "good", "untrusted", "broken"
PUBLIC_FILE = "sign_public"


class BadPaper(Exception):
    """A file that is no signed document: ``why`` is a code (``json``, ``twice``, ``shape``, ``size``)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class SignKey:
    """A private key that can sign, with its public half."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        """What papers call this key."""
        return key_id(self.public)


@dataclass(frozen=True)
class Verdict:
    """``state``: ``good``, ``untrusted`` (whole, but by a key that is not trusted) or ``broken``; ``key``: its id."""

    state: str
    key: str = ""


def key_id(public: bytes) -> str:
    """The id of a public key."""
    return hashlib.sha256(public).hexdigest()[:ID_DIGITS]


def as_text(raw: bytes) -> str:
    """Bytes as papers hold them."""
    return base64.b64encode(raw).decode()


def as_bytes(text: Any, length: int) -> bytes:
    """Exactly ``length`` bytes from their one base64 form; ``ValueError`` for anything else."""
    if not isinstance(text, str):
        raise ValueError("not base64")
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(raw) != length or as_text(raw) != text:
        raise ValueError("not of this length")
    return raw


def sign(payload: Mapping[str, Any], key: SignKey) -> dict[str, Any]:
    """The signed document of a payload of strings, whole numbers, booleans, null, lists and objects of them."""
    refuse_fractions(payload)
    signature = key.private.sign(canonical(payload).encode())
    return {
        "payload": dict(payload),
        "signature": as_text(signature),
        "key": {"id": key.id, "public": as_text(key.public)},
    }


def refuse_fractions(value: Any) -> None:
    """Fractions have more than one spelling; a paper holds none."""
    if isinstance(value, float):
        raise ValueError("a signed payload holds no fractions; write them as text")
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        refuse_fractions(part)


def verify(document: Any, trusted: Iterable[str]) -> Verdict:
    """Whether the signature covers the payload, and whether its key is among the ``trusted`` public keys (base64).

    The key is compared whole: an id alone proves nothing. Never raises.
    """
    try:
        payload, key = document["payload"], document["key"]
        public = as_bytes(key["public"], SEED)
        if key["id"] != key_id(public) or not isinstance(payload, dict):
            return Verdict(BROKEN)
        signature = as_bytes(document["signature"], SIGNATURE)
        refuse_fractions(payload)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, canonical(payload).encode())
    except (InvalidSignature, KeyError, TypeError, ValueError, RecursionError):
        return Verdict(BROKEN)
    return Verdict(GOOD if key["public"] in set(trusted) else UNTRUSTED, key["id"])


def read_paper(text: str | bytes) -> dict[str, Any]:
    """A signed document from a file's contents; a name that stands twice in an object is refused. Raises ``BadPaper``."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise BadPaper("twice")
        return found

    try:
        read = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise BadPaper("json") from error
    if not isinstance(read, dict) or not {"payload", "signature", "key"} <= set(read):
        raise BadPaper("shape")
    return read


def write_paper(document: Mapping[str, Any]) -> str:
    """A signed document as a file: readable, with its characters as they are."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


# --- the keys of the house ----------------------------------------------------------------------------


def read_public(text: str) -> list[str]:
    """Public keys out of a list of them (one a line, what stands behind a space is a remark) or a signed document."""
    with suppress(BadPaper):
        return [str(read_paper(text)["key"]["public"])]
    found = []
    for line in text.splitlines():
        word = line.split(maxsplit=1)[0] if line.strip() and not line.lstrip().startswith("#") else ""
        with suppress(ValueError):
            as_bytes(word, SEED)
            found.append(word)
    return found


def folder() -> Path:
    """Where the house keeps its keys."""
    return Path(settings.LINLI_DATA) / "keys"


@lru_cache(maxsize=8)
def parsed(text: str) -> tuple[SignKey, ...]:
    """The private keys of LINLI_SIGN_KEY, newest first."""
    found = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        try:
            seed = as_bytes(entry.partition(":")[2] or entry, SEED)
        except ValueError as error:
            raise keys.Misconfigured("LINLI_SIGN_KEY: not name:base64-of-32-bytes") from error
        found.append(SignKey(Ed25519PrivateKey.from_private_bytes(seed)))
    if not found:
        raise keys.Misconfigured("LINLI_SIGN_KEY: there is no key in it")
    return tuple(found)


def private_keys() -> Sequence[SignKey]:
    """The private keys of this installation, newest first; the first run makes one."""
    for _try in range(40):  # another process may be writing it this moment
        with suppress(FileExistsError):
            if text := keys.kept("LINLI_SIGN_KEY", folder(), "field"):
                return parsed(text)
        time.sleep(0.05)
    raise keys.Misconfigured("LINLI_SIGN_KEY: the file is empty")


def signing_key() -> SignKey:
    """The key that signs now; its public half is on the list from here on."""
    key = private_keys()[0]
    if as_text(key.public) not in on_list():
        line = f"{as_text(key.public)} {key.id}\n"
        path = folder() / PUBLIC_FILE
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), "w") as file:
            file.write(line)
    return key


def on_list() -> list[str]:
    """The public halves on this installation's list."""
    path = folder() / PUBLIC_FILE
    return read_public(path.read_text(encoding="utf-8")) if path.is_file() else []


def trusted_keys() -> dict[str, str]:
    """Public keys of this installation by id: those that ever signed, and that of a key which has not yet. Makes none."""
    found = {key_id(as_bytes(text, SEED)): text for text in on_list()}
    if (folder() / "linli_sign_key").is_file() or keys.read("LINLI_SIGN_KEY"):
        found |= {key.id: as_text(key.public) for key in private_keys()}
    return found
