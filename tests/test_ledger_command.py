"""``linli ledger``, and the program with which anybody checks the books at home."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.staticfiles import finders
from django.db import connection

from linli import commands
from linli.commands.ledger import grant
from linli.engine.chain import GENESIS, link_hash
from linli.ground.ledger import actions as ledger
from linli.ground.ledger import queries as books
from linli.ground.ledger.actions import Take, Who
from linli.ground.ledger.choices import Authority, Kind, Reversal
from linli.ground.ledger.models import Anchor, Balance, Entry, Link, Transfer
from linli.kit.refused import Refused
from tests.factories import NOW, neighbourhood
from tests.ground.ledger.books import BOOK, POINTS, RULE, Book, filled, order, post
from tests.ground.ledger.rows import defenceless, raw

pytestmark = pytest.mark.django_db
VERIFIER = Path(str(finders.find("linli/verify_ledger.py")))
postgres = connection.vendor == "postgresql"


def lived() -> Book:
    """A book in which everything has happened."""
    book = filled()
    held = ledger.hold(uid=uuid4(), account=book.chen, amount=100, who=RULE, now=NOW)
    ledger.hold(uid=uuid4(), account=book.chen, amount=30, who=RULE, now=NOW)
    post((book.chen, -60), (book.redeemed, 60), takes=[Take(held.pk, 60)], kind="redeem")
    wrong = post((book.chen, -300), (book.redeemed, 300), (book.stock, -1), (book.gone_out, 1), kind="redeem")
    ledger.reverse(uid=uuid4(), transfer=wrong.transfer, reason=Reversal.RETURNED, who=RULE, now=NOW)
    ledger.publish_head(now=NOW)
    post((book.pool, -40), (book.wang, 40), kind="gift")
    return book


def answer(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, Any]:
    status = commands.run(["ledger", *argv, "--json"])
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


def exported(folder: Path) -> Path:
    file = folder / "ledger.jsonl"
    assert commands.run(["ledger", "export", "-o", str(file)]) == 0
    return file


def verifier(file: Path, *more: str) -> tuple[int, str]:
    """Run it as a resident does: no packages, none of our code."""
    words = [sys.executable, "-I", "-S", str(VERIFIER), str(file), *more]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


def test_verify_says_that_the_books_are_whole_or_where_they_are_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    book = lived()
    status, told = answer(capsys, "verify")
    links = Link.objects.count()
    assert (status, told) == (
        0,
        {
            "transfers": 7, "units": {POINTS: 7400, "SKU:rice": 5}, "links": links, "unsealed": 0,
            "head": Link.objects.get(seq=links).hash, "broken": None,
        },
    )  # fmt: skip
    assert links == 9 + 2 + 7 + 1 + 1
    entry = Entry.objects.filter(account=book.chen).order_by("id")[0]
    with defenceless():
        raw(f"UPDATE ledger_entry SET amount = amount + 1 WHERE id = {entry.pk}")
        status, told = answer(capsys, "verify")
        assert (status, f"transfer {entry.transfer_id}" in told["broken"]) == (1, True)
        assert commands.run(["ledger", "verify"]) == 1
        assert str(entry.transfer_id) in capsys.readouterr().out


def test_an_empty_ledger_is_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, told = answer(capsys, "verify")
    assert (status, told["transfers"], told["units"], told["broken"]) == (0, 0, {}, None)
    assert verifier(exported(tmp_path))[0] == 0


def test_the_export_names_nobody(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    town, book = neighbourhood(), lived()
    key = f"p{town.wang.pk}-王奶奶"
    hers = ledger.open_account(book=BOOK, unit=POINTS, kind=Kind.MEMBER, key=key, owner=town.wang, now=NOW)
    who = Who(987_654_321, Authority.FAMILY, 876_543_219)
    cause = ledger.Cause("visit", 765_432_198, 3)
    ledger.post(order=order((book.chen, -1), (hers, 1), who=who, cause=cause), now=NOW)
    status, told = answer(capsys, "export", "-o", str(tmp_path / "copy"))
    text = (tmp_path / "copy").read_text(encoding="utf-8")
    assert (status, told["lines"]) == (0, len(text.splitlines()))
    secrets = [key, "王奶奶", "987654321", "876543219", "765432198", "family", "worker", "visit"]
    for row in Transfer.objects.all():
        secrets += [str(row.uid), row.uid.hex, row.request_hash]
    assert [secret for secret in secrets if secret in text] == []
    assert set().union(*(json.loads(line).get("body", {}) for line in text.splitlines())) <= {
        "account", "amount", "book", "closed_at", "day", "ended_at", "ends_at", "entries", "event_at", "expires_at",
        "hash", "hold", "id", "key", "kind", "legs", "month", "of", "opened_at", "outcome", "placed_at", "posted_at",
        "private", "published_at", "reason", "reverses", "rule", "seq", "transfer", "unit",
    }  # fmt: skip
    assert verifier(tmp_path / "copy")[0] == 0


def test_without_a_file_it_goes_to_standard_output(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    lived()
    assert commands.run(["ledger", "export"]) == 0
    assert capsys.readouterr().out == exported(tmp_path).read_text(encoding="utf-8")
    assert commands.run(["ledger", "export", "-o", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_what_is_booked_meanwhile_waits_for_the_next_copy(tmp_path: Path) -> None:
    book = lived()
    while ledger.seal_ledger():
        pass
    post((book.chen, -1), (book.redeemed, 1))
    held = ledger.hold(uid=uuid4(), account=book.chen, amount=5, who=RULE, now=NOW)
    ledger.free_hold(
        hold=ledger.hold(uid=uuid4(), account=book.wang, amount=5, who=RULE, now=NOW).pk, who=RULE, now=NOW
    )
    file = tmp_path / "copy"
    file.write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in books.public_copy()), encoding="utf-8"
    )
    assert verifier(file)[0] == 0
    assert f'"hold": {held.pk}' not in file.read_text(encoding="utf-8")


def test_a_resident_checks_at_home(tmp_path: Path) -> None:
    book, file = lived(), tmp_path / "ledger.jsonl"
    exported(tmp_path)
    status, said = verifier(file)
    assert (status, "每一笔都对得上" in said, "7 transfers" in said) == (0, True, True)
    head = Anchor.objects.get().hash
    assert verifier(file, "--head", head)[0] == 0
    status, said = verifier(file, "--head", "f" * 64)
    assert (status, "指纹不在这本账里" in said) == (1, True)
    status, said = verifier(file, "--account", str(book.chen.pk))
    assert status == 0
    moves = [line.split() for line in said.splitlines() if "=" in line]
    assert [(kind, amount, stands) for _day, _time, kind, amount, _is, stands in moves] == [
        ("test", "+1700", "1700"), ("redeem", "-60", "1640"), ("redeem", "-300", "1340"), ("reversal", "+300", "1640"),
    ]  # fmt: skip
    assert f"{book.chen.pk}: {Balance.objects.get(pk=book.chen.pk).posted}" in said
    assert verifier(file, "--account", str(book.redeemed.pk))[1].count("redeem ") == 2


def test_the_program_is_short_and_needs_nothing() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 120
    named = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert named <= set(sys.stdlib_module_names)


Lines = list[dict[str, Any]]


def of(lines: Lines, kind: str, place: int = 0) -> dict[str, Any]:
    """What a link covers."""
    return [line["body"] for line in lines if line.get("body", {}).get("of") == kind][place]  # type: ignore[no-any-return]


def edit(lines: Lines, change: Callable[[dict[str, Any]], object], name: str) -> None:
    change(next(line for line in lines if name in line))


def sealed_anew(lines: Lines) -> None:
    """Somebody who knows how makes every link again, so that the chain itself fits."""
    prev = GENESIS
    for line in lines:
        if "body" in line:
            line["prev"], line["hash"] = prev, link_hash(prev, line["body"])
            prev = line["hash"]


def another_amount(lines: Lines) -> None:
    of(lines, "transfer", 1)["entries"][1][3] += 1


def resealed(change: Callable[[Lines], object], heads: bool = False) -> Callable[[Lines], None]:
    def tamper(lines: Lines) -> None:
        change(lines)
        sealed_anew(lines)
        for line in lines if heads else []:
            if "published" in line:
                line["hash"] = next(one["hash"] for one in lines if one.get("seq") == line["seq"])

    return tamper


def dropped(lines: Lines) -> None:
    """A whole transfer goes, the numbers close up."""
    gone = next(line for line in lines if line.get("body", {}).get("kind") == "gift")
    lines.remove(gone)
    for line in lines:
        if "body" in line and line["seq"] > gone["seq"]:
            line["seq"] -= 1


def swap(lines: Lines) -> None:
    lines[12], lines[13] = lines[13], lines[12]


TAMPERING: dict[str, Callable[[Lines], Any]] = {
    "an amount": another_amount,
    "an amount, sealed anew": resealed(another_amount),
    "an amount, sealed anew, heads too": resealed(another_amount, heads=True),
    "a line is gone": lambda lines: lines.pop(5),
    "the last link is gone": lambda lines: lines.remove([line for line in lines if "body" in line][-1]),
    "a transfer is gone, sealed anew": resealed(dropped, heads=True),
    "two lines change places": swap,
    "a line comes twice": lambda lines: lines.insert(6, lines[5]),
    "a line comes twice, sealed anew": resealed(lambda lines: lines.insert(6, dict(lines[5])), heads=True),
    "a balance": lambda lines: edit(lines, lambda line: line.update(posted=line["posted"] + 1), "posted"),
    "what is held": lambda lines: edit(lines, lambda line: line.update(held=line["held"] + 1), "held"),
    "a balance is gone": lambda lines: lines.remove(next(line for line in lines if "posted" in line)),
    "a head": lambda lines: edit(lines, lambda line: line.update(hash="0" * 64), "published"),
    "a head's place": lambda lines: edit(lines, lambda line: line.update(seq=line["seq"] + 1), "published"),
    "a version, sealed anew": resealed(
        lambda lines: of(lines, "transfer", 3)["entries"][0].__setitem__(4, 9), heads=True
    ),
    "a running balance, sealed anew": resealed(
        lambda lines: of(lines, "transfer", 3)["entries"][0].__setitem__(5, 9), heads=True
    ),
    "a unit, sealed anew": resealed(
        lambda lines: [entry.__setitem__(2, "CNY") for entry in of(lines, "transfer", 3)["entries"]],
        heads=True,
    ),
    "a book, sealed anew": resealed(lambda lines: of(lines, "transfer", 3).update(book="1"), heads=True),
    "a reversal of another, sealed anew": resealed(
        lambda lines: of(lines, "transfer", 5).update(reverses=1), heads=True
    ),
    "a hold, sealed anew": resealed(lambda lines: of(lines, "hold").update(amount=59), heads=True),
    "who acted": lambda lines: of(lines, "transfer", 2).update(private="0" * 64),
    "half a file": lambda lines: lines.append({"body": 1, "seq": "x"}),
    "no ledger": lambda lines: lines.pop(0),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_any_tampering_is_found_at_home(tmp_path: Path, name: str) -> None:
    lived()
    file = exported(tmp_path)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    TAMPERING[name](lines)
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    status, said = verifier(file)
    assert (status, "Traceback" in said) == (1, False)
    assert "账对不上" in said or "不是一份完整的账本副本" in said


def test_half_a_line_is_no_whole_copy(tmp_path: Path) -> None:
    lived()
    file = exported(tmp_path)
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: len(text) // 2], encoding="utf-8")
    assert verifier(file)[0] == 1
    assert verifier(tmp_path / "nowhere")[0] == 1


@pytest.mark.skipif(postgres, reason="SQLite only")
def test_sqlite_has_no_roles(capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.run(["ledger", "grant", "app"]) == 1
    assert "SQLite" in capsys.readouterr().err


@pytest.mark.skipif(not postgres, reason="PostgreSQL only")
def test_grant_says_what_it_granted_and_to_whom_it_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Refused):
        grant("nobody_has_made_this_role")
    raw("CREATE ROLE linli_app_of_a_test")
    status, told = answer(capsys, "grant", "linli_app_of_a_test")
    tables = told["granted"]
    assert (status, tables["SELECT, INSERT, UPDATE"]) == (0, ["ledger_balance"])
    assert (
        "ledger_entry" in tables["SELECT, INSERT"]
        and "ledger_entry" not in tables["SELECT, INSERT, UPDATE, DELETE"]
    )
    assert sum(map(len, tables.values())) == len(connection.introspection.table_names())
    owner = raw("SELECT current_user")[0][0]
    with pytest.raises(Refused):
        grant(str(owner))
    raw('CREATE ROLE "of ""the family" IN ROLE linli_app_of_a_test')
    assert grant('of "the family')["SELECT, INSERT, UPDATE"] == ["ledger_balance"]


@pytest.mark.parametrize("argv", [[], ["bogus"], ["grant"], ["verify", "--nope"]])
def test_wrong_use_ends_with_two(argv: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        commands.run(["ledger", *argv])
    assert end.value.code == 2


@pytest.mark.parametrize("act", ["", "verify", "export", "grant"])
def test_each_says_what_it_does(act: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        commands.run(["ledger", *([act] if act else []), "--help"])
    assert (end.value.code, "usage:" in capsys.readouterr().out) == (0, True)
