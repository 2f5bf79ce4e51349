"""What the database refuses, whatever the code forgets: the same conditions on SQLite and PostgreSQL.

Rows are only added. A transfer takes no entry after its seal, and gets no seal unless its entries sum to zero for
each unit, stand in its own book, carry on the running balance of their accounts without a gap and, where it
reverses another, are that one's exact opposite. A hold is taken at most for its amount, by an entry of its account,
before it runs out. Nothing is booked into a closed month.
"""

from django.db import migrations

from linli.kit.triggers import NEVER, drop, refuse

FIXED = ("account", "transfer", "entry", "seal", "hold", "holdend", "link", "anchor", "close", "closeline")
CLOSED = "EXISTS (SELECT 1 FROM ledger_close c WHERE c.book = NEW.book AND c.ends_at > NEW.posted_at)"
SEALED = "EXISTS (SELECT 1 FROM ledger_seal s WHERE s.transfer_id = NEW.transfer_id)"
HALF = "(NEW.version IS NULL) <> (NEW.balance_after IS NULL)"
FEW = """NEW.legs < 2 OR NEW.legs <>
 (SELECT COUNT(*) FROM ledger_entry e WHERE e.transfer_id = NEW.transfer_id)"""
UNEVEN = """EXISTS (SELECT 1 FROM ledger_entry e WHERE e.transfer_id = NEW.transfer_id
 GROUP BY e.unit HAVING SUM(e.amount) <> 0)"""
STRANGE = """EXISTS (SELECT 1 FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
 JOIN ledger_transfer t ON t.id = e.transfer_id WHERE e.transfer_id = NEW.transfer_id AND (a.book <> t.book OR a.unit <> e.unit))"""
TORN = """EXISTS (SELECT 1 FROM ledger_entry e LEFT JOIN ledger_balance b ON b.account_id = e.account_id
 LEFT JOIN ledger_entry p ON p.account_id = e.account_id AND p.version = e.version - 1
 WHERE e.transfer_id = NEW.transfer_id AND (b.closed_at IS NOT NULL
 OR (b.account_id IS NULL) <> (e.version IS NULL)
 OR (e.version IS NOT NULL AND (b.version <> e.version OR b.posted <> e.balance_after
 OR COALESCE(p.balance_after, CASE WHEN e.version = 1 THEN 0 END, e.balance_after) <> e.balance_after - e.amount))))"""
UNLIKE = """EXISTS (SELECT 1 FROM ledger_transfer t JOIN ledger_transfer o ON o.id = t.reverses_id
 WHERE t.id = NEW.transfer_id AND (o.reverses_id IS NOT NULL OR o.book <> t.book
 OR NEW.legs <> (SELECT COUNT(*) FROM ledger_entry x WHERE x.transfer_id = o.id)
 OR EXISTS (SELECT 1 FROM ledger_entry x LEFT JOIN ledger_entry y
 ON y.transfer_id = t.id AND y.account_id = x.account_id
 WHERE x.transfer_id = o.id AND COALESCE(x.amount + y.amount, 1) <> 0)))"""
TOO_MUCH = "EXISTS (SELECT 1 FROM ledger_hold h WHERE h.id = NEW.hold_id AND NEW.amount > h.amount)"
RUN_OUT = """NEW.outcome = 'post' AND EXISTS
 (SELECT 1 FROM ledger_hold h WHERE h.id = NEW.hold_id AND h.expires_at < NEW.ended_at)"""
NOT_ITS_OWN = """NEW.outcome = 'post' AND NOT EXISTS (SELECT 1 FROM ledger_hold h
 JOIN ledger_entry e ON e.account_id = h.account_id AND e.transfer_id = NEW.transfer_id
 WHERE h.id = NEW.hold_id AND -e.amount >= NEW.amount + COALESCE((SELECT SUM(d.amount) FROM ledger_holdend d
 JOIN ledger_hold x ON x.id = d.hold_id WHERE d.transfer_id = NEW.transfer_id AND x.account_id = h.account_id), 0))"""
BACK = """NEW.version < OLD.version OR NEW.account_id <> OLD.account_id
 OR (NEW.posted <> OLD.posted AND NEW.version = OLD.version)"""
FRACTION = "typeof(NEW.amount) <> 'integer'"  # SQLite would keep a fraction in a whole-number column
WHOLE = ("entry", "hold", "holdend")
# table -> (what is said, the condition under which a new row is refused); the same text for both databases
LAW = {
    "transfer": (("this month is closed", CLOSED),),
    "entry": (("the transfer is sealed", SEALED), ("version and balance go together", HALF)),
    "seal": (
        ("a transfer has at least two legs", FEW),
        ("the entries do not sum to zero", UNEVEN),
        ("an account of another book or unit", STRANGE),
        ("the running balance is broken or its account closed", TORN),
        ("no exact opposite", UNLIKE),
    ),
    "holdend": (
        ("more than was held", TOO_MUCH),
        ("the hold has run out", RUN_OUT),
        ("taken without an entry of its account", NOT_ITS_OWN),
    ),
}


def laws(on_postgres):
    """The law of this database."""
    more = {} if on_postgres else dict.fromkeys(WHOLE, (("a whole number", FRACTION),))
    return {table: LAW.get(table, ()) + more.get(table, ()) for table in {**LAW, **more}}


def forbid(apps, editor):
    """Put the law into the database."""
    for table, rows in laws(editor.connection.vendor == "postgresql").items():
        refuse(editor, f"ledger_{table}", "law", "INSERT", rows)
    refuse(editor, "ledger_balance", "law", "UPDATE", (("a balance moves with its entries", BACK),))
    for table in FIXED:
        refuse(editor, f"ledger_{table}", "no_update", "UPDATE", NEVER)
    fix(editor)


def fix(editor):
    """Refuse to remove rows. Tests that empty the tables take this part away."""
    for table in (*FIXED, "balance"):
        refuse(editor, f"ledger_{table}", "no_delete", "DELETE", NEVER)
        if editor.connection.vendor == "postgresql":
            editor.execute(
                f"CREATE TRIGGER ledger_{table}_no_truncate BEFORE TRUNCATE ON ledger_{table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION ledger_{table}_no_delete()",
                params=None,
            )


def loosen(editor):
    """Take away what ``fix`` put there."""
    for table in (*FIXED, "balance"):
        drop(editor, f"ledger_{table}", "no_delete")


def allow(apps, editor):
    """The way back."""
    loosen(editor)
    for table in FIXED:
        drop(editor, f"ledger_{table}", "no_update")
    drop(editor, "ledger_balance", "law")
    for table in laws(editor.connection.vendor == "postgresql"):
        drop(editor, f"ledger_{table}", "law")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(forbid, allow)]
