"""``linli ledger``: check the books, write the copy that anybody may check, give a role what it needs and no more."""

import argparse
import json
import sys
from pathlib import Path
from typing import TextIO

from django.apps import apps
from django.db import connection, transaction
from django.utils.translation import gettext as _

from linli.cli import report
from linli.ground.ledger.actions import seal_ledger
from linli.ground.ledger.queries import public_copy, verify
from linli.kit.refused import Refused

KEPT = {"ledger_balance": "SELECT, INSERT, UPDATE"}  # the only rows of the ledger that change
ADDED = "SELECT, INSERT"
REST = "SELECT, INSERT, UPDATE, DELETE"
GRANT = "Let a PostgreSQL role work for the product: all rows of the ledger but the kept balances it can only add."
OWNER = (
    "SELECT rolsuper OR EXISTS (SELECT 1 FROM pg_tables t WHERE t.tablename LIKE 'ledger%%'"
    " AND pg_has_role(r.oid, (SELECT oid FROM pg_roles o WHERE o.rolname = t.tableowner), 'MEMBER'))"
    " FROM pg_roles r WHERE rolname = %s"
)


def options(sub: argparse.ArgumentParser) -> None:
    """verify | export | grant, each with its own."""
    acts = sub.add_subparsers(dest="act", metavar="ACT", required=True)
    words = (
        "Recompute every link, sum, running balance, hold and published head; status 1 when one is broken."
    )
    one = acts.add_parser("verify", help=words, description=words)
    one.add_argument("--json", action="store_true", help="one JSON object on the last line")
    words = "Write the public copy as JSON lines, without personal data, for verify_ledger.py."
    one = acts.add_parser("export", help=words, description=words)
    one.add_argument("-o", dest="file", metavar="FILE", help="where to; without it, standard output")
    one.add_argument("--json", action="store_true", help="one JSON object on the last line (needs -o)")
    one = acts.add_parser("grant", help=GRANT, description=f"{GRANT} Again after each upgrade.")
    one.add_argument("role", metavar="ROLE", help="a role that owns none of the tables")
    one.add_argument("--json", action="store_true", help="one JSON object on the last line")


def run(chosen: argparse.Namespace) -> int:
    """One of the three."""
    if chosen.act == "verify":
        return check(as_json=chosen.json)
    if chosen.act == "export":
        return export(chosen.file, as_json=chosen.json)
    granted = grant(chosen.role)
    words = "\n".join(f"{what:<32}{', '.join(tables)}" for what, tables in granted.items())
    report({"role": chosen.role, "granted": granted}, as_json=chosen.json, words=words)
    return 0


def sealed() -> None:
    """Bring the chain up to date."""
    while seal_ledger(back=None):
        pass


def check(*, as_json: bool) -> int:
    """Walk through everything."""
    sealed()
    walk = verify()
    answer = {
        "transfers": walk.transfers,
        "units": walk.units,
        "links": walk.links,
        "unsealed": walk.unsealed,
        "head": walk.head,
        "broken": walk.broken,
    }
    words = _("{transfers} transfers, {links} links, the ledger is whole: {head}…").format(
        transfers=walk.transfers, links=walk.links, head=walk.head[:16]
    )
    if walk.broken:
        words = _("The ledger is broken. {why}").format(why=walk.broken)
    report(answer, as_json=as_json, words=words)
    return 1 if walk.broken else 0


def export(file: str | None, *, as_json: bool) -> int:
    """Write the public copy."""
    sealed()
    if file is None:
        copy_to(sys.stdout)
        return 0
    try:
        with Path(file).open("w", encoding="utf-8") as out:
            lines = copy_to(out)
    except OSError as error:
        raise Refused(_("{file} cannot be written: {why}").format(file=file, why=error.strerror)) from error
    words = _("{lines} lines in {file}").format(lines=lines, file=file)
    report({"file": file, "lines": lines}, as_json=as_json, words=words)
    return 0


def copy_to(out: TextIO) -> int:
    """The copy as JSON lines; how many."""
    lines = 0
    for line in public_copy():
        out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        lines += 1
    return lines


def grant(role: str) -> dict[str, list[str]]:
    """Give a role what the product needs: {what: tables}. In the ledger nothing can be changed or removed by it."""
    if connection.vendor != "postgresql":
        raise Refused(
            _("SQLite knows no roles: whoever owns the file can change it. The published head tells.")
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OWNER, [role])
        found = cursor.fetchone()
        if found is None:
            raise Refused(_("There is no role {role}. Make it first: CREATE ROLE … LOGIN.").format(role=role))
        if found[0]:
            raise Refused(_("{role} owns the tables: nothing can be kept from it.").format(role=role))
        granted = rights(set(connection.introspection.table_names(cursor)))
        name = '"{}"'.format(role.replace('"', '""'))
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        for what, tables in granted.items():
            quoted = ", ".join(map(connection.ops.quote_name, tables))
            cursor.execute(f"REVOKE ALL ON {quoted} FROM {name}")
            cursor.execute(f"GRANT {what} ON {quoted} TO {name}")
    return granted


def rights(tables: set[str]) -> dict[str, list[str]]:
    """{what is granted: the tables}."""
    ours = {model._meta.db_table for model in apps.get_app_config("ledger").get_models()}
    granted: dict[str, list[str]] = {}
    for table in sorted(tables):
        what = KEPT.get(table, ADDED) if table in ours else REST
        granted.setdefault(what, []).append(table)
    return granted
