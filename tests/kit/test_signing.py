"""A paper proves by itself who made it: signed, read back, changed by one character, signed by somebody else."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from linli import keys
from linli.kit import signing
from linli.kit.signing import BROKEN, GOOD, UNTRUSTED, BadPaper, SignKey, Verdict, sign, verify

PAPER = {"name": "陈秀英", "hours": "2:30", "services": [{"name": "陪诊", "minutes": 150}], "free": True}
KEY = SignKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
OTHER = SignKey(Ed25519PrivateKey.from_private_bytes(bytes(32)))
KNOWN = "kqf+ynnyf93wW/cl2viuzJ7wZolSuKyBfOrVuSpxnl0sTveFnTB6CsklSbWODHz/6XEC+hGdiHOgK5ErurkLAw=="
OURS = [signing.as_text(KEY.public)]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def copy(document: Any) -> Any:
    """The same, to be changed."""
    return json.loads(json.dumps(document))


def test_a_paper_is_signed_and_read_back() -> None:
    paper = sign(PAPER, KEY)
    assert verify(paper, OURS) == Verdict(GOOD, KEY.id)
    assert verify(signing.read_paper(signing.write_paper(paper)), OURS) == Verdict(GOOD, KEY.id)
    assert len(paper["signature"]) == 88 and len(KEY.id) == 16
    assert sign(PAPER, KEY) == paper  # the same paper twice is the same paper


def test_the_known_answer_stays_the_same() -> None:
    """Papers on people's phones must hold for years: the form of what is signed is fixed."""
    assert KEY.id == "56475aa75463474c"
    assert sign({"name": "陈秀英", "n": 1}, KEY)["signature"] == KNOWN


def test_somebody_else_signed_it() -> None:
    assert verify(sign(PAPER, OTHER), OURS) == Verdict(UNTRUSTED, OTHER.id)
    forged = sign(PAPER, OTHER)
    forged["key"] = sign(PAPER, KEY)["key"]
    assert verify(forged, OURS) == Verdict(BROKEN)
    named = sign(PAPER, OTHER)
    named["key"]["id"] = KEY.id  # an id alone proves nothing
    assert verify(named, OURS) == Verdict(BROKEN)


@pytest.mark.parametrize(
    "path", [("payload", "hours"), ("payload", "services", 0, "minutes"), ("payload", "free"), ("signature",), ("key", "public")]
)  # fmt: skip
def test_one_changed_word_breaks_it(path: tuple[Any, ...]) -> None:
    paper = copy(sign(PAPER, KEY))
    at = paper
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = {"2:30": "3:30", 150: 151, True: 1}.get(at[path[-1]], "B" + str(at[path[-1]])[1:])
    assert verify(paper, OURS).state == BROKEN


@given(JSON)
def test_whatever_is_given_is_answered(junk: Any) -> None:
    assert verify(junk, OURS) == Verdict(BROKEN)
    assert verify({"payload": junk, "signature": "", "key": {"id": "", "public": ""}}, OURS) == Verdict(
        BROKEN
    )


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_every_payload_goes_there_and_back(payload: dict[str, Any]) -> None:
    try:
        json.dumps(payload, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return  # half a character is no text
    assert verify(signing.read_paper(signing.write_paper(sign(payload, KEY))), OURS).state == GOOD


def test_what_is_no_paper_is_refused_by_name() -> None:
    for text, why in (
        ("", "json"), ("[1", "json"), ("[" * 100_000, "json"), (b"\xff\xfe", "json"), ("[]", "shape"), ("{}", "shape"),
        ('{"payload": {"hours": "1", "hours": "9"}, "signature": "", "key": {}}', "twice"),
    ):  # fmt: skip
        with pytest.raises(BadPaper) as bad:
            signing.read_paper(text)
        assert bad.value.why == why, text[:20]


def test_a_paper_holds_no_fractions() -> None:
    with pytest.raises(ValueError, match="fractions"):
        sign({"hours": [{"n": 2.5}]}, KEY)
    paper = copy(sign(PAPER, KEY))
    paper["payload"]["hours"] = float("nan")
    assert verify(paper, OURS).state == BROKEN


def test_the_house_makes_a_key_keeps_it_and_lists_its_public_half(settings: Any) -> None:
    home = Path(settings.LINLI_DATA) / "keys"
    assert signing.trusted_keys() == {}  # looking makes none
    key = signing.signing_key()
    assert signing.signing_key().id == key.id
    assert signing.trusted_keys() == {key.id: signing.as_text(key.public)}
    assert (home / "linli_sign_key").stat().st_mode & 0o777 == 0o600
    assert (home / "sign_public").read_text() == f"{signing.as_text(key.public)} {key.id}\n"
    secret = (home / "linli_sign_key").read_text().strip().partition(":")[2]
    assert secret not in (home / "sign_public").read_text()


def test_papers_of_an_old_key_hold_after_a_rotation(settings: Any) -> None:
    old = signing.signing_key()
    paper = sign(PAPER, old)
    (Path(settings.LINLI_DATA) / "keys" / "linli_sign_key").write_text(keys.new_field_key("k2") + "\n")
    new = signing.signing_key()
    assert new.id != old.id
    assert set(signing.trusted_keys()) == {old.id, new.id}
    assert verify(paper, signing.trusted_keys().values()) == Verdict(GOOD, old.id)
    assert verify(sign(PAPER, new), signing.trusted_keys().values()) == Verdict(GOOD, new.id)


def test_a_key_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given_key = base64.b64encode(bytes(range(32))).decode()
    monkeypatch.setenv("LINLI_SIGN_KEY", f"k2:{given_key},k1:{base64.b64encode(bytes(32)).decode()}")
    assert signing.signing_key().id == KEY.id
    assert set(signing.trusted_keys()) == {KEY.id, OTHER.id}
    for wrong in ("k1:short", "k1:", " , ", "k1:" + "!" * 44):
        monkeypatch.setenv("LINLI_SIGN_KEY", wrong)
        with pytest.raises(keys.Misconfigured, match="LINLI_SIGN_KEY"):
            signing.signing_key()


def test_public_keys_are_read_from_a_list_or_from_a_paper() -> None:
    paper = signing.write_paper(sign(PAPER, KEY))
    assert signing.read_public(paper) == OURS
    assert signing.read_public(f"# ours\n{OURS[0]} 56475aa75463474c\nnonsense\n\n") == OURS
    assert signing.read_public("") == []
