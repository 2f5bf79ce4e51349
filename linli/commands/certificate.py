"""``linli certificate export``: a signed certificate of hours as a file, which ``linli verify FILE`` checks offline."""

import argparse
from pathlib import Path

from django.utils.translation import gettext as _

from linli.cli import report
from linli.commons.timebank.actions.certificates import take_paper
from linli.commons.timebank.queries.certificates import certificate_by_number, newest_certificate
from linli.kit import clock
from linli.kit.refused import Refused


def options(sub: argparse.ArgumentParser) -> None:
    """export (NUMBER or --any) -o FILE."""
    acts = sub.add_subparsers(dest="act", metavar="ACT", required=True)
    export = acts.add_parser(
        "export", help="write a signed certificate", description="A certificate as a file."
    )
    which = export.add_mutually_exclusive_group(required=True)
    which.add_argument("number", nargs="?", default="", help="the number printed on it")
    which.add_argument("--any", action="store_true", help="the newest that holds")
    export.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write it")
    export.add_argument("--json", action="store_true", help="one JSON object on the last line")


def run(chosen: argparse.Namespace) -> int:
    """Write the file."""
    row = newest_certificate() if chosen.any else certificate_by_number(chosen.number)
    if row is None:
        raise Refused(
            _("No certificate has been given out yet.")
            if chosen.any
            else _("There is no certificate of this number.")
        )
    paper = take_paper(certificate=row, by=None, now=clock.now())
    try:
        Path(chosen.output).write_text(paper, encoding="utf-8")
    except OSError as error:
        raise Refused(
            _("{file} cannot be written: {why}").format(file=chosen.output, why=error.strerror)
        ) from error
    answer = {
        "number": row.no,
        "file": chosen.output,
        "key": row.key_id,
        "revoked": row.revoked_at is not None,
    }
    words = _("Certificate {number} is in {file}.").format(number=row.no, file=chosen.output)
    if row.revoked_at:
        words += " " + _("Beware: it has been withdrawn.")
    report(answer, as_json=chosen.json, words=words)
    return 0
