"""The hash chain of the journal: each link covers the link before it and one event whole."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64


def link_hash(prev: str, body: Mapping[str, Any]) -> str:
    """SHA-256 (hex, 64 characters) of the previous hash followed by ``body`` as canonical JSON.

    Canonical: keys sorted, no spaces, UTF-8 as is (the idea of RFC 8785 for the values the journal holds:
    strings, integers, booleans, null, lists and objects of them).
    """
    return hashlib.sha256((prev + canonical(body)).encode()).hexdigest()


def canonical(body: Any) -> str:
    """Canonical JSON, as ``link_hash`` covers it."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(body: Any) -> str:
    """SHA-256 (hex) of canonical JSON."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()
