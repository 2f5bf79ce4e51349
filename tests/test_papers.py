"""``linli certificate export`` and ``linli verify FILE``: what an employer or a school does with the paper."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.utils import translation

from linli import commands, keys
from linli.commons.timebank.actions import certificates
from linli.ground.journal.models import Event
from linli.kit import signing
from tests.factories import NOW, TODAY, neighbourhood
from tests.factories_care import care, served

NAMES = {"name": "陈爱珍", "hours": "1:30", "organisation": "南田社区居民委员会"}


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def number(db: Any) -> str:
    one = care(neighbourhood())
    served(one, 90)
    row = certificates.issue(
        key=uuid4(), member=one.volunteer, first_on=date(2026, 1, 1), last_on=TODAY, by=one.chen, now=NOW
    )
    return row.no


@pytest.fixture
def paper(number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    file = tmp_path / "paper.json"
    assert commands.run(["certificate", "export", number, "-o", str(file)]) == 0
    capsys.readouterr()
    return file


def asked(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, dict[str, Any]]:
    status = commands.run([*argv, "--json"])
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_exported_by_number_or_any(number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for which in (number, "--any"):
        file = tmp_path / "one.json"
        status, answer = asked(capsys, "certificate", "export", which, "-o", str(file))
        assert (status, answer["number"], answer["revoked"]) == (0, number, False)
        assert json.loads(file.read_text())["payload"]["name"] == "陈爱珍"
    assert Event.objects.filter(verb="certificate.taken", actor=None).count() == 2


def test_what_cannot_be_exported_is_said(
    number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for argv in (["12345", "-o", str(tmp_path / "x")], [number, "-o", str(tmp_path / "no" / "x")]):
        assert commands.run(["certificate", "export", *argv]) == 1
        assert capsys.readouterr().err.startswith("linli: ")
    for wrong in (
        [],
        ["export"],
        ["export", "-o", "x"],
        ["export", "1", "--any", "-o", "x"],
        ["export", "1"],
    ):
        with pytest.raises(SystemExit) as end:
            commands.run(["certificate", *wrong])
        assert end.value.code == 2


@pytest.mark.django_db
def test_there_is_none_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["certificate", "export", "--any", "-o", str(tmp_path / "x")]) == 1
    assert "given out yet" in capsys.readouterr().err


def test_verified_without_any_database(
    paper: Path, capsys: pytest.CaptureFixture[str], django_db_blocker: Any
) -> None:
    with django_db_blocker.block():
        status, answer = asked(capsys, "verify", str(paper))
    assert (status, answer["good"], answer["state"]) == (0, True, "good")
    assert {name: answer[name] for name in NAMES} == NAMES
    assert commands.run(["verify", str(paper)]) == 0
    assert "Sound" in capsys.readouterr().out
    assert connections["default"].vendor


def test_a_changed_paper_fails(paper: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paper.write_text(paper.read_text().replace("1:30", "9:30"))
    status, answer = asked(capsys, "verify", str(paper))
    assert (status, answer["good"], answer["state"], answer["name"]) == (1, False, "broken", "")
    for junk in ("", "{}", "not json", "[" * 5000, '{"payload": {}, "signature": 1, "key": 2}'):
        paper.write_text(junk)
        assert asked(capsys, "verify", str(paper))[1]["state"] == "broken"


def test_whose_key_is_it(
    paper: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    ours = tmp_path / "keys"
    ours.write_text("\n".join(f"{public} {key}" for key, public in signing.trusted_keys().items()))
    settings.LINLI_DATA = tmp_path / "elsewhere"  # an employer, who never had anything to do with us
    status, answer = asked(capsys, "verify", str(paper))
    assert (status, answer["state"], answer["name"]) == (1, "untrusted", "陈爱珍")
    assert not (tmp_path / "elsewhere").exists()
    for option in ("--keys", "--key"):
        assert asked(capsys, "verify", str(paper), option, str(ours))[0] == 0
    signing.signing_key()
    assert asked(capsys, "verify", str(paper))[1]["state"] == "untrusted"
    (tmp_path / "other").write_text(keys.new_field_key().partition(":")[2] + "\n")
    assert asked(capsys, "verify", str(paper), "--keys", str(tmp_path / "other"))[1]["state"] == "untrusted"


def test_what_cannot_be_read_is_said(paper: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "big").write_bytes(b" " * 1_000_001)
    (tmp_path / "none").write_text("nothing\n")
    for argv in (
        [str(tmp_path / "missing")], [str(tmp_path)], [str(tmp_path / "big")], [str(paper), "--keys", str(tmp_path / "none")],
    ):  # fmt: skip
        assert commands.run(["verify", *argv]) == 1
        assert capsys.readouterr().err.startswith("linli: ")


@pytest.mark.django_db
def test_without_a_file_it_walks_the_journal(capsys: pytest.CaptureFixture[str]) -> None:
    neighbourhood()
    status, answer = asked(capsys, "verify")
    assert (status, answer["broken"]) == (0, None)
